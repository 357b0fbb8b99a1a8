import { paginateScan } from '@aws-sdk/client-dynamodb';
import * as z from 'zod/mini';
import type { LedgerEntry } from '../ledger/entries.ts';
import type { EntryLog } from '../reports/make/ports.ts';
import type { LedgerTable } from './dynamo-ledger.ts';
import { faultsAreRetryable } from './ledger-faults.ts';
import { text } from './ledger-items.ts';

// The ledger's own document: written by this code, so only its presence is checked.
const entrySchema = z.custom<LedgerEntry>((value) => typeof value === 'object' && value !== null && 'call' in value);

/** An event may wait in a queue for so long before it is recorded. */
const latestInMilliseconds = 14 * 86_400_000;

/**
 * Entries of a period. They stand with their keys, in the order of their events, so the whole table is read, page by page:
 * once for a report.
 */
export const dynamoEntries = ({ client, tableName }: LedgerTable): EntryLog => ({
  async *between(from, to) {
    const earliest = new Date(Date.parse(from) - latestInMilliseconds).toISOString();
    const scan = {
      TableName: tableName,
      FilterExpression: 'sk BETWEEN :from AND :to',
      ProjectionExpression: 'doc',
      ExpressionAttributeValues: { ':from': text(`ENTRY#${earliest}`), ':to': text(`ENTRY#${to}~`) },
    };
    const pages = paginateScan({ client }, scan)[Symbol.asyncIterator]();
    for (;;) {
      const page = await faultsAreRetryable(pages.next());
      if (page.done === true) return;
      for (const { doc } of page.value.Items ?? []) {
        const entry = entrySchema.parse(JSON.parse(doc?.S ?? 'null'));
        if (entry.at >= from && entry.at <= to) yield entry;
      }
    }
  },
});
