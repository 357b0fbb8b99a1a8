import type { GuardConfig } from '../../config/config.ts';
import type { ReportKind } from '../../config/report-config.ts';
import { known } from '../../facts/facts.ts';
import type { Rule } from '../../rules/define-rule.ts';
import type { KeyRow } from '../../sweep/key-row.ts';
import type { SweepSummary } from '../../sweep/sweep-summary.ts';
import { accountPathOf, waiverFor } from '../../waivers.ts';
import { actionOf } from '../action-of.ts';
import type { ReportAction, ReportFinding, ReportInput, ReportPeriod } from '../report-input.ts';
import { reportRules } from '../report-rules.ts';
import { approvalsIn } from './approvals-in.ts';
import { reportedFinding } from './ledger-finding.ts';
import { gapsIn, periodOf } from './period.ts';
import { earlierReports } from './points.ts';
import type { ReportSources } from './ports.ts';
import { manifestOf, sweepRows } from './sweep-rows.ts';

export type ReportTask = {
  readonly kind: ReportKind;
  /** When the report was due, ISO 8601: what it says holds until then. */
  readonly at: string;
};

export type ReportSettings = {
  readonly config: GuardConfig;
  readonly rules: readonly Rule[];
  /** Names of the guards whose heartbeats prove that events arrive. */
  readonly guards: readonly string[];
  /** Where the guard itself lives. */
  readonly own: { readonly account: string; readonly region: string };
};

/** Everything that a report of one period is made from. @throws RetryableFault */
export const gatherInput = async (
  { kind, at }: ReportTask,
  settings: ReportSettings,
  ports: ReportSources,
): Promise<ReportInput> => {
  const { config, rules } = settings;
  const period = periodOf(kind, at);
  const summary = await ports.sweeps.last();
  const manifest = summary === null ? [] : await manifestOf(summary, ports);
  const read = isIn(period, summary) ? await sweepRows(summary, manifest, ports) : null;
  const rows = new Map((read?.keyRows ?? []).map((row) => [row.keyArn, row]));
  const waivers = await allWaivers(config, ports);
  const { trend, previous } = await earlierReports(kind, at, ports);
  const { actions, places } = await entriesIn(period, ports);
  // Where reports failed to be made, what was resolved meanwhile is told now.
  const since = previous === null || previous.at > period.from ? period.from : previous.at;
  const looking = { since, period, rows, settings, ports, waivers: waivers ?? [] };
  // An event may come from a Region that no sweep reads.
  const findings = await findingsIn([...manifest, settings.own, ...places], looking);
  return {
    generatedAt: period.to,
    title: config.reports.title,
    period,
    accountNames: config.alerts.accountNames,
    sweep: read?.sweep ?? null,
    keyRows: read?.keyRows ?? null,
    findings,
    actions,
    approvals: await approvalsIn(period, ports),
    waivers,
    trend,
    previous: previous === null ? null : { ...previous, earlierFindings: seenBefore(findings, previous.at) },
    heartbeatGaps: await heartbeatGaps(period, settings.guards, ports),
    rules: reportRules(rules, config),
  };
};

const isIn = ({ from, to }: ReportPeriod, sweep: SweepSummary | null): sweep is SweepSummary =>
  sweep !== null && sweep.finishedAt >= from && sweep.finishedAt <= to;

const seenBefore = (findings: readonly ReportFinding[], at: string): readonly string[] =>
  findings.filter(({ firstSeen }) => firstSeen < at).map(({ id }) => id);

/** Those of the configuration and of the ledger; null where the ledger's cannot be read. */
const allWaivers = async (
  { waivers }: GuardConfig,
  { waivers: book }: Pick<ReportSources, 'waivers'>,
): Promise<ReportInput['waivers']> => {
  const stored = await book.all();
  if (!stored.known) return null;
  return [
    ...waivers.map((waiver) => ({ ...waiver, approvedBy: null })),
    ...stored.value.map(({ addedBy, rule, keys, owner, reason, expires }) => ({
      rule,
      keys,
      owner,
      reason,
      expires,
      approvedBy: addedBy,
    })),
  ];
};

type Looking = {
  /** What was resolved before is left out. */
  readonly since: string;
  readonly period: ReportPeriod;
  readonly rows: ReadonlyMap<string, KeyRow>;
  readonly settings: ReportSettings;
  readonly ports: Pick<ReportSources, 'findings'>;
  readonly waivers: NonNullable<ReportInput['waivers']>;
};

/** What stands in the ledger, and what was resolved since the report before, of every place once. */
const findingsIn = async (
  places: readonly Place[],
  { since, period, rows, settings: { rules, config }, ports, waivers }: Looking,
): Promise<readonly ReportFinding[]> => {
  const ruleById = new Map(rules.map((rule) => [rule.id, rule]));
  const now = Date.parse(period.to);
  const once = new Map(places.map(({ account, region }) => [`${account} ${region}`, { account, region }]));
  const found: ReportFinding[] = [];
  for (const place of once.values()) {
    const accountPath = accountPathOf(config.accountPaths, place.account);
    for await (const stored of ports.findings.standing(place, since)) {
      const { keyArn, account } = stored;
      const row = rows.get(keyArn ?? '');
      const aliases = row?.aliases ?? [];
      const about = { keyArn, account, aliases: known(aliases), tags: known(row?.tags ?? {}), accountPath, now };
      const writable = waivers.map((waiver) => ({ ...waiver, keys: [...waiver.keys] }));
      const held = stored.status === 'waived' ? waiverFor(writable, { rule: stored.rule, ...about }) : null;
      const waivedUntil = held?.waived === 'yes' ? held.waiver.expires : null;
      found.push(reportedFinding(stored, { rule: ruleById.get(stored.rule), aliases, waivedUntil }));
    }
  }
  return found;
};

type Place = { readonly account: string; readonly region: string };

/** What the guard did, and every place where it saw a call. */
const entriesIn = async (
  { from, to }: ReportPeriod,
  { entries }: Pick<ReportSources, 'entries'>,
): Promise<{ readonly actions: readonly ReportAction[]; readonly places: readonly Place[] }> => {
  const actions: ReportAction[] = [];
  const places = new Map<string, Place>();
  for await (const entry of entries.between(from, to)) {
    const { account, region } = entry.call;
    places.set(`${account} ${region}`, { account, region });
    const action = actionOf(entry);
    if (action !== null) actions.push(action);
  }
  return { actions, places: [...places.values()] };
};

const heartbeatGaps = async (
  period: ReportPeriod,
  guards: readonly string[],
  { heartbeats }: Pick<ReportSources, 'heartbeats'>,
): Promise<ReportInput['heartbeatGaps']> => {
  if (guards.length === 0) return null;
  const beats = await Promise.all(guards.map((guard) => heartbeats.hours({ guard, from: period.from, to: period.to })));
  return gapsIn(period, beats);
};
