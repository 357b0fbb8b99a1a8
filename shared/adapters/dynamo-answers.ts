import { paginateQuery, PutItemCommand } from '@aws-sdk/client-dynamodb';
import * as z from 'zod/mini';
import type { LedgerEntry } from '../ledger/entries.ts';
import type { AnswerBook, EntryBook } from '../slack-actions/answer-ports.ts';
import type { LedgerTable } from './dynamo-ledger.ts';
import { faultsAreRetryable } from './ledger-faults.ts';
import { answerKey, text } from './ledger-items.ts';

// The ledger's own document: written by this code, so only its presence is checked.
const entrySchema = z.custom<LedgerEntry>(
  (value) => typeof value === 'object' && value !== null && 'decision' in value,
);

/** What the ledger recorded of an event: its sort key begins with a time that nobody but the entry knows. */
export const dynamoEntries = ({ client, tableName }: LedgerTable): EntryBook => ({
  find: (keyArn, eventID) => faultsAreRetryable(find({ client, tableName }, keyArn, eventID)),
});

/** See `entryKey`: those that a sweep brought have one more. */
const partsOfEvent = 4;

const find = async (
  { client, tableName }: LedgerTable,
  keyArn: string,
  eventID: string,
): Promise<LedgerEntry | null> => {
  const query = {
    TableName: tableName,
    KeyConditionExpression: 'pk = :pk AND begins_with(sk, :entry)',
    ExpressionAttributeValues: { ':pk': text(`KEY#${keyArn}`), ':entry': text('ENTRY#') },
    ConsistentRead: true,
    ScanIndexForward: false,
  };
  for await (const { Items: items = [] } of paginateQuery({ client }, query)) {
    const about = items.filter((item) => item['sk']?.S?.includes(`#${eventID}#`) === true);
    // Of the event itself, rather than of a sweep that brought it again.
    const found = about.find((item) => item['sk']?.S?.split('#').length === partsOfEvent) ?? about[0];
    if (found !== undefined) return entrySchema.parse(JSON.parse(found['doc']?.S ?? ''));
  }
  return null;
};

/** Who answered what in Slack, and what came of it: under the key, beside the entries, for ever. */
export const dynamoAnswers = ({ client, tableName }: LedgerTable): AnswerBook => ({
  record: async (answer, result) => {
    const { responseUrl: _responseUrl, ...told } = answer;
    await faultsAreRetryable(
      client.send(
        new PutItemCommand({
          TableName: tableName,
          Item: { ...answerKey(answer), doc: text(JSON.stringify({ ...told, ...result })) },
        }),
      ),
    );
  },
});
