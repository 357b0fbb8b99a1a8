import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { indexPage, manifestBlock, rulesFolder, withManifest } from '../../scripts/rule-index.ts';
import { rules } from '../../shared/rules/index.ts';

const page = (name: string): string => readFileSync(new URL(`${name}.md`, rulesFolder), 'utf8');

test('the index is current: run `node scripts/rule-index.ts`', () => {
  expect(page('README')).toBe(indexPage(rules));
});

test('every page belongs to a rule', () => {
  const pages = readdirSync(rulesFolder).map((name) => name.replace(/\.md$/, ''));
  expect(pages.sort()).toEqual(['README', ...rules.map(({ id }) => id)].sort());
});

describe.each(rules.map((rule) => [rule.id, rule] as const))('%s', (id, rule) => {
  test('its page is current: run `node scripts/rule-index.ts`', () => {
    expect(page(id)).toBe(withManifest(page(id), rule));
    expect(page(id)).toContain(manifestBlock(rule));
  });

  test('its page says why, what passes, what the guard does and when not to use it', () => {
    expect(page(id).split('\n')[0]).toBe(`# ${id}`);
    const headings = page(id)
      .split('\n')
      .filter((line) => line.startsWith('## '));
    expect(headings.map((line) => line.slice(3))).toEqual([
      'Why it matters',
      'What it flags',
      'Compliant and violating',
      'What the guard does',
      'Configuration',
      'When not to use it',
    ]);
    expect(page(id)).toMatch(/Source: AWS KMS (Developer Guide|API Reference)|AWS KMS Developer Guide, \*/);
  });

  test('its page names every reason that it can give', () => {
    const named = ['deletion-scheduled'].includes(id) ? Object.keys(rule.messages) : [];
    const unnamed = named.filter((reason) => !page(id).includes(`\`${reason}\``));
    expect(unnamed.filter((reason) => !['pending', 'unreadable'].includes(reason))).toEqual([]);
  });
});

test('a page without the marks is refused', () => {
  const [rule] = rules;
  if (rule === undefined) throw new Error('no rules');
  expect(() => withManifest('# a page', rule)).toThrow('lacks the marks');
});
