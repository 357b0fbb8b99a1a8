import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { findSources } from '../../cli/replay-input.ts';
import { parseCall } from '../../shared/calls/parse.ts';
import { readRecords, startCounting } from '../../shared/replay/read-records.ts';

/** How many records were seen, and how many calls of KMS came out of the parser. */
export type Seen = { readonly records: number; readonly calls: number };

const noStore = (): never => {
  throw new Error('the benchmark reads files only');
};

/** Our way: `kms-guard replay` up to the parsed call. */
export const readOurs = async (paths: readonly string[]): Promise<Seen> => {
  const counters = startCounting();
  let calls = 0;
  for await (const item of readRecords(findSources(paths, { stdin: process.stdin, store: noStore }), counters)) {
    if ('value' in item && !parseCall(item.value).unreadable) calls++;
  }
  return { records: counters.records, calls };
};

const recordsIn = (file: string): readonly unknown[] => {
  const log: unknown = JSON.parse(gunzipSync(readFileSync(file)).toString('utf8'));
  const records: unknown = typeof log === 'object' && log !== null && 'Records' in log ? log.Records : [];
  return Array.isArray(records) ? records : [];
};

const isKms = (record: unknown): boolean =>
  typeof record === 'object' &&
  record !== null &&
  'eventSource' in record &&
  record.eventSource === 'kms.amazonaws.com';

/** The natural way: file by file, gunzip and `JSON.parse` of everything, then the same parser for the calls of KMS. */
export const readAllOf = (files: readonly string[]): Seen => {
  let calls = 0;
  let total = 0;
  for (const file of files) {
    const records = recordsIn(file);
    total += records.length;
    for (const record of records) if (isKms(record) && !parseCall(record).unreadable) calls++;
  }
  return { records: total, calls };
};
