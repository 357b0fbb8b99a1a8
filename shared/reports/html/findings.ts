import { explainReasons } from '../../rules/explain.ts';
import { nameOf } from '../coverage.ts';
import type { FindingLine, Report, RuleLine } from '../report.ts';
import { dayOf, number, plural, prose, withTimes } from '../words.ts';
import { html, type Markup, told, toldInFull, visible } from './markup.ts';
import { chip, left, mark, ruleAnchor, shownAccount, shownKey, table, where } from './parts.ts';

/** So many findings stand in the page, of one rule and of all; the rest is in the CSV, and under its key. */
const mostOfRule = 100;
const mostOfAll = 1_500;

/** Each finding under its rule: what to do and which controls it touches are said once. */
export function* findings(report: Report): Generator<string> {
  const found = Map.groupBy(report.findings, ({ rule }) => rule);
  const telling = report.rules.filter(({ id }) => found.has(id));
  yield html`<section id="findings" aria-labelledby="findings-h"><h2 id="findings-h">Findings</h2>
<p class="lead">${lead(report)}</p>
`.markup;
  let room = mostOfAll;
  for (const rule of telling) {
    const all = found.get(rule.id) ?? [];
    const shown = all.slice(0, Math.min(mostOfRule, room));
    room -= shown.length;
    yield ruleBlock(rule, { all, shown, report }).markup;
  }
  yield quiet(report).markup;
  yield '</section>\n';
}

const lead = ({ headline: { openTotal, undetermined, waived }, findings: all, sweep }: Report): string => {
  const known = sweep === null ? 'As far as is known without a sweep: ' : '';
  const resolved = all.filter(({ status }) => status === 'resolved').length;
  return `${known}${plural(openTotal, 'violation')} open, ${number(undetermined)} not decided, ${number(waived)} waived, ${number(resolved)} resolved.`;
};

type Block = { readonly all: readonly FindingLine[]; readonly shown: readonly FindingLine[]; readonly report: Report };

const ruleBlock = (rule: RuleLine, { all, shown, report }: Block): Markup => {
  const { id, title, worst, severity, controls, remediation } = rule;
  const isOpen = worst === 'critical' || worst === 'high';
  const rows = shown.map((finding) => row(finding, rule, report));
  return html`<details class="rule" id="${ruleAnchor(id)}"${isOpen && all.length <= 10 ? html` open` : null}><summary><span>${worst === null ? quietMark(rule) : chip(worst)}</span><h3>${visible(title, 200)}</h3><span class="counts">${counts(rule)}</span></summary>
<dl class="about"><dt>Rule</dt><dd><code>${visible(id, 100)}</code>, severity ${severity}</dd><dt>What to do</dt><dd>${told(prose(remediation), 1_000)}</dd><dt>Controls</dt><dd>${controls.length === 0 ? 'none with a published source' : html`<ul class="controls">${controls.map((control) => html`<li>${visible(control, 80)}</li>`)}</ul>`}</dd></dl>
${rows.length === 0 ? null : table({ caption: `Findings of ${visible(title, 200)}`, captionHidden: true, head: ['Key', 'What was found', 'State', 'First seen', 'Account', 'Region'], rows })}${left(shown.length, all.length, 'findings of this rule')}</details>
`;
};

const quietMark = ({ undetermined, waived }: RuleLine): Markup =>
  undetermined > 0 ? mark('plain', 'undecided') : waived > 0 ? mark('plain', 'waived') : mark('good', 'resolved');

const counts = ({ open, undetermined, waived, resolved }: RuleLine): string =>
  [
    ...(open > 0 ? [`${number(open)} open`] : []),
    ...(undetermined > 0 ? [`${number(undetermined)} undecided`] : []),
    ...(waived > 0 ? [`${number(waived)} waived`] : []),
    ...(resolved > 0 ? [`${number(resolved)} resolved`] : []),
  ].join(' · ');

const row = (finding: FindingLine, rule: RuleLine, { accountNames }: Report): readonly Markup[] => [
  shownKey(finding.keyArn, finding.aliases),
  html`${toldInFull(withTimes(finding.message))}${whyOf(finding, rule)}${evidence(finding, rule)}`,
  states(finding),
  where(dayOf(finding.firstSeen)),
  shownAccount(finding.account, nameOf(accountNames, finding.account)),
  where(finding.region),
];

/** The first reasons stand in the row: they tell one key from the next. */
const whyOf = ({ data }: FindingLine, { messages }: RuleLine): Markup | null => {
  const reasons = explainReasons(messages, data);
  const more = reasons.length > 2 ? `; and ${number(reasons.length - 2)} more` : '';
  return reasons.length === 0
    ? null
    : html`<div class="soft">${toldInFull(withTimes(reasons.slice(0, 2).join('; ')) + more)}</div>`;
};

const states = ({ verdict, status, standing, waivedUntil, resolvedAt }: FindingLine): Markup => {
  if (status === 'resolved') return mark('good', resolvedAt === null ? 'resolved' : `resolved ${dayOf(resolvedAt)}`);
  const until = waivedUntil === null ? 'waived' : `waived until ${dayOf(waivedUntil)}`;
  return html`${status === 'waived' ? mark('plain', visible(until, 60)) : null}${verdict === 'undetermined' ? mark('plain', 'undecided') : null}${standing === 'new' ? html` ${mark('warn', 'new')}` : null}${standing === 'reopened' ? html` ${mark('warn', 'came back')}` : null}${status === 'open' && verdict === 'violation' && standing !== 'new' && standing !== 'reopened' ? mark('plain', 'open') : null}`;
};

const evidence = ({ id, keyArn, data, history, severity }: FindingLine, rule: RuleLine): Markup => {
  const reasons = explainReasons(rule.messages, data);
  const plainData = Object.entries(data)
    .filter(([name]) => name !== 'reasons')
    .slice(0, 20);
  return html`<details class="evidence"><summary>Evidence</summary>${reasons.length <= 2 ? null : html`<ul>${reasons.map((reason) => html`<li>${told(withTimes(reason), 600)}</li>`)}</ul>`}<dl><dt>key</dt><dd>${told(keyArn ?? 'none: it is about the account and Region', 300)}</dd>${plainData.map(([name, value]) => html`<dt>${visible(name, 60)}</dt><dd>${told(valueText(value), 400)}</dd>`)}${history.map(({ change, at }) => html`<dt>${change}</dt><dd>${dayOf(at)}</dd>`)}<dt>severity</dt><dd>${severity}</dd><dt>finding</dt><dd class="mono">${visible(id, 64)}</dd></dl></details>`;
};

const valueText = (value: FindingLine['data'][string]): string =>
  value === null ? 'unknown' : typeof value === 'object' ? JSON.stringify(value) : String(value);

/** Rules that found nothing were run, had nothing to look at, or were switched off: it is said which. */
const quiet = ({ rules, sweep, actions }: Report): Markup => {
  const silent = rules.filter(
    ({ open, undetermined, waived, resolved }) => open + undetermined + waived + resolved === 0,
  );
  const off = silent.filter(({ enabled }) => !enabled);
  const on = silent.filter(({ enabled }) => enabled);
  const ran = on.filter((rule) => (rule.sweep ? sweep !== null : actions !== null));
  const blind = on.filter((rule) => rule.sweep && sweep === null);
  const deaf = on.filter((rule) => !rule.sweep && actions === null);
  const inPart = sweep?.state === 'partial' ? ' in what could be read' : '';
  return html`${[
    silentBlock(ran, { sign: mark('good', 'nothing'), says: `found nothing${inPart}` }),
    silentBlock(blind, { sign: mark('warn', 'not run'), says: 'not assessed: no sweep ended in this period' }),
    silentBlock(deaf, {
      sign: mark('warn', 'not run'),
      says: 'not assessed: they judge calls, and the record of calls was not read',
    }),
    silentBlock(off, { sign: mark('plain', 'off'), says: 'switched off, or without anything to ask for' }),
  ]}`;
};

type Silence = { readonly sign: Markup; readonly says: string };

const silentBlock = (rules: readonly RuleLine[], { sign, says }: Silence): Markup | null =>
  rules.length === 0
    ? null
    : html`<details class="rule"><summary><span>${sign}</span><h3>${plural(rules.length, 'rule')} ${says}</h3><span class="counts"></span></summary><ul class="silent">${rules.map(({ id, title }) => html`<li id="${ruleAnchor(id)}">${visible(title, 200)} <code>${visible(id, 80)}</code></li>`)}</ul></details>\n`;
