import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { html, json, told, toldInFull, visible } from '../../../shared/reports/html/markup.ts';

const nasty = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary' }),
  fc.constantFrom(
    '<script>alert(1)</script>',
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='x",
    '</title>',
    '<!--',
    '&lt;',
  ),
);

describe('html', () => {
  test('no text opens a tag, ends an attribute or makes an entity', () => {
    fc.assert(
      fc.property(nasty, (text) => {
        const { markup } = html`<p title="${text}">${text}</p>`;
        const inner = /^<p title="([^<>"]*)">([^<>"]*)<\/p>$/.exec(markup);
        expect(inner?.[1]).toBe(inner?.[2]);
        expect(inner).not.toBeNull();
        const read = (inner?.[2] ?? '')
          .replaceAll('&lt;', '<')
          .replaceAll('&gt;', '>')
          .replaceAll('&quot;', '"')
          .replaceAll('&#39;', "'")
          .replaceAll('&amp;', '&');
        expect(read).toBe(text);
      }),
    );
  });

  test('puts markup, lists and numbers in as they are, and null as nothing', () => {
    expect(html`<i>${[html`<b>${1}</b>`, '&', null]}</i>`.markup).toBe('<i><b>1</b>&amp;</i>');
  });
});

describe('visible', () => {
  test.each([
    ['a\u202Ebc', 'a⟨U+202E⟩bc'],
    ['\u2066x\u2069', '⟨U+2066⟩x⟨U+2069⟩'],
    ['nul\u0000', 'nul⟨U+0000⟩'],
    ['two\r\nlines\tand', 'two lines and'],
    ['half \uD83D', 'half ⟨U+D83D⟩'],
    ['a\u0301\u0301\u0301\u0301\u0301', 'a\u0301\u0301\u0301'],
    ['family \u{1F468}\u200D\u{1F469}', 'family \u{1F468}\u200D\u{1F469}'],
    ['مفتاح', 'مفتاح'],
  ])('%j is shown as %j', (text, shown) => {
    expect(visible(text, 100)).toBe(shown);
  });

  test('is bounded, and never cuts a character in two', () => {
    expect(visible('x'.repeat(300_000), 10)).toBe('xxxxxxxxxx…');
    expect(visible('\u{1F511}\u{1F511}', 3)).toBe('\u{1F511}…');
    fc.assert(
      fc.property(
        nasty,
        fc.integer({ min: 1, max: 50 }),
        (text, length) => visible(text, length).length <= length * 10 + 1,
      ),
    );
  });
});

describe('told', () => {
  test('stands in a direction of its own', () => {
    expect(told('שלום <b>').markup).toBe('<bdi>שלום &lt;b&gt;</bdi>');
  });

  test('gives a long text on demand, up to a bound that it tells', () => {
    expect(toldInFull('short').markup).not.toContain('details');
    const { markup } = toldInFull('y'.repeat(256_000));
    expect(markup.length).toBeLessThan(5_000);
    expect(markup).toContain('the first 4000 of 256000 characters');
  });
});

test('json ends no script element', () => {
  fc.assert(
    fc.property(nasty, (text) => {
      const written = json({ text: `${text}</script><!--` });
      expect(written).not.toContain('<');
      expect(JSON.parse(written)).toEqual({ text: `${text}</script><!--` });
    }),
  );
});
