import type { OpenedSources } from '../shared/adapters/report-sources.ts';
import type { StackPlace } from '../shared/adapters/stack-outputs.ts';
import { type ReportKind, reportKinds } from '../shared/config/report-config.ts';
import type { GuardConfig } from '../shared/config/config.ts';
import type { Log } from '../shared/ports.ts';
import { aggregate } from '../shared/reports/aggregate.ts';
import { gatherInput } from '../shared/reports/make/gather-input.ts';
import type { Report } from '../shared/reports/report.ts';
import { isEnabled } from '../shared/rules/define-rule.ts';
import { rules } from '../shared/rules/index.ts';
import { guardsOf } from '../shared/rules/routes.ts';
import type { Io, UsageError } from './command.ts';
import { fromLedger, placeOf } from './ledger-access.ts';

/** `report --stack NAME`: the report that the deployed guard would make, without keeping it or telling anybody. */

export type OpenSources = (place: StackPlace, log: Log) => Promise<OpenedSources>;

export const ledgerReportOptions = {
  stack: { type: 'string' },
  region: { type: 'string' },
  'endpoint-url': { type: 'string' },
  period: { type: 'string' },
  at: { type: 'string' },
} as const;

type Values = { readonly [Name in keyof typeof ledgerReportOptions]?: string | undefined };

export type Asked = {
  readonly io: Io;
  readonly values: Values & { readonly stack: string };
  readonly config: GuardConfig;
  readonly title: string | undefined;
  readonly wrong: (problem: string) => UsageError;
};

export type LedgerAccess = { readonly open: OpenSources; readonly now: () => number };

/** @throws UsageError */
export const ledgerReport = async (asked: Asked, { open, now }: LedgerAccess): Promise<Report> => {
  const { io, values, config, title, wrong } = asked;
  const task = { kind: kindOf(asked), at: timeOf(values.at, now(), wrong) };
  const place = placeOf('report', values);
  return fromLedger('report', async () => {
    const { sources, own } = await open(place, logTo(io));
    const guards = guardsOf(rules.filter((rule) => isEnabled(rule, config)));
    const input = await gatherInput(task, { config, rules, guards, own }, sources);
    return aggregate(title === undefined ? input : { ...input, title });
  });
};

const kindOf = ({ values: { period }, config: { reports }, wrong }: Asked): ReportKind => {
  if (period === undefined) return reports.schedules[0] ?? 'weekly';
  const kind = reportKinds.find((each) => each === period);
  if (kind === undefined) throw wrong(`there is no period "${period}": choose ${reportKinds.join(', ')}`);
  return kind;
};

const timeOf = (text: string | undefined, now: number, wrong: Asked['wrong']): string => {
  const time = text === undefined ? now : Date.parse(text);
  if (Number.isNaN(time)) throw wrong(`--at "${text}" is no time: write it as 2026-11-23T06:00:00Z`);
  if (time > now) throw wrong(`--at ${text} is still to come: a report ends now or earlier`);
  return new Date(time).toISOString();
};

/** What the report itself does not say: such as an earlier one that cannot be read. */
const logTo = ({ stderr }: Io): Log => ({
  info: () => undefined,
  error: (message) => stderr(`report: ${message}\n`),
  metric: () => undefined,
});

/** AWS with the credentials at hand; loaded only where it is asked for. */
export const openSources: OpenSources = async (place, log) => {
  const { reportSources } = await import('../shared/adapters/report-sources.ts');
  return reportSources(place, log);
};
