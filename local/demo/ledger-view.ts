import { DynamoDBClient, QueryCommand } from '@aws-sdk/client-dynamodb';
import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod/mini';
import type { LocalAws } from '../local-aws.ts';
import { clientSettings } from './guarded-aws.ts';

/** What the demonstration and the tests read of a ledger entry. */
const entrySchema = z.looseObject({
  eventID: z.string(),
  guard: z.string(),
  at: z.string(),
  call: z.looseObject({ eventName: z.string(), eventTime: z.string(), failure: z.nullable(z.looseObject({})) }),
  verdicts: z.array(z.looseObject({ rule: z.string(), verdict: z.string() })),
  decision: z.looseObject({
    action: z.string(),
    remedy: z.nullable(z.string()),
    wouldRemedy: z.nullable(z.string()),
    reasons: z.array(z.looseObject({ id: z.string() })),
  }),
  outcomes: z.array(z.looseObject({ remedy: z.string(), outcome: z.string(), detail: z.string() })),
});
export type EntryView = z.infer<typeof entrySchema>;

export type LedgerView = {
  /** Every entry about a key, oldest call first. */
  readonly entries: (keyArn: string) => Promise<readonly EntryView[]>;
  /** Waits for the first entry about a call of that name; undefined when it does not come in time. */
  readonly waitFor: (
    keyArn: string,
    eventName: string,
    options?: {
      readonly seconds?: number;
      readonly guard?: string;
      /** Leaves out what the guard did itself. */
      readonly byPeople?: boolean;
    },
  ) => Promise<EntryView | undefined>;
};

const isOwn = ({ decision }: EntryView): boolean => decision.reasons.some(({ id }) => id === 'own-actor');

export const ledgerView = (aws: LocalAws, tableName: string): LedgerView => {
  const client = new DynamoDBClient(clientSettings(aws));
  const entries = async (keyArn: string): Promise<readonly EntryView[]> => {
    const { Items = [] } = await client.send(
      new QueryCommand({
        TableName: tableName,
        KeyConditionExpression: 'pk = :pk AND begins_with(sk, :entry)',
        ExpressionAttributeValues: { ':pk': { S: `KEY#${keyArn}` }, ':entry': { S: 'ENTRY#' } },
        ConsistentRead: true,
      }),
    );
    return Items.map((item) => entrySchema.parse(JSON.parse(item['doc']?.S ?? 'null')));
  };
  return {
    entries,
    waitFor: async (keyArn, eventName, { seconds = 30, guard, byPeople = false } = {}) => {
      const deadline = Date.now() + seconds * 1000;
      for (;;) {
        const found = (await entries(keyArn)).find(
          (entry) =>
            entry.call.eventName === eventName &&
            (guard === undefined || entry.guard === guard) &&
            !(byPeople && isOwn(entry)),
        );
        if (found !== undefined || Date.now() > deadline) return found;
        await sleep(100);
      }
    },
  };
};
