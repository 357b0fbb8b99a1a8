import { type Control, type Framework, controlNamed, frameworks } from './controls.ts';
import { isOpenViolation } from './finding-lines.ts';
import { byText } from './order.ts';
import type { FindingLine, Report, RuleLine } from './report.ts';
import { plural } from './words.ts';

/** `exception`: what fails is waived. Whatever could not be judged is `notAssessed`, which is never read as passed. */
export type ControlStatus = 'passed' | 'failed' | 'exception' | 'notAssessed';

export type ControlException = {
  readonly rule: string;
  readonly keyArn: string | null;
  readonly findingId: string;
  /** The waiver's last day; null where an approval or somebody's word in the ledger stands for it. */
  readonly until: string | null;
};

export type ControlLine = {
  readonly control: string;
  readonly id: string;
  readonly status: ControlStatus;
  /** What the status rests on, in one or two sentences. */
  readonly evidence: string;
  /** The rules that stand for it. */
  readonly rules: readonly string[];
  readonly open: number;
  readonly undetermined: number;
  readonly waived: number;
  /** Ids of open findings, worst first: the first hundred. */
  readonly findings: readonly string[];
  /** The first hundred. */
  readonly exceptions: readonly ControlException[];
};

export type FrameworkLine = {
  readonly id: string;
  readonly name: string;
  readonly counts: Readonly<Record<ControlStatus, number>>;
  readonly controls: readonly ControlLine[];
};

const mostListed = 100;

/** The report read by framework: every control that a rule stands for, and what is known of it. */
export const frameworksOf = (report: Report): readonly FrameworkLine[] => {
  const found = Map.groupBy(report.findings, ({ rule }) => rule);
  const byControl = new Map<string, { readonly control: Control; readonly rules: RuleLine[] }>();
  for (const rule of report.rules) {
    for (const name of rule.controls) {
      const control = controlNamed(name);
      if (control === null) continue;
      const known = byControl.get(name) ?? { control, rules: [] };
      known.rules.push(rule);
      byControl.set(name, known);
    }
  }
  const gap = gapOf(report);
  const lines = [...byControl.values()].map(({ control, rules }) => ({
    framework: control.framework,
    line: controlLine(control, { rules, found, gap, report }),
  }));
  return frameworks.flatMap((framework) => frameworkLine(framework, lines));
};

type Placed = { readonly framework: Framework; readonly line: ControlLine };

const frameworkLine = (framework: Framework, lines: readonly Placed[]): readonly FrameworkLine[] => {
  const controls = lines
    .filter((placed) => placed.framework === framework)
    .map(({ line }) => line)
    .sort((one, other) => byText(one.id, other.id));
  if (controls.length === 0) return [];
  const counts = { passed: 0, failed: 0, exception: 0, notAssessed: 0 };
  for (const { status } of controls) counts[status] += 1;
  return [{ id: framework.id, name: framework.name, counts, controls }];
};

type Context = {
  readonly rules: readonly RuleLine[];
  readonly found: ReadonlyMap<string, readonly FindingLine[]>;
  readonly gap: string | null;
  readonly report: Report;
};

const controlLine = (control: Control, context: Context): ControlLine => {
  const rules = context.rules.toSorted((one, other) => byText(one.id, other.id));
  const findings = rules.flatMap(({ id }) => context.found.get(id) ?? []);
  const open = findings.filter(isOpenViolation);
  const undetermined = findings.filter(({ status, verdict }) => status === 'open' && verdict === 'undetermined');
  const waived = findings.filter(({ status }) => status === 'waived');
  const gaps = [
    ...(undetermined.length > 0 ? [`${plural(undetermined.length, 'verdict')} could not be reached.`] : []),
    ...rules.flatMap((rule) => ruleGap(rule, context.report) ?? []),
    ...(context.gap === null ? [] : [context.gap]),
  ];
  const status = statusOf({ open: open.length, waived: waived.length, gaps: gaps.length });
  return {
    control: control.name,
    id: control.id,
    status,
    evidence: [judged(status, { open: open.length, waived: waived.length }, context.report), ...gaps].join(' '),
    rules: rules.map(({ id }) => id),
    open: open.length,
    undetermined: undetermined.length,
    waived: waived.length,
    findings: open.slice(0, mostListed).map(({ id }) => id),
    exceptions: waived
      .slice(0, mostListed)
      .map(({ rule, keyArn, id, waivedUntil }) => ({ rule, keyArn, findingId: id, until: waivedUntil })),
  };
};

/** One failure is proof; that nothing failed proves something only where everything was looked at. */
const statusOf = (counts: { readonly open: number; readonly waived: number; readonly gaps: number }): ControlStatus => {
  if (counts.open > 0) return 'failed';
  if (counts.gaps > 0) return 'notAssessed';
  return counts.waived > 0 ? 'exception' : 'passed';
};

const judged = (
  status: ControlStatus,
  { open, waived }: { readonly open: number; readonly waived: number },
  { sweep }: Report,
): string => {
  const looked = sweep === null ? '' : ` The sweep of ${sweep.finishedAt} looked at ${plural(sweep.keys, 'key')}.`;
  const excepted = waived > 0 ? ` ${plural(waived, 'violation')} waived.` : '';
  if (status === 'failed') return `${plural(open, 'open violation')}.${excepted}${looked}`;
  const clear = status === 'notAssessed' ? 'No open violation is known.' : 'No open violation.';
  return `${clear}${excepted}${looked}`;
};

/** What keeps the whole estate from being judged, or null. */
const gapOf = ({ sweep, coverage: { regions, unreadableKeys } }: Report): string | null => {
  if (sweep === null) return 'No sweep ended in this period.';
  const unread = regions.partial + regions.unreadable;
  if (unread > 0) return `${plural(unread, 'Region')} could not be read as a whole.`;
  return unreadableKeys.length > 0 ? `${plural(unreadableKeys.length, 'key')} could not be read as a whole.` : null;
};

const ruleGap = ({ id, enabled, sweep }: RuleLine, { actions, coverage }: Report): string | null => {
  if (!enabled) return `The rule ${id} is switched off.`;
  if (sweep) return null;
  if (actions === null) return `The rule ${id} judges calls, and the record of them is not in this report.`;
  const { hoursWithoutHeartbeat } = coverage;
  if (hoursWithoutHeartbeat === null) return `The rule ${id} judges calls, and nothing proves that all of them came.`;
  return hoursWithoutHeartbeat > 0 ? `The rule ${id} judges calls, and some may have been lost without a trace.` : null;
};
