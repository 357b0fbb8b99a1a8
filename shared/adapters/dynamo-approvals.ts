import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import * as z from 'zod/mini';
import { type ApprovalBook, withApproval, withRevoked, withUse } from '../approval-book.ts';
import type { Approval } from '../approvals.ts';
import { type Fact, known, unknown } from '../facts/facts.ts';
import { RetryableFault } from '../ports.ts';
import { pause } from './contention.ts';
import type { LedgerTable } from './dynamo-ledger.ts';
import { faultsAreRetryable } from './ledger-faults.ts';
import { approvalsKey } from './ledger-items.ts';
import { replaceDoc } from './replace-doc.ts';

const time = z.iso.datetime();
// Whoever may write the table may forge an approval, but nothing half-written ever permits a deletion.
const approvalSchema = z.strictObject({
  id: z.string().check(z.minLength(1)),
  keyArn: z.string().check(z.startsWith('arn:')),
  requester: z.string().check(z.startsWith('arn:')),
  approver: z.strictObject({
    arn: z.nullable(z.string()),
    slackUser: z.nullable(z.string()),
    name: z.string(),
  }),
  minimumWindowInDays: z.int().check(z.minimum(7), z.maximum(30)),
  until: time,
  reason: z.string(),
  ticket: z.nullable(z.string()),
  grantedAt: time,
  revoked: z.nullable(z.strictObject({ at: time, by: z.string() })),
  used: z.nullable(z.strictObject({ at: time, eventID: z.string(), deletionDate: z.nullable(z.string()) })),
});
const listSchema = z.array(approvalSchema);

/** Approvals on DynamoDB: one item a key, so that a guard needs no more than `GetItem` and `PutItem`. */
export const dynamoApprovals = (table: LedgerTable): Omit<ApprovalBook, 'all'> => ({
  of: (keyArn) => faultsAreRetryable(read(table, keyArn).then(({ approvals }) => approvals)),
  add: (approval) =>
    faultsAreRetryable(change(table, approval.keyArn, (list) => withApproval(list, approval))).then(() => undefined),
  revoke: async ({ keyArn, ...revoking }) => {
    const answer = await faultsAreRetryable(change(table, keyArn, (list) => withRevoked(list, revoking)));
    return answer === 'refused' ? 'not-found' : answer === 'unchanged' ? 'already' : 'revoked';
  },
  use: async ({ keyArn, ...using }) =>
    (await faultsAreRetryable(change(table, keyArn, (list) => withUse(list, using)))) !== 'refused',
});

type Read = { readonly approvals: Fact<readonly Approval[]>; readonly doc: string | null };

const read = async ({ client, tableName }: LedgerTable, keyArn: string): Promise<Read> => {
  const { Item: item } = await client.send(
    new GetItemCommand({ TableName: tableName, Key: approvalsKey(keyArn), ConsistentRead: true }),
  );
  const doc = item?.['doc']?.S ?? null;
  if (item !== undefined && doc === null) return { approvals: unreadable(keyArn, 'it has no document'), doc };
  return { approvals: doc === null ? known([]) : parsedApprovals(keyArn, doc), doc };
};

/** The approvals of one item's document. */
export const parsedApprovals = (keyArn: string, doc: string): Fact<readonly Approval[]> => {
  try {
    return known(listSchema.parse(JSON.parse(doc)));
  } catch (error) {
    return unreadable(keyArn, error instanceof Error ? error.message : String(error));
  }
};

const unreadable = (keyArn: string, why: string) =>
  unknown('failed', `the ledger's approvals of ${keyArn} cannot be read: ${why}`.slice(0, 300));

type Change = (approvals: readonly Approval[]) => readonly Approval[] | null;

/** Read, change, write if nobody wrote meanwhile; a few tries. A list that cannot be read is never written over. */
const change = async (table: LedgerTable, keyArn: string, by: Change): Promise<'changed' | 'unchanged' | 'refused'> => {
  for (let attempt = 1; attempt <= 6; attempt += 1) {
    const { approvals, doc } = await read(table, keyArn);
    if (!approvals.known) throw new RetryableFault(approvals.detail);
    const changed = by(approvals.value);
    if (changed === null) return 'refused';
    if (changed === approvals.value) return 'unchanged';
    if (await replaceDoc(table, { key: approvalsKey(keyArn), was: doc, doc: JSON.stringify(changed) }))
      return 'changed';
    await pause(attempt);
  }
  throw new RetryableFault(`the approvals of ${keyArn} change too fast to be written`);
};
