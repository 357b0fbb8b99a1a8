import { plain } from '../rules/explain.ts';
import { severities, type Severity } from '../rules/define-rule.ts';
import type { NewFinding, RuleNews } from '../sweep/settled-region.ts';
import type { SweepSummary } from '../sweep/sweep-summary.ts';
import type { RegionReport } from '../sweep/sweep-report.ts';

/** What a sweep brought up about one rule, or which Regions it could no longer read. One for each rule, however many keys. */
export type SweepAlert = {
  readonly kind: 'sweep';
  readonly guard: 'sweep';
  readonly sweepId: string;
  /** A rule's id, or `sweep-incomplete`. */
  readonly rule: string;
  readonly severity: Severity;
  /** The account, or `several`. */
  readonly account: string;
  /** When the sweep ended, ISO 8601. */
  readonly at: string;
  readonly opened: number;
  readonly reopened: number;
  readonly resolved: number;
  /** The worst few of what opened. */
  readonly worst: readonly NewFinding[];
  /** A few of the Regions that were not read as a whole; only of `sweep-incomplete`. */
  readonly regions: readonly { readonly account: string; readonly region: string; readonly reason: string }[];
  /** Why the sweep did not come to its end; null where it did. */
  readonly failure: string | null;
};

export const incompleteRule = 'sweep-incomplete';
const several = 'several';
const regionsTold = 10;
const urgent = severities.indexOf('high');

/** What is to be told of a sweep: new findings of high severity, and Regions that the sweep before could still read. */
export const sweepAlerts = (sweep: SweepSummary, before: SweepSummary | null): readonly SweepAlert[] => [
  ...sweep.news.flatMap((news) => ruleAlert(sweep, news)),
  ...incompleteAlert(sweep, before),
];

const ruleAlert = (sweep: SweepSummary, news: RuleNews): readonly SweepAlert[] => {
  const { rule, severity, opened, reopened, resolved, worst } = news;
  if (severity === null || severities.indexOf(severity) < urgent) return [];
  const accounts = new Set(worst.map(({ account }) => account));
  const [only] = accounts;
  // The worst few are all there is only where there are no more.
  const account = accounts.size === 1 && worst.length === opened + reopened ? (only ?? several) : several;
  const counts = { opened, reopened, resolved, worst };
  return [{ ...frameOf(sweep), rule, severity, account, ...counts, regions: [], failure: null }];
};

const incompleteAlert = (sweep: SweepSummary, before: SweepSummary | null): readonly SweepAlert[] => {
  const name = ({ account, region }: RegionReport): string => `${account} ${region}`;
  const known = new Set(before?.incomplete.map(name));
  const fresh = sweep.incomplete.filter((report) => !known.has(name(report)));
  if (fresh.length === 0 && sweep.failure === null) return [];
  const regions = fresh
    .slice(0, regionsTold)
    .map(({ account, region, reason }) => ({ account, region, reason: (reason ?? '').slice(0, 300) }));
  const counts = { opened: fresh.length, reopened: 0, resolved: 0, worst: [] };
  const severity = sweep.failure === null ? 'medium' : 'high';
  return [
    { ...frameOf(sweep), rule: incompleteRule, severity, account: several, ...counts, regions, failure: sweep.failure },
  ];
};

const frameOf = ({ id, finishedAt }: SweepSummary) => ({
  kind: 'sweep' as const,
  guard: 'sweep' as const,
  sweepId: id,
  at: finishedAt,
});

export const sweepSubject = (alert: SweepAlert): string => `[${alert.severity.toUpperCase()}] ${headlineOf(alert)}`;

const headlineOf = ({ rule, opened, reopened, failure }: SweepAlert): string => {
  if (failure !== null) return 'The nightly sweep did not come to its end';
  if (rule === incompleteRule) return `The nightly sweep could not read ${counted(opened, 'Region')} as a whole`;
  return `The nightly sweep found ${counted(opened + reopened, 'key')}: ${rule}`;
};

/** The text for people; `remediation` is the rule's. */
export const sweepText = (alert: SweepAlert, remediation: string | null): string => {
  const { severity, opened, reopened, resolved, worst, regions, failure, rule } = alert;
  const more = opened + reopened - worst.length - regions.length;
  return [
    `${severity.toUpperCase()}: ${headlineOf(alert)}`,
    '',
    ...(failure === null ? [] : [plain(failure, 400), '']),
    ...(rule === incompleteRule ? [] : [`New: ${opened}, back again: ${reopened}, resolved: ${resolved}`, '']),
    ...worst.map(lineOf),
    ...regions.map(({ account, region, reason }) => `- ${account} ${region}: ${plain(reason, 300)}`),
    ...(more > 0 ? [`- and ${more} more: see the report`] : []),
    '',
    'What to do',
    `- ${remediation ?? 'Give the role of the sweep the permission that is named, or see why the sweep failed. Until then nobody looks there.'}`,
  ].join('\n');
};

const lineOf = ({ account, region, keyArn, alias, severity, message }: NewFinding): string => {
  const name = plain(alias ?? keyArn?.split('/').at(-1) ?? 'the Region', 60);
  return `- ${severity.toUpperCase()} ${name} (${account} ${region}): ${plain(message, 300)}`;
};

const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;
