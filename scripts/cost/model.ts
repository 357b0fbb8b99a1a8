import { metricUnits } from '../../shared/metrics.ts';
import type { Template } from '../documented-templates.ts';
import { type PriceName, prices } from './prices.ts';
import { ledgerPerKeyAndNight, perKeyAndNight, requestsPerRegionAndNight, transitionsOf } from './sweep.ts';

/** What a guard uses in a month: quantities of the template, times a load that is stated. */

export type Load = {
  readonly accounts: number;
  readonly regions: number;
  readonly keysPerRegion: number;
  /** Calls a day that a guard wants to know of, in all. */
  readonly callsPerDay: number;
};

/** Assumed, where no test can tell; upper ends rather than averages. */
export const assumed = {
  heartbeatsPerDay: 288,
  /**
   * Lambda's pollers of a quiet queue, each waiting 20 seconds for messages. Of a quiet standard queue they may become two, but
   * not where a maximum concurrency is set, as here (AWS Lambda developer guide, "Configuring scaling behavior for SQS").
   */
  pollersPerQueue: 5,
  secondsPerCall: 0.4,
  secondsPerHeartbeat: 0.05,
  secondsPerSettledRegion: 2,
  /** `GetKeyLastUsage` sets the pace of a sweep: half of five requests a second. */
  keysSweptPerSecond: 2.5,
  /** Twice what guards ask for on the mean of the operations that they watch; a rescue asks for nine, a new tag for one. */
  requestsPerCall: 3,
  writesPerCall: 8,
  readsPerCall: 8,
  /** The claim of its guard, and the hour that the notifier keeps. */
  writesPerHeartbeat: 2,
  /** Keys, findings, and how it was settled; the same are read again, and the report reads some. */
  putsPerSweptRegion: 3,
  getsPerSweptRegion: 4,
  /** An entry of the ledger: more than the mean of all three guards. They are kept for ever; a year of them is counted. */
  kilobytesOfEntryPerCall: 2.5,
  /** Its record, and the policies that were good. */
  kilobytesOfHistoryPerKey: 3,
  kilobytesOfLogPerCall: 4,
  kilobytesOfLogPerHeartbeat: 2,
  kilobytesOfLogPerSweptRegion: 10,
  /** Logs are kept compressed, for a year. */
  shareOfLogKept: 0.2,
  /** Each asks the logs of a day, each of them twice. */
  dashboardViewsPerDay: 4,
  /** Calls that may be about the guard, passed on by a member account: changes of roles, rules and trails. Most concern others. */
  defenceCallsPerAccountAndDay: 20,
  secondsPerDefenceCall: 0.05,
  kilobytesOfRowPerKey: 2,
  /** Calls that end in an alert. */
  alertedShare: 0.05,
} as const;

const days = 365 / 12;
const hours = 24 * days;

type Counts = {
  readonly alarms: number;
  readonly dashboards: number;
  readonly guards: number;
  readonly queues: number;
  readonly fifo: number;
  /** Whose letters are counted with every heartbeat. */
  readonly deadLetters: number;
};

const propertiesOf = ({ Resources }: Template, type: string) =>
  Object.values(Resources).flatMap(({ Type, Properties }) => (Type === type ? [Properties] : []));

/** What stands in the template, whatever the load. */
export const countsOf = (template: Template): Counts => {
  const mapped = propertiesOf(template, 'AWS::Lambda::EventSourceMapping').map(({ EventSourceArn }) =>
    JSON.stringify(EventSourceArn),
  );
  const fifo = Object.entries(template.Resources).filter(
    ([id, { Type, Properties }]) =>
      Type === 'AWS::SQS::Queue' && Properties['FifoQueue'] === true && mapped.some((arn) => arn.includes(`"${id}"`)),
  ).length;
  const alarms = propertiesOf(template, 'AWS::CloudWatch::Alarm');
  return {
    // An alarm on a formula counts each metric in it.
    alarms: alarms.reduce((sum, { Metrics }) => sum + (Array.isArray(Metrics) ? Metrics.length : 1), 0),
    dashboards: propertiesOf(template, 'AWS::CloudWatch::Dashboard').length,
    guards: alarms.filter(({ MetricName }) => String(MetricName).startsWith('heartbeat.')).length,
    queues: mapped.length - fifo,
    fifo,
    deadLetters: propertiesOf(template, 'AWS::SQS::Queue').length - mapped.length,
  };
};

/** Beyond heartbeats and dead letters, which are sent in every hour, and the coverage of a sweep, once a night. */
const metricsOfCalls = Object.keys(metricUnits).filter(
  (name) => !name.startsWith('heartbeat.') && name !== 'deadLetters' && name !== 'sweepCoverage',
).length;

export type Usage = Readonly<Record<PriceName, number>>;

/** Units a month. */
export const usageOf = (template: Template, load: Load): Usage => {
  const counts = countsOf(template);
  const transitions = transitionsOf(template);
  const places = load.accounts * load.regions;
  const keys = places * load.keysPerRegion;
  const calls = load.callsPerDay * days;
  const alerts = calls * assumed.alertedShare;
  const beats = assumed.heartbeatsPerDay * days;
  const beaten = beats * counts.guards;
  const polls = assumed.pollersPerQueue * 3 * 60 * hours;
  const sweepSeconds = (keys / assumed.keysSweptPerSecond) * days;
  const defence = load.accounts * assumed.defenceCallsPerAccountAndDay * days;
  const forwarded = load.accounts > 1 ? calls + defence : 0;
  const logged =
    ((calls + defence) * assumed.kilobytesOfLogPerCall +
      2 * beaten * assumed.kilobytesOfLogPerHeartbeat +
      places * days * assumed.kilobytesOfLogPerSweptRegion) /
    1e6;
  const stored = (calls * 12 * assumed.kilobytesOfEntryPerCall + keys * assumed.kilobytesOfHistoryPerKey) / 1e6;
  const results = (keys * assumed.kilobytesOfRowPerKey) / 1e6;
  const metricHours = (hours * (counts.guards + 1) + Math.min(calls, hours) * metricsOfCalls + days) / hours;
  return {
    requests: calls + defence + 2 * beaten + alerts + (3 * places + 2) * days,
    compute:
      calls * assumed.secondsPerCall +
      defence * assumed.secondsPerDefenceCall +
      2 * beaten * assumed.secondsPerHeartbeat +
      sweepSeconds * 0.5 +
      places * assumed.secondsPerSettledRegion * days,
    queues: counts.queues * polls + 3 * (calls + defence + beaten) + beats * counts.deadLetters,
    fifo: counts.fifo * polls + 3 * (alerts + beaten),
    writes:
      calls * assumed.writesPerCall +
      beaten * assumed.writesPerHeartbeat +
      places * days * 2 +
      keys * ledgerPerKeyAndNight.writes * days,
    reads: calls * assumed.readsPerCall + places * days * 10 + keys * ledgerPerKeyAndNight.reads * days,
    table: stored,
    recovery: stored,
    events: forwarded + beats + alerts,
    schedules: beats + days + 5,
    transitions: (places * transitions.perRegion + transitions.perSweep) * days,
    traces: (places + 1) * days,
    // Those of the whole sweep: what is planned, its manifests and its report.
    puts: (places * assumed.putsPerSweptRegion + 20) * days,
    gets: (places * assumed.getsPerSweptRegion + 20) * days,
    objects: results * 100,
    alarms: counts.alarms,
    metrics: metricHours,
    dashboards: counts.dashboards,
    logs: logged,
    archive: logged * 12 * assumed.shareOfLogKept,
    queries: 2 * logged * assumed.dashboardViewsPerDay,
    mails: alerts,
    keyRequests:
      keys * perKeyAndNight * days +
      places * requestsPerRegionAndNight(load.keysPerRegion) * days +
      calls * assumed.requestsPerCall,
  };
};

const names = Object.keys(prices).filter((name): name is PriceName => Object.hasOwn(prices, name));

export type Line = { readonly name: PriceName; readonly units: number; readonly list: number; readonly paid: number };

/** US dollars a month: at list prices, and after what an account has free every month. */
export const bill = (usage: Usage): readonly Line[] =>
  names.map((name) => {
    const { dollars, free } = prices[name];
    const units = usage[name];
    return { name, units, list: units * dollars, paid: Math.max(0, units - free) * dollars };
  });

export const totalOf = (lines: readonly Line[]): { readonly list: number; readonly paid: number } => ({
  list: lines.reduce((sum, { list }) => sum + list, 0),
  paid: lines.reduce((sum, { paid }) => sum + paid, 0),
});
