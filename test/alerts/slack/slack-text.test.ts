import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { code, escaped, fittingLines, line, visible } from '../../../shared/alerts/slack/slack-text.ts';

describe('line', () => {
  test.each([
    ['a & b < c > d', 'a &amp; b &lt; c &gt; d'],
    ['<!channel>', '&lt;!channel&gt;'],
    ['&lt;!channel&gt;', '&amp;lt;!channel&amp;gt;'],
    ['one\ntwo\r\n\u2028three', 'one two three'],
    ['safe\u202egpj.exe', 'safe gpj.exe'],
    ['z\u200be\u200dr\ufeffo\u3164', 'z e r o'],
    ['\ud83d', '\ufffd'],
    ['😀😀😀', '😀…'],
  ])('%j becomes %j', (text, shown) => {
    expect(line(text, text === '😀😀😀' ? 4 : 100)).toBe(shown);
  });

  test('keeps to its limit after the escaping, and cuts no entity and no character', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.integer({ min: 1, max: 60 }), (text, limit) => {
        const shown = line(text, limit);
        expect(shown.length).toBeLessThanOrEqual(limit);
        expect(shown).not.toMatch(/[<>]|&(?!(?:amp|lt|gt);)/);
        expect(shown.isWellFormed()).toBe(true);
        if (escaped(visible(text)).length <= limit) expect(shown).toBe(escaped(visible(text)));
        else expect(shown.endsWith('…')).toBe(true);
      }),
    );
  });
});

describe('code', () => {
  test('cannot be left by what is in it', () => {
    expect(code('a`*b*`c', 100)).toBe('`aˋ*b*ˋc`');
    expect(code('\u200b', 100)).toBe('`(empty)`');
    expect(code('x'.repeat(50), 20)).toHaveLength(20);
  });
});

describe('fittingLines', () => {
  test('says how many lines it left out', () => {
    const lines = Array.from({ length: 100 }, (_, index) => `line ${index}`);
    const text = fittingLines(lines, 200);
    expect(text.length).toBeLessThanOrEqual(200);
    expect(text.split('\n').at(-1)).toBe(`… ${100 - (text.split('\n').length - 1)} more lines`);
    expect(fittingLines(['a', 'b'], 200)).toBe('a\nb');
  });
});
