import { expect, test } from 'vitest';
import { lineWriter } from '../../shared/sweep/line-writer.ts';
import { memoryResults } from '../support/memory-results.ts';

const written = async (lines: readonly object[]) => {
  const results = memoryResults();
  const writer = lineWriter(results, (piece) => `part-${piece}`);
  for (const line of lines) await writer.write(line);
  return { pieces: await writer.end(), texts: [...results.objects] };
};

test('nothing at all is one empty object: its absence would be another thing', async () => {
  expect(await written([])).toEqual({ pieces: 1, texts: [['part-1', '']] });
});

test('a few lines are one object, many are several, in order and whole', async () => {
  expect(await written([{ n: 1 }, { n: 2 }])).toEqual({ pieces: 1, texts: [['part-1', '{"n":1}\n{"n":2}\n']] });
  const large = Array.from({ length: 9 }, (_, n) => ({ n, text: 'x'.repeat(1_000_000) }));
  const { pieces, texts } = await written(large);
  expect(pieces).toBe(3);
  expect(Math.max(...texts.map(([, text]) => text.length))).toBeLessThan(5_100_000);
  const lines = texts.flatMap(([, text]) => text.trim().split('\n'));
  expect(lines.map((line) => JSON.parse(line))).toEqual(large);
});
