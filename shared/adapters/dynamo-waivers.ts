import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import * as z from 'zod/mini';
import { waiverSchema } from '../config/waiver-config.ts';
import { type Fact, known, unknown } from '../facts/facts.ts';
import { RetryableFault } from '../ports.ts';
import { type LedgerWaiver, type WaiverBook, waiversKept } from '../waiver-book.ts';
import { pause } from './contention.ts';
import type { LedgerTable } from './dynamo-ledger.ts';
import { faultsAreRetryable } from './ledger-faults.ts';
import { waiversKey } from './ledger-items.ts';
import { replaceDoc } from './replace-doc.ts';

const listSchema = z.array(
  z.extend(waiverSchema, { id: z.string().check(z.minLength(1)), addedAt: z.iso.datetime(), addedBy: z.string() }),
);

/** Waivers on DynamoDB: all in one item, so that a guard needs no more than `GetItem`. */
export const dynamoWaivers = (table: LedgerTable): WaiverBook => ({
  all: () => faultsAreRetryable(read(table).then(({ waivers }) => waivers)),
  add: (waiver) =>
    faultsAreRetryable(
      change(table, (list) => {
        if (list.some(({ id }) => id === waiver.id)) return list;
        return list.length >= waiversKept ? null : [...list, waiver];
      }),
    ),
  remove: (id) =>
    faultsAreRetryable(
      change(table, (list) => (list.some((each) => each.id === id) ? list.filter((each) => each.id !== id) : null)),
    ),
});

type Read = { readonly waivers: Fact<readonly LedgerWaiver[]>; readonly doc: string | null };

const read = async ({ client, tableName }: LedgerTable): Promise<Read> => {
  const { Item: item } = await client.send(
    new GetItemCommand({ TableName: tableName, Key: waiversKey, ConsistentRead: true }),
  );
  const doc = item?.['doc']?.S ?? null;
  if (item === undefined) return { waivers: known([]), doc };
  return { waivers: parsed(doc ?? ''), doc };
};

const parsed = (doc: string): Fact<readonly LedgerWaiver[]> => {
  try {
    return known(listSchema.parse(JSON.parse(doc)));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return unknown('failed', `the ledger's waivers cannot be read: ${why}`.slice(0, 300));
  }
};

type Change = (waivers: readonly LedgerWaiver[]) => readonly LedgerWaiver[] | null;

/** Read, change, write if nobody wrote meanwhile; a few tries. A list that cannot be read is never written over. */
const change = async (table: LedgerTable, by: Change): Promise<boolean> => {
  for (let attempt = 1; attempt <= 6; attempt += 1) {
    const { waivers, doc } = await read(table);
    if (!waivers.known) throw new RetryableFault(waivers.detail);
    const changed = by(waivers.value);
    if (changed === null) return false;
    if (
      changed === waivers.value ||
      (await replaceDoc(table, { key: waiversKey, was: doc, doc: JSON.stringify(changed) }))
    )
      return true;
    await pause(attempt);
  }
  throw new RetryableFault('the waivers change too fast to be written');
};
