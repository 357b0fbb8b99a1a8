import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { known, unknown } from '../../shared/facts/facts.ts';
import { parseBody } from '../../shared/calls/parse-body.ts';
import { configSchema, type GuardConfig } from '../../shared/config/config.ts';
import { RetryableFault } from '../../shared/ports.ts';
import { callBringer } from '../../shared/sweep/bring-calls.ts';
import { lookAtKey, type KeyResult } from '../../shared/sweep/look-at-key.ts';
import type { SchedulingHistory } from '../../shared/sweep/ports.ts';
import { rules } from '../../shared/rules/index.ts';
import { enforceAll } from '../support/guard.ts';
import { memoryKey, pending } from '../support/memory-key.ts';
import { memoryLedger } from '../support/memory-ledger.ts';
import { type MemoryKey, memoryKms } from '../support/memory-kms.ts';
import { memoryRegion } from '../support/memory-region.ts';
import { memorySweep, start, day } from '../support/memory-sweep.ts';
import { account, keyArn, region, scheduleDeletion } from '../support/records.ts';

/** The night after the deletion was scheduled. */
const night = Date.parse('2026-11-21T02:00:00Z');
const doomed = (some: Partial<MemoryKey> = {}, metadata: object = {}) => memoryKey(some, { ...pending, ...metadata });

const looked = async (key: MemoryKey, config: GuardConfig, now = night): Promise<KeyResult> => {
  const kms = memoryKms({ [keyArn]: key });
  const clock = { now: () => now, sleep: () => Promise.resolve() };
  const settings = { rules: rules.filter(({ id }) => id === 'deletion-scheduled'), config, ownRoles: [] };
  const look = { account, region, settings, reader: kms, history: kms, ledger: memoryLedger(), clock };
  return lookAtKey({ ...look, aliasesOf: () => known(key.aliases), mayAsk: () => true }, keyArn);
};

type Given = {
  readonly key?: MemoryKey;
  readonly config?: GuardConfig;
  readonly now?: number;
  readonly scheduled?: Readonly<Record<string, unknown>> | null;
  readonly schedulings?: SchedulingHistory;
  readonly put?: (body: string) => Promise<void>;
  readonly deadline?: number;
  readonly most?: number;
  readonly isGuarded?: () => boolean;
};

const brought = async ({ key = doomed(), config = enforceAll, now = night, ...given }: Given) => {
  const bodies: string[] = [];
  const clock = { now: () => now, sleep: () => Promise.resolve() };
  const { scheduled = scheduleDeletion(), put = async (body: string) => void bodies.push(body) } = given;
  const records = scheduled === null ? {} : { schedulings: { [keyArn]: scheduled } };
  const { schedulings } = memoryRegion({ clock, keys: { [keyArn]: key }, ...records });
  const bring = callBringer({
    schedulings: given.schedulings ?? schedulings,
    inbox: { put },
    isGuarded: given.isGuarded ?? ((place) => place.account === account && place.region === region),
    afterSeconds: 900,
    clock,
    config,
    sweep: 'night-1',
    deadline: given.deadline ?? now + 60_000,
    most: given.most ?? 10,
  });
  const before = await looked(key, config, now);
  const after = await bring(before);
  const finding = 'findings' in after ? after.findings[0] : undefined;
  return { bodies, before, after, finding };
};

const observe = configSchema.parse({ modes: { remedies: { cancelKeyDeletion: 'observe' }, accounts: {} } });

describe('the call that scheduled a deletion', () => {
  test('is brought as EventBridge would have sent it, marked with the sweep, where cancelling is enforced', async () => {
    const { bodies, after, before } = await brought({});
    expect(after).toBe(before);
    expect(bodies).toHaveLength(1);
    const parsed = parseBody(bodies[0] ?? '');
    expect(parsed).toMatchObject({
      unreadable: false,
      call: { operation: 'ScheduleKeyDeletion', keyArn, account, region, broughtBy: 'night-1', replayName: null },
    });
    expect(JSON.parse(bodies[0] ?? '')).toMatchObject({
      account,
      region,
      source: 'aws.kms',
      time: '2026-11-20T09:14:07Z',
      detail: scheduleDeletion(),
    });
  });

  test('is brought in doubt too: only the call could prove that the deletion is safe', async () => {
    const lastUse = { use: 'used', at: '2025-01-01T00:00:00.000Z', operation: 'Decrypt' } as const;
    const { bodies, before } = await brought({ key: doomed({ aliases: [], lastUse }) });
    expect(before).toMatchObject({ findings: [{ rule: 'deletion-scheduled', verdict: 'undetermined' }] });
    expect(bodies).toHaveLength(1);
  });

  test('also of a primary that waited for its replicas: its waiting began when the last of them was gone', async () => {
    const multiRegion = { type: 'PRIMARY', primary: keyArn, replicas: [] } as const;
    const later = { multiRegion, deletionDate: '2026-12-30T00:00:00.000Z' };
    expect((await brought({ key: doomed({}, later) })).bodies).toHaveLength(1);
    const waits = { multiRegion, keyState: 'PendingReplicaDeletion', deletionDate: null };
    expect((await brought({ key: doomed({}, waits) })).bodies).toHaveLength(1);
  });

  test.each<[string, Given]>([
    ['in observe mode', { config: observe }],
    [
      'in an account that is in observe mode',
      {
        config: configSchema.parse({
          modes: {
            remedies: { cancelKeyDeletion: 'enforce' },
            accounts: { [account]: { cancelKeyDeletion: 'observe' } },
          },
        }),
      },
    ],
    [
      'where the rule is waived',
      {
        config: configSchema.parse({
          modes: enforceAll.modes,
          waivers: [
            { rule: 'deletion-scheduled', keys: [keyArn], owner: 'o', reason: 'gone for good', expires: '2026-12-31' },
          ],
        }),
      },
    ],
    ['where the guard reaches no key', { isGuarded: () => false }],
    ['of a key that is not pending', { key: memoryKey() }],
    ['while its event is probably on its way', { now: Date.parse('2026-11-20T09:29:06Z') }],
  ])('is not brought %s, and nothing is said of that', async (_name, given) => {
    const { bodies, before, after } = await brought(given);
    expect(bodies).toEqual([]);
    expect(after).toBe(before);
  });

  test('is brought as soon as its event should have come', async () => {
    expect((await brought({ now: Date.parse('2026-11-20T09:29:07Z') })).bodies).toHaveLength(1);
  });

  test.each<[string, Given, RegExp]>([
    ['CloudTrail shows none', { scheduled: null }, /shows no ScheduleKeyDeletion/],
    [
      'CloudTrail may not be asked',
      { schedulings: { scheduling: async () => unknown('access-denied', 'cloudtrail:LookupEvents is not permitted') } },
      /LookupEvents is not permitted/,
    ],
    [
      'CloudTrail gives no answer',
      { schedulings: { scheduling: () => Promise.reject(new RetryableFault('throttled')) } },
      /throttled/,
    ],
    ['the inbox does not take it', { put: () => Promise.reject(new RetryableFault('no queue')) }, /no queue/],
    ['its turn does not come in this run', { most: 0 }, /its turn did not come/],
    ['the time is over', { deadline: night - 20_000 }, /its turn did not come/],
    [
      'the call that is shown is an older one',
      { key: doomed({}, { deletionDate: '2026-12-21T02:00:00.000Z' }) },
      /another day/,
    ],
    [
      'the call that is shown is a later one',
      { key: doomed({}, { deletionDate: '2026-11-24T02:00:00.000Z' }) },
      /another day/,
    ],
  ])('where %s the finding says that the guard could not be told', async (_name, given, why) => {
    const { bodies, finding, before } = await brought(given);
    expect(bodies).toEqual([]);
    expect(finding?.message).toMatch(/^The key is scheduled for deletion.*could not be brought the call/);
    expect(finding?.message).toMatch(why);
    expect(finding?.data['reasons']).toContainEqual({ id: 'unbrought', why: expect.stringMatching(why) });
    const found = 'findings' in before ? before.findings[0] : undefined;
    expect(finding).toMatchObject({ id: found?.id, messageId: found?.messageId, verdict: found?.verdict });
  });
});

test('without an enforced account, whatever the keys, a sweep brings nothing', async () => {
  const state = fc.constantFrom('Enabled', 'Disabled', 'PendingDeletion', 'PendingReplicaDeletion', 'PendingImport');
  await fc.assert(
    fc.asyncProperty(state, fc.boolean(), async (keyState, aliased) => {
      const key = memoryKey({ aliases: aliased ? ['alias/a'] : [] }, { keyState });
      const { bodies, before, after } = await brought({ key, config: observe });
      expect(bodies).toEqual([]);
      expect(after).toBe(before);
    }),
  );
});

describe('a sweep', () => {
  const modes = { remedies: { cancelKeyDeletion: 'enforce' }, accounts: {} };
  const at = start + day;
  const estate = (schedulings: Readonly<Record<string, Readonly<Record<string, unknown>>>>, more: object) =>
    memorySweep(
      (_, clock) => known(memoryRegion({ clock, keys: { [keyArn]: doomed() }, schedulings })),
      undefined,
      more,
    );

  test('brings the call once a night, by the id of that night, and still opens the finding', async () => {
    const { run, brought: bodies, finding } = estate({ [keyArn]: scheduleDeletion() }, { modes });
    await run('n1', { at });
    await run('n2', { at: at + day });
    const sweeps = bodies.map((body) => parseBody(body)).map((each) => (each.unreadable ? null : each.call.broughtBy));
    expect(sweeps).toEqual(['n1', 'n2']);
    expect(finding('deletion-scheduled', keyArn)).toMatchObject({ status: 'open' });
  });

  test('tells people in its alert that the guard could not be brought the call', async () => {
    const { run, alerts } = estate({}, { modes });
    await run('n1', { at });
    const alert = alerts.find((each) => each.kind === 'sweep' && each.rule === 'deletion-scheduled');
    expect(alert).toMatchObject({ worst: [{ message: expect.stringContaining('could not be brought the call') }] });
  });

  test('in observe mode asks and brings nothing', async () => {
    const { run, brought: bodies, alerts } = estate({ [keyArn]: scheduleDeletion() }, {});
    await run('n1', { at });
    expect(bodies).toEqual([]);
    expect(JSON.stringify(alerts)).not.toContain('brought');
  });
});

test('every run ends in time, however many keys wait for their turn and however slow CloudTrail is', async () => {
  const arn = (n: number) => keyArn.replace(/.{12}$/, String(n).padStart(12, '0'));
  const all = Array.from({ length: 30 }, (_, n) => arn(n));
  const keys = Object.fromEntries(all.map((each) => [each, doomed()]));
  const {
    run,
    lines,
    brought: bodies,
  } = memorySweep(
    (_, clock) => {
      const records = Object.fromEntries(all.map((key) => [key, scheduleDeletion({ key })]));
      const opened = memoryRegion({ clock, keys, schedulings: records, pageSize: 50 });
      const scheduling = async (key: string) => (await clock.sleep(7_000), opened.schedulings.scheduling(key));
      return known({ ...opened, schedulings: { scheduling } });
    },
    undefined,
    { modes: { remedies: { cancelKeyDeletion: 'enforce' }, accounts: {} } },
  );
  const { summary, runs } = await run('n1', { at: start + day, seconds: 20 });
  const seen = lines(summary).flatMap((line) => (line.line === 'key' ? [line] : []));
  expect(seen).toHaveLength(30);
  const told = seen.filter(({ findings }) => JSON.stringify(findings).includes('unbrought'));
  expect(told).toHaveLength(30 - bodies.length);
  expect(bodies.length).toBeGreaterThan(20);
  expect(runs).toBeGreaterThan(1);
  expect(Date.parse(summary.finishedAt) - Date.parse(summary.startedAt)).toBeLessThan(runs * 46_000);
});
