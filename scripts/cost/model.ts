import type { Template } from '../documented-templates.ts';
import { type PriceName, prices } from './prices.ts';

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
  /** Lambda's pollers of a quiet queue, each waiting 20 seconds for messages. */
  pollersPerQueue: 5,
  secondsPerCall: 0.4,
  secondsPerHeartbeat: 0.05,
  secondsPerSettledRegion: 2,
  /** `GetKeyLastUsage` sets the pace of a sweep: half of five requests a second. */
  keysSweptPerSecond: 2.5,
  /** DescribeKey, GetKeyPolicy, ListGrants, GetKeyRotationStatus, ListResourceTags, GetKeyLastUsage. */
  requestsPerKeyAndSweep: 6,
  requestsPerCall: 5,
  writesPerCall: 8,
  readsPerCall: 8,
  writesPerHeartbeat: 2,
  transitionsPerRegion: 6,
  metricsPerCall: 4,
  /** Sent with every heartbeat; one of latency is common to all. */
  metricsPerGuard: 1,
  kilobytesOfLogPerCall: 4,
  kilobytesOfLogPerHeartbeat: 2,
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
  };
};

export type Usage = Readonly<Record<PriceName, number>>;

/** Units a month. */
export const usageOf = (template: Template, load: Load): Usage => {
  const counts = countsOf(template);
  const places = load.accounts * load.regions;
  const keys = places * load.keysPerRegion;
  const calls = load.callsPerDay * days;
  const alerts = calls * assumed.alertedShare;
  const beats = assumed.heartbeatsPerDay * days;
  const beaten = beats * counts.guards;
  const polls = assumed.pollersPerQueue * 3 * 60 * hours;
  const sweepSeconds = (keys / assumed.keysSweptPerSecond) * days;
  const forwarded = load.accounts > 1 ? calls : 0;
  const kilobytes = (calls * assumed.kilobytesOfLogPerCall + 2 * beaten * assumed.kilobytesOfLogPerHeartbeat) / 1e6;
  const results = (keys * assumed.kilobytesOfRowPerKey) / 1e6;
  const metricHours = Math.min(calls * assumed.metricsPerCall, hours * assumed.metricsPerCall * counts.guards);
  return {
    requests: calls + 2 * beaten + alerts + (3 * places + 2) * days,
    compute:
      calls * assumed.secondsPerCall +
      2 * beaten * assumed.secondsPerHeartbeat +
      sweepSeconds * 0.5 +
      places * assumed.secondsPerSettledRegion * days,
    queues: counts.queues * polls + 3 * (calls + beaten),
    fifo: counts.fifo * polls + 3 * (alerts + beaten),
    writes: calls * assumed.writesPerCall + 2 * beaten * assumed.writesPerHeartbeat + places * days * 2,
    reads: calls * assumed.readsPerCall + 2 * beaten + places * days * 10,
    table: (calls * 12 * 4) / 1e6,
    recovery: (calls * 12 * 4) / 1e6,
    events: forwarded + beats + alerts,
    schedules: beats + days + 5,
    transitions: (places * assumed.transitionsPerRegion + 6) * days,
    traces: (places + 1) * days,
    puts: places * 4 * days,
    gets: places * 4 * days,
    objects: results * 100,
    alarms: counts.alarms,
    metrics: counts.guards * assumed.metricsPerGuard + 1 + metricHours / hours,
    dashboards: counts.dashboards,
    logs: kilobytes,
    mails: alerts,
    keyRequests: keys * assumed.requestsPerKeyAndSweep * days + calls * assumed.requestsPerCall + places * 4 * days,
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
