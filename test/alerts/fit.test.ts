import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fitText } from '../../shared/alerts/fit.ts';

const escapedBytes = (text: string): number => Buffer.byteLength(JSON.stringify(text));

describe('fitText', () => {
  test('a text that fits is left as it is', () => {
    expect(fitText('CRITICAL\nKey: x')).toBe('CRITICAL\nKey: x');
  });

  test.each(['a', '"', '\\', '\n', '\u4e2d', '\u{1f511}'])(
    'a long text of %j is cut to its beginning, and says so',
    (letter) => {
      const text = `CRITICAL\n${letter.repeat(40_000)}`;
      const fitted = fitText(text);
      expect(escapedBytes(fitted)).toBeLessThanOrEqual(24_000);
      expect(escapedBytes(fitted)).toBeGreaterThan(20_000);
      expect(fitted).toMatch(/^CRITICAL\n[^]*\n\.\.\. \(cut here for its length/);
    },
  );

  test('whatever the text and the room', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 3_000 }),
        fc.integer({ min: 200, max: 4_000 }),
        (text, bytes) => {
          expect(escapedBytes(fitText(text, bytes))).toBeLessThanOrEqual(bytes);
        },
      ),
    );
  });
});
