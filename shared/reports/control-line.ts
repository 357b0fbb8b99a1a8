import { type Control, strictOnDeletion, untestedControls } from './controls.ts';
import { isOpenViolation } from './finding-lines.ts';
import { byText } from './order.ts';
import type { FindingLine, PendingDeletion, Report, RuleLine } from './report.ts';
import { plural } from './words.ts';

/** `exception`: what fails is waived. Whatever could not be judged is `notAssessed`, which is never read as passed. */
export type ControlStatus = 'passed' | 'failed' | 'exception' | 'notAssessed';

export type ControlException = {
  readonly rule: string;
  readonly keyArn: string | null;
  /** Null for a key that waits for deletion with the rule's consent: nothing was found about it. */
  readonly findingId: string | null;
  /** The waiver's last day; null where an approval or somebody's word in the ledger stands for it. */
  readonly until: string | null;
};

export type ControlLine = {
  readonly control: string;
  readonly id: string;
  readonly status: ControlStatus;
  /** What the status rests on, in a few sentences. */
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

const mostListed = 100;

export type ControlContext = {
  readonly rules: readonly RuleLine[];
  readonly found: ReadonlyMap<string, readonly FindingLine[]>;
  readonly gap: string | null;
  readonly report: Report;
};

export const controlLine = (control: Control, context: ControlContext): ControlLine => {
  const rules = context.rules.toSorted((one, other) => byText(one.id, other.id));
  const untested = untestedControls.get(control.name);
  return untested === undefined ? testedLine(control, { ...context, rules }) : untestedLine(control, rules, untested);
};

const untestedLine = (control: Control, rules: readonly RuleLine[], why: string): ControlLine => ({
  control: control.name,
  id: control.id,
  status: 'notAssessed',
  evidence: `Not tested: ${why}. A deployed guard tells people of each such call.`,
  rules: rules.map(({ id }) => id),
  open: 0,
  undetermined: 0,
  waived: 0,
  findings: [],
  exceptions: [],
});

const testedLine = (control: Control, { rules, found, gap, report }: ControlContext): ControlLine => {
  const findings = rules.flatMap(({ id }) => found.get(id) ?? []);
  const open = findings.filter(isOpenViolation);
  const undetermined = findings.filter(({ status, verdict }) => status === 'open' && verdict === 'undetermined');
  const waived = findings.filter(({ status }) => status === 'waived');
  const strict = strictOnDeletion.has(control.name);
  const going = strict ? pendingWithout(findings, report) : [];
  const gaps = [
    ...(undetermined.length > 0 ? [`${plural(undetermined.length, 'verdict')} could not be reached.`] : []),
    ...rules.flatMap((rule) => ruleGap(rule, report) ?? []),
    ...(strict && report.keys === null ? ['Which keys wait for deletion is not in this report.'] : []),
    ...(gap === null ? [] : [gap]),
  ];
  const counts = { open: open.length, waived: waived.length, going: going.length };
  const status = statusOf({ ...counts, gaps: gaps.length });
  const excepted = waived.map(({ rule, keyArn, id, waivedUntil }) => ({
    rule,
    keyArn,
    findingId: id,
    until: waivedUntil,
  }));
  const consented = going.map(({ keyArn }) => ({ rule: rules[0]?.id ?? '', keyArn, findingId: null, until: null }));
  return {
    control: control.name,
    id: control.id,
    status,
    evidence: [judged(status, counts, report), ...gaps].join(' '),
    rules: rules.map(({ id }) => id),
    open: open.length,
    undetermined: undetermined.length,
    waived: waived.length,
    findings: open.slice(0, mostListed).map(({ id }) => id),
    exceptions: [...excepted, ...consented].slice(0, mostListed),
  };
};

/** Keys that wait for deletion and about which these rules say nothing: approved, or proven unneeded. */
const pendingWithout = (findings: readonly FindingLine[], { figures }: Report): readonly PendingDeletion[] => {
  const told = new Set(findings.flatMap(({ keyArn, status }) => (status === 'resolved' ? [] : [keyArn])));
  return (figures?.pendingDeletions ?? []).filter(({ keyArn }) => !told.has(keyArn));
};

type Counts = { readonly open: number; readonly waived: number; readonly going: number };

/** One failure is proof; that nothing failed proves something only where everything was looked at. */
const statusOf = (counts: Counts & { readonly gaps: number }): ControlStatus => {
  if (counts.open > 0) return 'failed';
  if (counts.gaps > 0) return 'notAssessed';
  return counts.waived + counts.going > 0 ? 'exception' : 'passed';
};

const judged = (status: ControlStatus, { open, waived, going }: Counts, { sweep }: Report): string => {
  const looked = sweep === null ? '' : ` The sweep of ${sweep.finishedAt} looked at ${plural(sweep.keys, 'key')}.`;
  const excepted = waived > 0 ? ` ${plural(waived, 'violation')} waived.` : '';
  const consented =
    going > 0
      ? ` ${plural(going, 'key')} ${going === 1 ? 'waits' : 'wait'} for deletion, approved or proven unneeded, which the control itself does not permit.`
      : '';
  if (status === 'failed') return `${plural(open, 'open violation')}.${excepted}${consented}${looked}`;
  const clear = status === 'notAssessed' ? 'No open violation is known.' : 'No open violation.';
  return `${clear}${excepted}${consented}${looked}`;
};

/** What keeps the whole estate from being judged, or null. */
export const gapOf = ({ sweep, coverage: { regions, unreadableKeys } }: Report): string | null => {
  if (sweep === null) return 'No sweep ended in this period.';
  const unread = regions.partial + regions.unreadable;
  if (unread > 0) return `${plural(unread, 'Region')} could not be read as a whole.`;
  if (sweep.keys === 0) return 'There is no key to which it could apply.';
  return unreadableKeys.length > 0 ? `${plural(unreadableKeys.length, 'key')} could not be read as a whole.` : null;
};

const ruleGap = ({ id, enabled, sweep }: RuleLine, { actions, coverage, sweep: last }: Report): string | null => {
  if (!enabled) return `The rule ${id} is switched off, or has nothing to ask for.`;
  if (sweep && last?.rules?.includes(id) === false) return `The sweep did not ask the rule ${id}.`;
  if (sweep) return null;
  if (actions === null) return `The rule ${id} judges calls, and the record of them is not in this report.`;
  const { hoursWithoutHeartbeat } = coverage;
  if (hoursWithoutHeartbeat === null) return `The rule ${id} judges calls, and nothing proves that all of them came.`;
  return hoursWithoutHeartbeat > 0 ? `The rule ${id} judges calls, and some may have been lost without a trace.` : null;
};
