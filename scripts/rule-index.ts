import { readFileSync, writeFileSync } from 'node:fs';
import type { Rule } from '../shared/rules/define-rule.ts';
import { rules } from '../shared/rules/index.ts';

/**
 * Writes what the pages in `docs/rules` state of the rules' manifests: the index, and the block in each page.
 * Run: `node scripts/rule-index.ts`; `test/rules/docs.test.ts` fails while they are not current.
 */

export const rulesFolder = new URL('../docs/rules/', import.meta.url);
const begin = '<!-- manifest: written by scripts/rule-index.ts -->';
const end = '<!-- end of manifest -->';

const code = (words: readonly string[]): string =>
  words.length === 0 ? 'none' : words.map((word) => `\`${word}\``).join(', ');

const remedyOf = ({ remedy }: Rule): string => (remedy === null ? 'none: the guard alerts' : `\`${remedy}\``);

/** `docs/rules/README.md`. */
export const indexPage = (list: readonly Rule[]): string =>
  [
    '# Rules',
    '',
    'Written by `scripts/rule-index.ts` from the manifests in `shared/rules`. A rule judges a key by what is known of it now;',
    'an event tells the guard to look at once, the nightly sweep looks at every key. What is unknown is never taken for safe.',
    '',
    '| rule | flags | severity | watches | sweep | remedy | controls |',
    '| --- | --- | --- | --- | --- | --- | --- |',
    ...list.map((rule) => {
      const { id, title, severity, watches, sweep, remedy, controls } = rule;
      const cells = [`[${id}](${id}.md)`, title, severity, code(watches), sweep ? 'yes' : 'no'];
      return `| ${[...cells, code(remedy === null ? [] : [remedy]), controls.join(', ') || 'none'].join(' | ')} |`;
    }),
    '',
  ].join('\n');

const sweepOf = ({ sweep, about }: Rule): string => {
  if (!sweep) return 'no';
  return about === 'region' ? 'yes, once an account and Region' : 'yes';
};

/** The manifest's part of a rule's own page. */
export const manifestBlock = (rule: Rule): string =>
  [
    begin,
    '',
    '| | |',
    '| --- | --- |',
    `| severity | ${rule.severity} |`,
    `| guard | \`${rule.guard}\` |`,
    `| watches | ${code(rule.watches)} |`,
    `| in the nightly sweep | ${sweepOf(rule)} |`,
    ...(rule.yieldsTo === undefined
      ? []
      : [`| yields to | [${rule.yieldsTo}](${rule.yieldsTo}.md), where that flags the key |`]),
    `| needs to know | ${rule.needs.length === 0 ? 'nothing but the call' : code(rule.needs)} |`,
    `| remedy | ${remedyOf(rule)} |`,
    `| controls | ${rule.controls.join('; ') || 'none published'} |`,
    '',
    `**What to do:** ${rule.remediation}`,
    '',
    end,
  ].join('\n');

/** A page with its block made current; throws for a page without the two marks. */
export const withManifest = (page: string, rule: Rule): string => {
  const from = page.indexOf(begin);
  const to = page.indexOf(end);
  if (from < 0 || to < from) throw new Error(`docs/rules/${rule.id}.md lacks the marks "${begin}" and "${end}"`);
  return page.slice(0, from) + manifestBlock(rule) + page.slice(to + end.length);
};

const write = (): void => {
  writeFileSync(new URL('README.md', rulesFolder), indexPage(rules));
  for (const rule of rules) {
    const file = new URL(`${rule.id}.md`, rulesFolder);
    writeFileSync(file, withManifest(readFileSync(file, 'utf8'), rule));
  }
};

if (import.meta.main) write();
