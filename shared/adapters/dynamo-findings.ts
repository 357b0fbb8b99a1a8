import { paginateQuery } from '@aws-sdk/client-dynamodb';
import type { FindingBook } from '../finding-book.ts';
import type { StoredFinding } from '../ledger/finding-history.ts';
import type { LedgerTable } from './dynamo-ledger.ts';
import { changeFinding, parseFinding } from './finding-items.ts';
import { faultsAreRetryable } from './ledger-faults.ts';
import { findingKey, text } from './ledger-items.ts';

/** The findings in the ledger, for sweeps; events write the same items in their own transaction, see `dynamo-settle.ts`. */
export const dynamoFindings = (table: LedgerTable): FindingBook => ({
  standing: (place, since) => standing(table, place, since),
  change: (place, next) => faultsAreRetryable(changeFinding(table, place, next)),
});

/** Pages of a megabyte, one at a time. What was resolved long ago stays behind. */
async function* standing(
  { client, tableName }: LedgerTable,
  place: { readonly account: string; readonly region: string },
  since: string,
): AsyncGenerator<StoredFinding> {
  const { pk } = findingKey({ ...place, id: '' });
  const query = {
    TableName: tableName,
    KeyConditionExpression: 'pk = :pk',
    FilterExpression: '#status <> :resolved OR resolvedAt >= :since',
    ExpressionAttributeNames: { '#status': 'status' },
    ExpressionAttributeValues: { ':pk': pk ?? text(''), ':resolved': text('resolved'), ':since': text(since) },
    ConsistentRead: true,
  };
  const pages = paginateQuery({ client }, query)[Symbol.asyncIterator]();
  for (;;) {
    const page = await faultsAreRetryable(pages.next());
    if (page.done === true) return;
    for (const item of page.value.Items ?? []) yield parseFinding(item).finding;
  }
}
