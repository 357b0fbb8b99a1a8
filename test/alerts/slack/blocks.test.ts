import { expect, test } from 'vitest';
import { checkMessage } from '../../../local/slack/check-message.ts';
import { fieldSection, fittingBlocks, header, plainSection, titled } from '../../../shared/alerts/slack/blocks.ts';

const accepted = (blocks: unknown): boolean => 'message' in checkMessage({ text: 'x', blocks });

test('a header is cut to what Slack takes, however much of it must be escaped', () => {
  for (const text of ['x'.repeat(400), '&'.repeat(400), '\u{1f511}'.repeat(400)]) {
    const block = header(text);
    expect(block.text.text.length).toBeGreaterThan(140);
    expect(accepted([block])).toBe(true);
  }
});

test('at most ten fields', () => {
  const entries = Array.from({ length: 12 }, (_, index) => [`Label ${index}`, '`x`'] as const);
  expect(accepted([fieldSection(entries)])).toBe(true);
});

test('a heading over nothing is left out', () => {
  expect(titled('Why', '')).toEqual([]);
  expect(accepted(titled('Why', 'x'))).toBe(true);
});

test('blocks that are too long together are built again, shorter', () => {
  const scales: number[] = [];
  const blocks = fittingBlocks((scale) => {
    scales.push(scale);
    return Array.from({ length: 6 }, () => plainSection('x'.repeat(Math.floor(2_900 * scale))));
  });
  expect(scales).toEqual([1, 0.7, 0.5]);
  expect(accepted(blocks)).toBe(true);
});
