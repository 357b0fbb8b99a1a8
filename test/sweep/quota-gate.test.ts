import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { callCounter, type QuotaGate, quotaGate } from '../../shared/sweep/quota-gate.ts';
import { allowedRate, defaultQuotas, type MeteredApi } from '../../shared/sweep/quotas.ts';
import { virtualClock } from '../support/virtual-clock.ts';

const apis: readonly MeteredApi[] = ['DescribeKey', 'GetKeyPolicy', 'ListGrants', 'GetKeyLastUsage', 'LookupEvents'];

type Plan = {
  readonly api: MeteredApi;
  readonly share: number;
  /** Milliseconds before each caller comes, after the one before. */
  readonly gaps: readonly number[];
  /** Which grants AWS answers with throttling. */
  readonly throttle: ReadonlySet<number>;
  /** How late timers fire, in turn. */
  readonly late: readonly number[];
};

/** The times of all grants, each caller having come at its own. */
const grants = async ({ api, share, gaps, throttle, late }: Plan) => {
  let tick = 0;
  const clock = virtualClock(0, () => late[tick++ % late.length] ?? 0);
  const gate = quotaGate(clock, { share });
  const times: number[] = [];
  const caller = async (): Promise<void> => {
    await gate.take(api);
    if (throttle.has(times.push(clock.now()) - 1)) gate.throttled(api);
  };
  const arriving = async (): Promise<void> => {
    const callers: Promise<void>[] = [];
    for (const gap of gaps) {
      if (gap > 0) await clock.sleep(gap);
      callers.push(caller());
    }
    await Promise.all(callers);
  };
  await clock.run(arriving());
  return { times, gate, now: clock.now() };
};

const plan = fc.record({
  api: fc.constantFrom(...apis),
  share: fc.constantFrom(0.5, 0.25, 0.1),
  gaps: fc.array(fc.oneof({ weight: 5, arbitrary: fc.constant(0) }, fc.nat(3_000)), { minLength: 1, maxLength: 120 }),
  throttle: fc.array(fc.nat(119), { maxLength: 20 }).map((list) => new Set(list)),
  late: fc.array(fc.oneof(fc.constant(0), fc.nat(400)), { minLength: 1, maxLength: 7 }),
});

const mostIn = (times: readonly number[], window: number): number =>
  Math.max(...times.map((from) => times.filter((time) => time >= from && time < from + window).length));

/** Of times in order, how many from the one at `index` on are within its window. */
const within = (
  times: readonly number[],
  { from, index, window }: { from: number; index: number; window: number },
): number => {
  const end = times.findIndex((time, at) => at > index && time >= from + window);
  return (end < 0 ? times.length : end) - index;
};

describe('the quota gate, on virtual time', () => {
  test('is never above the share in any window of a second or more, whatever comes and however late timers fire', async () => {
    await fc.assert(
      fc.asyncProperty(plan, fc.constantFrom(1_000, 2_500, 10_000), async (made, window) => {
        const { times } = await grants(made);
        const allowed = (defaultQuotas[made.api] * made.share * window) / 1_000;
        expect(mostIn(times, window)).toBeLessThanOrEqual(Math.ceil(allowed + 1e-6));
      }),
      { numRuns: 150 },
    );
  });

  test('lets everybody through in the end, in the order in which they came', async () => {
    await fc.assert(
      fc.asyncProperty(plan, async (made) => {
        const { times, gate } = await grants(made);
        expect(times).toHaveLength(made.gaps.length);
        expect(times).toEqual(times.toSorted((a, b) => a - b));
        expect(gate.calls()).toEqual({ [made.api]: made.gaps.length });
      }),
      { numRuns: 80 },
    );
  });

  test('a full second of a busy API uses the share, not a fraction of it', async () => {
    const all = (api: MeteredApi, count: number) =>
      grants({ api, share: 0.5, gaps: Array.from({ length: count }, () => 0), throttle: new Set(), late: [0.7] });
    expect((await all('DescribeKey', 5_000)).now).toBeLessThan(5_200);
    expect((await all('GetKeyLastUsage', 50)).now).toBeLessThan(20_100);
  });

  test('timers that fire late are no excuse for more than the share in a second, not even of the fastest APIs', async () => {
    const gaps = Array.from({ length: 2_500 }, () => 0);
    for (const api of ['GetKeyPolicy', 'DescribeKey'] as const) {
      for (const late of [[0], [0.7], [0, 19, 3], [30], [400, 0]]) {
        const { times } = await grants({ api, share: 0.5, gaps, throttle: new Set(), late });
        const most = Math.max(...times.map((from, index) => within(times, { from, index, window: 1_000 })));
        expect(most).toBeLessThanOrEqual(defaultQuotas[api] / 2);
      }
    }
  });

  test('however often it is throttled, it goes on', async () => {
    const everyCall = new Set(Array.from({ length: 300 }, (_, index) => index));
    const gaps = Array.from({ length: 300 }, () => 0);
    const { times } = await grants({ api: 'ListGrants', share: 0.5, gaps, throttle: everyCall, late: [0] });
    const waits = times.slice(1).map((time, index) => time - (times[index] ?? 0));
    expect(Math.max(...waits)).toBeLessThanOrEqual(1_000 / (50 * 0.05) + 1);
  });
});

describe('throttling', () => {
  const rates = async (steps: (gate: QuotaGate, wait: (ms: number) => Promise<void>) => Promise<void>) => {
    const clock = virtualClock(0);
    const gate = quotaGate(clock);
    await clock.run(steps(gate, (ms) => clock.sleep(ms)));
    return gate.rate('ListGrants');
  };

  test('halves the rate at once, and many answers of one moment count once', async () => {
    const rate = await rates(async (gate) => {
      for (let n = 0; n < 10; n += 1) gate.throttled('ListGrants');
    });
    expect(rate).toBe(25);
  });

  test('throttled again, it halves again; it comes back slowly, and never above the share', async () => {
    expect(
      await rates(async (gate, wait) => {
        gate.throttled('ListGrants');
        await wait(1_000);
        gate.throttled('ListGrants');
      }),
    ).toBeCloseTo(12.7, 1);
    const recovering = async (ms: number) =>
      rates(async (gate, wait) => {
        gate.throttled('ListGrants');
        await wait(ms);
      });
    expect(await recovering(10_000)).toBeLessThan(30);
    expect(await recovering(60_000)).toBe(50);
    expect(await recovering(600_000)).toBe(50);
  });

  test('slows nothing but its own API', async () => {
    const clock = virtualClock(0);
    const gate = quotaGate(clock);
    gate.throttled('ListGrants');
    expect([gate.rate('ListGrants'), gate.rate('DescribeKey')]).toEqual([25, 1_000]);
  });
});

test('a share is at most half, whatever is asked for', () => {
  expect(allowedRate('ListGrants', { share: 0.25 })).toBe(25);
  for (const share of [0, -1, 0.9, Number.NaN]) expect(allowedRate('ListGrants', { share })).toBe(50);
  expect(allowedRate('ListGrants', { quotas: { ListGrants: 400 } })).toBe(200);
});

test('calls through several gates are counted together, and each gate still counts its own', async () => {
  const clock = virtualClock(0);
  const [own, foreign] = [quotaGate(clock), quotaGate(clock)];
  const [one, other] = [callCounter(), callCounter()];
  const [mine, relative, theirs] = [one(own), one(foreign), other(foreign)];
  await clock.run(Promise.all([mine.take('DescribeKey'), relative.take('DescribeKey'), theirs.take('DescribeKey')]));
  expect(mine.calls()).toEqual({ DescribeKey: 2 });
  expect(relative.calls()).toEqual({ DescribeKey: 2 });
  expect(theirs.calls()).toEqual({ DescribeKey: 1 });
  expect([own.calls(), foreign.calls()]).toEqual([{ DescribeKey: 1 }, { DescribeKey: 2 }]);
});
