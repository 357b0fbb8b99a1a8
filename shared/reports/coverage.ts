import type { RegionReport } from '../sweep/sweep-report.ts';
import { byPlace, byText } from './order.ts';
import type { HeartbeatGap, ReportFinding, ReportInput } from './report-input.ts';
import type { AbsentPart, AccountCoverage, Coverage, UndecidedRule } from './report.ts';

const millisecondsInHour = 3_600_000;

/** What was looked at, and what was not. */
export const coverageOf = ({ sweep, accountNames, findings, rules, heartbeatGaps }: ReportInput): Coverage => {
  const regions = sweep?.regions ?? [];
  const count = (state: RegionReport['state']): number => regions.filter((region) => region.state === state).length;
  const titles = new Map(rules.map(({ id, title }) => [id, title]));
  return {
    accounts: accountsOf(regions, accountNames),
    regions: { complete: count('complete'), partial: count('partial'), unreadable: count('unreadable') },
    unreadableKeys: [...(sweep?.unreadable ?? [])].sort(byPlace),
    lastUseDeferred: regions.reduce((sum, { lastUseDeferred }) => sum + lastUseDeferred, 0),
    undecided: undecidedRules(findings, titles),
    heartbeatGaps:
      heartbeatGaps === null ? null : [...heartbeatGaps].sort((one, other) => byText(one.from, other.from)),
    hoursWithoutHeartbeat: heartbeatGaps === null ? null : hoursIn(heartbeatGaps),
  };
};

const accountsOf = (
  regions: readonly RegionReport[],
  names: Readonly<Record<string, string>>,
): readonly AccountCoverage[] =>
  [...Map.groupBy(regions, ({ account }) => account)]
    .map(([account, own]) => ({
      account,
      name: nameOf(names, account),
      state: stateOf(own),
      keys: own.reduce((sum, { keys }) => sum + keys, 0),
      regions: own.toSorted(byPlace),
    }))
    .sort((one, other) => byText(one.account, other.account));

export const nameOf = (names: Readonly<Record<string, string>>, account: string): string | null =>
  Object.hasOwn(names, account) ? (names[account] ?? null) : null;

const stateOf = (regions: readonly RegionReport[]): RegionReport['state'] => {
  if (regions.every(({ state }) => state === 'complete')) return 'complete';
  return regions.every(({ state }) => state === 'unreadable') ? 'unreadable' : 'partial';
};

/** The commonest reason stands for all of a rule's undetermined verdicts. */
const undecidedRules = (
  findings: readonly ReportFinding[],
  titles: ReadonlyMap<string, string>,
): readonly UndecidedRule[] => {
  const undecided = findings.filter(({ verdict, status }) => verdict === 'undetermined' && status !== 'resolved');
  return [...Map.groupBy(undecided, ({ rule }) => rule)]
    .map(([rule, found]) => ({ rule, title: titles.get(rule) ?? rule, keys: found.length, why: commonest(found) }))
    .sort((one, other) => other.keys - one.keys || byText(one.rule, other.rule));
};

const commonest = (found: readonly ReportFinding[]): string => {
  const byMessage = [...Map.groupBy(found, ({ message }) => message)];
  byMessage.sort(([one, many], [other, more]) => more.length - many.length || byText(one, other));
  return byMessage[0]?.[0] ?? '';
};

const hoursIn = (gaps: readonly HeartbeatGap[]): number =>
  gaps.reduce((sum, { from, to }) => sum + (Date.parse(to) - Date.parse(from)) / millisecondsInHour, 0);

/** What the source could not give. Silence would read as "there was none". */
export const absentParts = (input: ReportInput): readonly AbsentPart[] => {
  const parts: readonly (readonly [boolean, AbsentPart])[] = [
    [
      input.sweep === null,
      {
        part: 'The sweep',
        why: 'no sweep ended in this period: what stands here is what events showed, and what earlier sweeps found',
      },
    ],
    [
      input.sweep?.rules !== undefined,
      { part: 'Every other rule', why: `the sweep asked no more than ${(input.sweep?.rules ?? []).join(', ')}` },
    ],
    [
      input.keyRows === null,
      { part: 'The table of keys', why: 'the sweep handed over its findings, but not its keys' },
    ],
    [input.actions === null, { part: 'What the guard did', why: 'that stands in the ledger, which was not read' }],
    [input.approvals === null, { part: 'Approvals', why: 'they stand in the ledger, which was not read' }],
    [
      input.waivers === null,
      { part: 'Waivers', why: 'no configuration was given; what a waiver covers is still marked' },
    ],
    [input.trend === null, { part: 'The trend', why: 'no earlier reports were at hand' }],
    [input.previous === null, { part: 'Change since the last report', why: 'no report before this one was at hand' }],
    [input.heartbeatGaps === null, { part: 'Heartbeats', why: 'they stand in the ledger, which was not read' }],
  ];
  return parts.flatMap(([absent, part]) => (absent ? [part] : []));
};
