import { reasonText } from '../../alerts/reason-text.ts';
import type { ReportAction } from '../report-input.ts';
import { nameOf } from '../coverage.ts';
import type { Report } from '../report.ts';
import { undoneOf } from '../undone.ts';
import { number, plural, timeOf, withTimes } from '../words.ts';
import { html, type Markup, told, toldInFull } from './markup.ts';
import { aliasesByArn, empty, keyName, left, mark, shownAccount } from './parts.ts';

const most = 200;

/** What the guard did: what it saw, what the key was before and after, and who approved. */
export const deeds = (report: Report): Markup => {
  const { actions, accountNames } = report;
  const names = aliasesByArn(report);
  return html`<section id="deeds" aria-labelledby="deeds-h"><h2 id="deeds-h">What the guard did</h2>
${actions === null ? empty('Not in this report: what the guard did stands in its ledger, which was not read.') : shown(actions, { names, accountNames })}
</section>
`;
};

type Names = { readonly names: ReadonlyMap<string, readonly string[]>; readonly accountNames: Report['accountNames'] };

const shown = (actions: readonly ReportAction[], names: Names): Markup => {
  if (actions.length === 0)
    return empty('Nothing: no call of this period that reached the guard had to be told or undone.');
  return html`<p class="lead">It flagged ${plural(actions.length, 'call')} and undid ${undoneText(actions)}. Every change was verified by reading the key again.</p>
<ol class="deeds">${actions.slice(0, most).map((action) => deed(action, names))}</ol>
${left(most, actions.length, 'calls')}`;
};

const undoneText = (actions: readonly ReportAction[]): string => {
  const count = (wanted: ReturnType<typeof undoneOf>): number =>
    actions.filter((action) => undoneOf(action) === wanted).length;
  const [part, not] = [count('part'), count('not')];
  return [
    number(count('whole') + part),
    ...(part > 0 ? [`${number(part)} of them only in part`] : []),
    ...(not > 0 ? [`and could not undo ${number(not)}`] : []),
  ].join(', ');
};

const deed = (action: ReportAction, { names, accountNames }: Names): Markup => {
  const { at, eventName, keyArn, account, region, actor, rules, before, after, approvedBy, outcomes, reasons } = action;
  const name = keyName(keyArn, names.get(keyArn ?? '') ?? null);
  return html`<li><time datetime="${at}">${timeOf(at)}</time><div>
<p class="what">${resultOf(action)} <code>${told(eventName, 60)}</code> on ${told(name, 80)}</p>
<p>by ${actor === null ? 'somebody the record does not name' : told(actor, 200)}, in ${shownAccount(account, nameOf(accountNames, account))}, ${told(region, 40)}${rules.length === 0 ? null : html`; flagged by ${told(rules.join(', '), 300)}`}</p>
${before === null && after === null ? null : html`<dl class="sides"><div><dt>Before</dt><dd>${told(withTimes(before ?? 'not known'), 400)}</dd></div><div><dt>After</dt><dd>${told(withTimes(after ?? 'not known'), 400)}</dd></div></dl>`}
${outcomes.map(({ remedy, outcome, detail }) => html`<div class="line"><code>${remedy}</code>: ${outcome}${detail === after ? null : html`, ${toldInFull(withTimes(detail))}`}</div>`)}
${outcomes.length > 0 || reasons.length === 0 ? null : html`<p>Why: ${told(reasons.map(reasonText).join('; '), 600)}</p>`}
${approvedBy === null ? null : html`<p>Approved by ${told(approvedBy, 200)}</p>`}</div></li>
`;
};

const undoneMarks = {
  whole: mark('good', 'Undone'),
  part: mark('bad', 'Undone in part'),
  not: mark('bad', 'Not undone'),
  already: mark('good', 'Was right already'),
};

const resultOf = ({ outcomes, approvedBy, wouldRemedy, decision }: ReportAction): Markup => {
  const undone = undoneOf({ outcomes });
  if (undone !== null) return undoneMarks[undone];
  if (approvedBy !== null) return mark('plain', 'Approved');
  if (wouldRemedy !== null) return mark('warn', 'Only watched');
  return decision === 'remedy' ? mark('warn', 'Outcome not known') : mark('plain', 'Told');
};
