import { array, assert, asyncProperty, constantFrom, dictionary, integer, jsonValue, string } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isKmsEvent } from '../../shared/replay/kms-event.ts';
import { readAll, sourceOf } from './support.ts';

const sources = ['kms.amazonaws.com', 's3.amazonaws.com', 'kms.amazonaws.com"', '\\', '{'];

/** Any object, with a source at any place of it. */
const record = dictionary(string({ maxLength: 8 }), jsonValue(), { maxKeys: 4 }).chain((fields) =>
  constantFrom(...sources).map((eventSource) => ({ ...fields, eventSource, text: JSON.stringify({ eventSource }) })),
);

const escaped = (text: string): string =>
  text.replace(/kms/g, '\\u006bm\\u0073').replaceAll('\u2028', String.raw`\u2028`);

/** All the ways to write the same records. */
const layouts: ((records: readonly unknown[]) => string)[] = [
  (records) => JSON.stringify({ Records: records }),
  (records) => JSON.stringify({ a: [{}, '"'], Events: records, b: '{[' }, null, 1),
  (records) => JSON.stringify(records, null, '\t'),
  (records) => records.map((value) => JSON.stringify(value)).join('\n'),
  (records) => records.map((value) => JSON.stringify(value, null, 2)).join(''),
  (records) => escaped(JSON.stringify({ Records: records })),
];

describe('splitting is what parsing everything would give', () => {
  it('for any records, in any layout, cut anywhere', async () => {
    await assert(
      asyncProperty(
        array(record, { maxLength: 6 }),
        constantFrom(...layouts),
        integer({ min: 1, max: 200 }),
        async (records, layout, size) => {
          const { items, counters } = await readAll(sourceOf(layout(records), size));
          const numbered = records.map((value, index) => ({ file: 'log', record: index + 1, value }));
          const plain: unknown = JSON.parse(JSON.stringify(numbered.filter(({ value }) => isKmsEvent(value))));
          expect(items).toEqual(plain);
          expect(counters.records).toBe(records.length);
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it('for any bytes: it ends, numbers its items in order and throws nothing', async () => {
    const pieces = [
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"',
      '\\',
      '\n',
      ' ',
      '\u0000',
      '"Records":[',
      '{"eventSource":"kms.amazonaws.com"}',
    ];
    await assert(
      asyncProperty(
        array(constantFrom(...pieces), { maxLength: 60 }),
        integer({ min: 1, max: 50 }),
        async (text, size) => {
          const { items } = await readAll(sourceOf(text.join(''), size));
          const numbers = items.map((item) => item.record);
          expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b));
          const whole = await readAll(sourceOf(text.join(''), 100_000));
          expect(items).toEqual(whole.items);
        },
      ),
      { numRuns: 3_000 },
    );
  });
});
