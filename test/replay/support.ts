import { readRecords, type ReplayItem, type ReplaySource, startCounting } from '../../shared/replay/read-records.ts';

/** A file of the given text, handed over in pieces of `size` bytes. */
export const sourceOf = (text: string | Uint8Array, size = 64 * 1024, file = 'log'): ReplaySource => ({
  file,
  open: async function* () {
    const bytes = Buffer.from(text);
    for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
  },
});

export const readAll = async (...sources: readonly ReplaySource[]) => {
  const counters = startCounting();
  const items: ReplayItem[] = [];
  for await (const item of readRecords(sources, counters)) items.push(item);
  return { items, counters };
};

/** What came out, in order: the record's number, and its eventID or why it cannot be read. */
export const outline = (items: readonly ReplayItem[]): string[] =>
  items.map((item) => {
    if ('unreadable' in item) return `${item.record} ${item.unreadable}`;
    const { value } = item;
    const id = typeof value === 'object' && value !== null && 'eventID' in value ? String(value.eventID) : 'other';
    return `${item.record} ${id}`;
  });

export const kms = (eventID: string, more: Record<string, unknown> = {}): Record<string, unknown> => ({
  eventVersion: '1.11',
  eventSource: 'kms.amazonaws.com',
  eventID,
  ...more,
});

export const s3 = (eventID: string, more: Record<string, unknown> = {}): Record<string, unknown> => ({
  ...kms(eventID, more),
  eventSource: 's3.amazonaws.com',
});
