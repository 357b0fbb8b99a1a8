import type { Clock } from '../ports.ts';
import { type Pace, rateAt, startPace, taken, throttled, waitOf } from './pace.ts';
import { allowedRate, type MeteredApi, type QuotaSettings } from './quotas.ts';

/** The share of one account's quotas in one Region: every call to AWS passes here first. */
export type QuotaGate = {
  /** Waits for the turn of one call, first come first served. */
  readonly take: (api: MeteredApi) => Promise<void>;
  /** Tells that AWS throttled a call. */
  readonly throttled: (api: MeteredApi) => void;
  /** Calls so far, those that were throttled too. */
  readonly calls: () => Readonly<Partial<Record<MeteredApi, number>>>;
  /** Calls a second in force now. */
  readonly rate: (api: MeteredApi) => number;
};

type Lane = { pace: Pace; calls: number; readonly waiting: (() => void)[]; pumping: boolean };

export const quotaGate = (clock: Clock, settings: QuotaSettings = {}): QuotaGate => {
  const lanes = new Map<MeteredApi, Lane>();
  const laneOf = (api: MeteredApi): Lane => {
    const lane = lanes.get(api) ?? {
      pace: startPace(allowedRate(api, settings)),
      calls: 0,
      waiting: [],
      pumping: false,
    };
    lanes.set(api, lane);
    return lane;
  };
  return {
    take: (api) =>
      new Promise((resolve, reject) => {
        const lane = laneOf(api);
        lane.waiting.push(resolve);
        if (!lane.pumping) pump(lane, clock).catch(reject);
      }),
    throttled: (api) => {
      const lane = laneOf(api);
      lane.pace = throttled(lane.pace, clock.now());
    },
    calls: () => Object.fromEntries([...lanes].map(([api, { calls }]) => [api, calls])),
    rate: (api) => rateAt(laneOf(api).pace, clock.now()),
  };
};

/** Counts what goes through gates, whoever else they belong to: the relatives of a key are asked under the quotas of their Regions. */
export const callCounter = () => {
  const counts = new Map<MeteredApi, number>();
  const calls = (): Readonly<Partial<Record<MeteredApi, number>>> => Object.fromEntries(counts);
  return (gate: QuotaGate): QuotaGate => ({
    ...gate,
    take: async (api) => {
      await gate.take(api);
      counts.set(api, (counts.get(api) ?? 0) + 1);
    },
    calls,
  });
};

/** One pump a lane: a timer that fires late lets those go that are due by then, in their order. */
const pump = async (lane: Lane, clock: Clock): Promise<void> => {
  lane.pumping = true;
  try {
    for (let go = lane.waiting[0]; go !== undefined; go = lane.waiting[0]) {
      const wait = waitOf(lane.pace, clock.now());
      if (wait > 0) {
        await clock.sleep(wait);
        continue;
      }
      lane.waiting.shift();
      lane.pace = taken(lane.pace, clock.now());
      lane.calls += 1;
      go();
    }
  } finally {
    lane.pumping = false;
  }
};
