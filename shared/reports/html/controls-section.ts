import type { ControlException, ControlLine } from '../control-line.ts';
import { type FrameworkLine, frameworksOf } from '../frameworks.ts';
import type { Report } from '../report.ts';
import { dayOf, number, plural, withTimes } from '../words.ts';
import { html, type Markup, told } from './markup.ts';
import { aliasesByArn, empty, keyName, mark, ruleAnchor, table } from './parts.ts';

const mostExceptions = 50;

/** The report read by framework: an auditor looks a control up, not a rule. */
export const controlsSection = (report: Report): Markup => {
  const names = aliasesByArn(report);
  const frameworks = frameworksOf(report);
  return html`<section id="controls" aria-labelledby="controls-h"><h2 id="controls-h">Controls by framework</h2>
<p class="lead">A control fails by one open finding of the rules beside it. It passes where they judged every key and nothing stands open, and is not assessed where anything was not seen. What else a control asks for, such as a written procedure, no report can tell.</p>
${frameworks.length === 0 ? empty('No rule of this report stands for a control of a published framework.') : frameworks.map((framework) => block(framework, names))}</section>
`;
};

const marks = {
  passed: mark('good', 'passed'),
  failed: mark('bad', 'failed'),
  exception: mark('plain', 'exception'),
  notAssessed: mark('warn', 'not assessed'),
};

type Names = ReadonlyMap<string, readonly string[]>;

const block = ({ name, counts, controls }: FrameworkLine, names: Names): Markup => {
  const worst = counts.failed > 0 ? marks.failed : counts.notAssessed > 0 ? marks.notAssessed : marks.passed;
  const head = ['Control', 'What is known', 'Status', 'Exceptions', 'Rules'];
  return html`<details class="rule"><summary><span>${worst}</span><h3>${name}</h3><span class="counts">${countsText(counts)}</span></summary>
${table({ caption: `Controls of ${name}`, captionHidden: true, head, rows: controls.map((control) => row(control, names)) })}</details>
`;
};

const countsText = ({ passed, failed, exception, notAssessed }: FrameworkLine['counts']): string =>
  [
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(notAssessed > 0 ? [`${notAssessed} not assessed`] : []),
    ...(exception > 0 ? [plural(exception, 'exception')] : []),
    ...(passed > 0 ? [`${passed} passed`] : []),
  ].join(' · ');

const row = ({ id, status, evidence, exceptions, rules }: ControlLine, names: Names): readonly Markup[] => [
  html`<span class="name where">${told(id, 60)}</span>`,
  told(withTimes(evidence), 1_000),
  marks[status],
  exceptionsOf(exceptions, names),
  html`${rules.map((rule) => html`<a class="where" href="#${ruleAnchor(rule)}">${told(rule, 80)}</a> `)}`,
];

const exceptionsOf = (exceptions: readonly ControlException[], names: Names): Markup => {
  if (exceptions.length === 0) return html`none`;
  const shown = exceptions.slice(0, mostExceptions).map((each) => exceptionText(each, names));
  const rest = exceptions.length - shown.length;
  return html`${plural(exceptions.length, 'exception')}<details class="evidence"><summary>Which</summary><ul>${shown}${rest > 0 ? html`<li>and ${number(rest)} more</li>` : null}</ul></details>`;
};

const exceptionText = ({ keyArn, until }: ControlException, names: Names): Markup =>
  html`<li>${told(keyName(keyArn, names.get(keyArn ?? '') ?? null), 80)}${until === null ? '' : `, until ${dayOf(until)}`}</li>`;
