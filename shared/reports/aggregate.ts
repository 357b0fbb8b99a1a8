import { absentParts, coverageOf } from './coverage.ts';
import { countBySeverity, countByState, findingLines, findingsByAccount, ruleLines } from './finding-lines.ts';
import { keyFigures, keyLines } from './key-figures.ts';
import { byText } from './order.ts';
import type { PreviousReport, ReportInput, TrendPoint } from './report-input.ts';
import type { Figures, FindingLine, Headline, Report } from './report.ts';
import { undoneOf } from './undone.ts';

/** Makes the one model that every format renders. The order of what is given does not matter. */
export const aggregate = (input: ReportInput): Report => {
  const { title, generatedAt, period, previous, sweep, keyRows } = input;
  const findings = findingLines(input.findings, previous);
  const keys = keyRows === null ? null : keyLines(keyRows, findings);
  const seenAt = Date.parse(sweep?.finishedAt ?? generatedAt);
  const figures = keys === null ? null : keyFigures(keys, findings, seenAt);
  const point = pointOf(input, findings, figures);
  const earlier = [...(input.trend ?? [])]
    .filter(({ at }) => at < point.at)
    .sort((one, other) => byText(one.at, other.at));
  return {
    schema: 'kms-guard/report/1',
    title,
    generatedAt,
    period,
    previousAt: previous?.at ?? null,
    sweep: sweepOf(input),
    headline: headlineOf({ input, findings, point, earlier }),
    findings,
    rules: ruleLines(input.rules, findings),
    accounts: findingsByAccount(findings),
    keys,
    figures,
    trend: [...earlier, point],
    actions: sorted(input.actions, (one, other) => byText(other.at, one.at) || byText(one.eventID, other.eventID)),
    approvals: sorted(
      input.approvals,
      (one, other) => byText(other.requestedAt, one.requestedAt) || byText(one.keyArn, other.keyArn),
    ),
    waivers: sorted(
      input.waivers,
      (one, other) =>
        byText(one.expires, other.expires) ||
        byText(one.rule, other.rule) ||
        byText(one.keys.join(), other.keys.join()),
    ),
    coverage: coverageOf(input),
    absent: absentParts(input),
    accountNames: Object.fromEntries(Object.entries(input.accountNames).sort(([one], [other]) => byText(one, other))),
    point,
  };
};

const sorted = <Part>(
  parts: readonly Part[] | null,
  compare: (one: Part, other: Part) => number,
): readonly Part[] | null => (parts === null ? null : parts.toSorted(compare));

const sweepOf = ({ sweep }: ReportInput): Report['sweep'] => {
  if (sweep === null) return null;
  const { startedAt, finishedAt, keys, apiCalls, rules } = sweep;
  const calls = Object.entries(apiCalls).sort(([one], [other]) => byText(one, other));
  const state = sweepState(sweep.regions);
  const narrowed = rules === undefined ? {} : { rules: rules.toSorted(byText) };
  return { startedAt, finishedAt, ...narrowed, keys, apiCalls: Object.fromEntries(calls), state };
};

const sweepState = (regions: readonly { readonly state: string }[]): 'complete' | 'partial' =>
  regions.every(({ state }) => state === 'complete') ? 'complete' : 'partial';

/** Without a sweep nothing was counted: a number then would look like good news. */
const pointOf = (
  { generatedAt, sweep }: ReportInput,
  findings: readonly FindingLine[],
  figures: Figures | null,
): TrendPoint => {
  if (sweep === null)
    return { at: generatedAt, sweep: 'missing', open: null, undetermined: null, rotation: null, keys: null };
  const rotation = figures?.rotation ?? null;
  return {
    at: generatedAt,
    sweep: sweepState(sweep.regions),
    open: countBySeverity(findings),
    undetermined: countByState(findings).undetermined,
    rotation: rotation === null ? null : { eligible: rotation.on + rotation.off + rotation.unread, on: rotation.on },
    keys: sweep.keys,
  };
};

type HeadlineInput = {
  readonly input: ReportInput;
  readonly findings: readonly FindingLine[];
  readonly point: TrendPoint;
  readonly earlier: readonly TrendPoint[];
};

const headlineOf = ({ input, findings, point, earlier }: HeadlineInput): Headline => {
  const open = countBySeverity(findings);
  const { open: openTotal, undetermined, waived } = countByState(findings);
  const before = earlier.findLast(({ sweep }) => sweep !== 'missing') ?? null;
  const standing = (wanted: FindingLine['standing']): number =>
    findings.filter((finding) => finding.standing === wanted && isNews(finding, input.previous)).length;
  const undone = Map.groupBy(input.actions ?? [], undoneOf);
  const calls = (how: 'whole' | 'part' | 'not'): number | null =>
    input.actions === null ? null : (undone.get(how)?.length ?? 0);
  const [whole, part] = [calls('whole'), calls('part')];
  return {
    open,
    openTotal,
    undetermined,
    waived,
    changes:
      input.previous === null
        ? null
        : { new: standing('new'), reopened: standing('reopened'), resolved: standing('resolved') },
    comparedAt: before?.at ?? null,
    openChange: difference(point.open === null ? null : openTotal, openIn(before)),
    keys: point.keys,
    keysChange: difference(point.keys, before?.keys ?? null),
    rotationPercent: percentOf(point.rotation),
    rotationChange: difference(percentOf(point.rotation), percentOf(before?.rotation ?? null)),
    undoneCalls: whole === null || part === null ? null : whole + part,
    undoneInPart: part,
    notUndone: calls('not'),
  };
};

/** What was resolved before the report before is no news, though it was in this one's period. */
const isNews = ({ status, resolvedAt }: FindingLine, previous: PreviousReport | null): boolean => {
  if (status !== 'resolved') return status === 'open';
  return resolvedAt === null || previous === null || resolvedAt > previous.at;
};

const openIn = (point: TrendPoint | null): number | null =>
  point === null || point.open === null ? null : Object.values(point.open).reduce((sum, count) => sum + count, 0);

/** Rounded down to a tenth: 100 is only said of all. */
export const percentOf = (rotation: TrendPoint['rotation']): number | null =>
  rotation === null || rotation.eligible === 0 ? null : Math.floor((rotation.on / rotation.eligible) * 1_000) / 10;

const difference = (now: number | null, before: number | null): number | null =>
  now === null || before === null ? null : Math.round((now - before) * 10) / 10;
