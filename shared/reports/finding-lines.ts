import { severities, type Severity } from '../rules/define-rule.ts';
import { byPlace, byText } from './order.ts';
import type { PreviousReport, ReportFinding, ReportRule } from './report-input.ts';
import type { AccountFindings, FindingLine, RuleCounts, RuleLine, SeverityCounts, Standing } from './report.ts';

const rank: ReadonlyMap<Severity, number> = new Map(severities.map((severity, at) => [severity, at]));
export const worse = (one: Severity, other: Severity): number => (rank.get(other) ?? 0) - (rank.get(one) ?? 0);

const worstOf = (found: readonly ReportFinding[]): Severity | null =>
  found
    .filter(isOpenViolation)
    .map(({ severity }) => severity)
    .sort(worse)[0] ?? null;

export const isOpenViolation = ({ status, verdict }: Pick<ReportFinding, 'status' | 'verdict'>): boolean =>
  status === 'open' && verdict === 'violation';

/** Each finding once, worst first, with what became of it since the report before. */
export const findingLines = (
  findings: readonly ReportFinding[],
  previous: PreviousReport | null,
): readonly FindingLine[] => {
  const openBefore = new Set(previous?.openFindings);
  const everBefore = new Set(previous?.earlierFindings);
  const standing = ({ id, status }: ReportFinding): Standing | null => {
    if (previous === null) return null;
    if (status === 'resolved') return 'resolved';
    if (openBefore.has(id)) return 'known';
    return everBefore.has(id) ? 'reopened' : 'new';
  };
  const once = new Map(findings.map((finding) => [finding.id, finding]));
  return [...once.values()].map((finding) => ({ ...finding, standing: standing(finding) })).sort(byWeight);
};

const statusRank = { open: 0, waived: 1, resolved: 2 } as const;
const verdictRank = { violation: 0, undetermined: 1 } as const;

const byWeight = (one: ReportFinding, other: ReportFinding): number =>
  statusRank[one.status] - statusRank[other.status] ||
  verdictRank[one.verdict] - verdictRank[other.verdict] ||
  worse(one.severity, other.severity) ||
  byText(one.rule, other.rule) ||
  byPlace(one, other) ||
  byText(one.id, other.id);

export const countBySeverity = (findings: readonly ReportFinding[]): SeverityCounts => {
  const counts = { info: 0, low: 0, medium: 0, high: 0, critical: 0 };
  for (const finding of findings) if (isOpenViolation(finding)) counts[finding.severity] += 1;
  return counts;
};

export const findingsByAccount = (findings: readonly ReportFinding[]): readonly AccountFindings[] =>
  [...Map.groupBy(findings.filter(isOpenViolation), ({ account }) => account)]
    .map(([account, open]) => ({ account, open: countBySeverity(open), total: open.length }))
    .sort((one, other) => other.total - one.total || byText(one.account, other.account));

/** Open violations, open undetermined verdicts, what is waived and what was resolved. */
export const countByState = (findings: readonly ReportFinding[]): RuleCounts => ({
  open: findings.filter(isOpenViolation).length,
  undetermined: findings.filter(({ status, verdict }) => status === 'open' && verdict === 'undetermined').length,
  waived: findings.filter(({ status }) => status === 'waived').length,
  resolved: findings.filter(({ status }) => status === 'resolved').length,
});

/** What stands about one key, in one walk: there may be 100,000 of them. */
export const standingOf = (findings: readonly ReportFinding[]) => ({
  ...countByState(findings),
  worst: worstOf(findings),
});

/** Every rule, also those that found nothing, and those of findings that the house no longer has. Worst first. */
export const ruleLines = (rules: readonly ReportRule[], findings: readonly ReportFinding[]): readonly RuleLine[] => {
  const found = Map.groupBy(findings, ({ rule }) => rule);
  const listed = new Set(rules.map(({ id }) => id));
  const gone = [...found].filter(([id]) => !listed.has(id)).map(([id, [first]]) => goneRule(id, first));
  return [...rules, ...gone]
    .map((rule) => ({ ...rule, ...standingOf(found.get(rule.id) ?? []) }))
    .sort((one, other) => byWorst(one, other) || other.open - one.open || byText(one.id, other.id));
};

const goneRule = (id: string, example: ReportFinding | undefined): ReportRule => ({
  id,
  title: id,
  severity: example?.severity ?? 'info',
  sweep: false,
  remedy: null,
  controls: example?.controls ?? [],
  remediation: example?.remediation ?? '',
  needs: [],
  messages: {},
  enabled: false,
});

type Worst = { readonly worst: Severity | null };

/** Those with the worst open violation first, those without any last. */
export const byWorst = ({ worst: one }: Worst, { worst: other }: Worst): number => {
  if (one === null || other === null) return (one === null ? 1 : 0) - (other === null ? 1 : 0);
  return worse(one, other);
};
