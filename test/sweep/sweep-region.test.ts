import { describe, expect, test } from 'vitest';
import { configSchema, defaultConfig } from '../../shared/config/config.ts';
import { unknown } from '../../shared/facts/facts.ts';
import { findingId } from '../../shared/ledger/finding-id.ts';
import { RetryableFault } from '../../shared/ports.ts';
import { rules } from '../../shared/rules/index.ts';
import { type RegionSweep, type SweepEvent, sweepRegion } from '../../shared/sweep/sweep-region.ts';
import { memoryKey, pending } from '../support/memory-key.ts';
import type { MemoryKey } from '../support/memory-kms.ts';
import { memoryLedger } from '../support/memory-ledger.ts';
import { memoryRegion } from '../support/memory-region.ts';
import { publicPolicy, rootPolicy } from '../support/policies.ts';
import { account, region } from '../support/records.ts';
import { virtualClock } from '../support/virtual-clock.ts';

const start = Date.parse('2026-11-20T02:00:00Z');
const day = 86_400_000;
const arn = (n: number): string =>
  `arn:aws:kms:${region}:${account}:key/0a1b2c3d-0000-4000-8000-${String(n).padStart(12, '0')}`;

const good = (some: Partial<MemoryKey> = {}, metadata: Partial<MemoryKey['metadata']> = {}): MemoryKey =>
  memoryKey({ policy: rootPolicy, ...some }, metadata);
const unrotated = good({ rotation: { enabled: false, periodInDays: null, nextRotationDate: null } });
const managed = good({ aliases: ['alias/aws/s3'] }, { keyManager: 'AWS' });

const many = (count: number, key: () => MemoryKey = () => good()): Record<string, MemoryKey> =>
  Object.fromEntries(Array.from({ length: count }, (_, n) => [arn(n), key()]));

const estate = (keys: Readonly<Record<string, MemoryKey>>, now = start) => {
  const clock = virtualClock(now);
  const opened = memoryRegion({ clock, keys });
  const run = async (some: Partial<RegionSweep> = {}) => {
    const events: SweepEvent[] = [];
    const collect = async (): Promise<void> => {
      const settings = { rules, config: defaultConfig, ownRoles: [] };
      for await (const event of sweepRegion({ account, region, ...opened, settings, clock, ...some }))
        events.push(event);
    };
    await clock.run(collect());
    const end = events.at(-1);
    if (end?.kind !== 'end') throw new Error('a sweep without an end');
    const findings = events.flatMap((event) =>
      event.kind === 'judged' || event.kind === 'unreadable' ? event.findings : [],
    );
    const rulesOf = (keyArn: string) => findings.filter((finding) => finding.keyArn === keyArn).map(({ rule }) => rule);
    return { events, end, findings, rulesOf };
  };
  const count = (call: string): number => opened.calls.filter((each) => each === call).length;
  return { ...opened, clock, run, count };
};

/** Runs `fault` before each call of that name, and still counts it. */
const before = ({ kms, calls }: ReturnType<typeof estate>, name: string, fault: (nth: number) => void): void => {
  kms.before = (call) => {
    calls.push(call);
    if (call === name) fault(calls.filter((each) => each === name).length);
  };
};

describe('the sweep of a Region', () => {
  test('judges every key by the rules that sweep, with the ids of the event path', async () => {
    const { run } = estate({
      [arn(0)]: good(),
      [arn(1)]: unrotated,
      [arn(2)]: good({ aliases: ['alias/b', 'alias/c'] }, pending),
    });
    const { end, findings, rulesOf } = await run();
    expect(end).toMatchObject({ keys: 3, state: 'complete', reason: null, cursor: null });
    expect(rulesOf(arn(1))).toContain('rotation-disabled');
    expect(rulesOf(arn(2))).toContain('deletion-scheduled');
    expect(rulesOf(arn(0))).not.toContain('rotation-disabled');
    const scheduled = findings.find(({ rule }) => rule === 'deletion-scheduled');
    const subject = { keyArn: arn(2), account, region, keyId: 'whatever the caller typed' };
    expect(scheduled?.id).toBe(findingId('deletion-scheduled', subject));
    expect(scheduled?.aliases).toEqual(['alias/b', 'alias/c']);
    expect(scheduled?.message).not.toBe(scheduled?.messageId);
  });

  test('names the rules that are clear, so that their findings can be resolved', async () => {
    const { events } = await estate({ [arn(0)]: good() }).run();
    expect(events.find(({ kind }) => kind === 'judged')).toMatchObject({
      clear: expect.arrayContaining(['rotation-disabled', 'policy-public']),
    });
  });

  test.each([
    ['a waiver of that rule', 'rotation-disabled', 1],
    ['a waiver of another rule', 'key-unused', 0],
  ])('tags are asked for by %s that names some, where no rule asks for them', async (_, rule, asked) => {
    const { run, count } = estate({ [arn(0)]: unrotated });
    const waiver = { rule, keys: ['tag:stage=*'], owner: 'sec', reason: 'known and accepted', expires: '2027-01-31' };
    const config = configSchema.parse({ waivers: [waiver] });
    const settings = { rules: rules.filter(({ id }) => id === 'rotation-disabled'), config, ownRoles: [] };
    await run({ settings });
    expect(count('ListResourceTags')).toBe(asked);
  });

  test('aliases take one scan, and AWS managed keys no call of their own', async () => {
    const keys = { ...many(4), [arn(8)]: managed, [arn(9)]: good({ aliases: [] }, { keyManager: 'AWS' }) };
    const swept = estate(keys);
    const { end } = await swept.run();
    expect(end).toMatchObject({ keys: 4, awsManagedKeys: 2, state: 'complete' });
    expect(swept.count('ListAliases')).toBe(0);
    expect(swept.count('ListAliases scan')).toBe(3);
    // The one without an alias is described, and no more.
    expect(swept.count('DescribeKey')).toBe(5);
    expect(swept.count('GetKeyPolicy')).toBe(4);
  });

  test('a key that is deleted meanwhile is gone, whenever that happens', async () => {
    for (const question of ['describe', 'policy', 'rotation', 'grants', 'tags'] as const) {
      const swept = estate(many(3));
      const { reader, kms } = swept;
      const vanishing = async (keyArn: string): Promise<void> => void (keyArn === arn(1) && kms.keys.delete(keyArn));
      const asked = {
        describe: async (keyArn: string) => (await vanishing(keyArn), reader.describe(keyArn)),
        policy: async (keyArn: string) => (await vanishing(keyArn), reader.policy(keyArn)),
        rotation: async (keyArn: string) => (await vanishing(keyArn), reader.rotation(keyArn)),
        grants: async (keyArn: string) => (await vanishing(keyArn), reader.grants(keyArn)),
        tags: async (keyArn: string) => (await vanishing(keyArn), reader.tags(keyArn)),
      };
      const { end, events, rulesOf } = await swept.run({ reader: { ...reader, [question]: asked[question] } });
      expect(events.filter(({ kind }) => kind === 'gone')).toMatchObject([{ kind: 'gone', keyArn: arn(1) }]);
      expect(rulesOf(arn(1))).toEqual([]);
      expect(end).toMatchObject({ keys: 2, state: 'complete' });
    }
  });

  test('looks at so many keys at a time, and no more', async () => {
    const swept = estate(many(20));
    let running = 0;
    let most = 0;
    const { reader } = swept;
    const describing = {
      ...reader,
      describe: async (keyArn: string) => {
        running += 1;
        most = Math.max(most, running);
        await swept.clock.sleep(10);
        running -= 1;
        return reader.describe(keyArn);
      },
    };
    const { end } = await swept.run({ reader: describing, concurrency: 4 });
    expect(end.keys).toBe(20);
    expect(most).toBe(4);
  });
});

describe('what cannot be read is a result', () => {
  const denied = (name: string) => unknown('access-denied', `kms:${name} is not permitted: nobody let us in`);

  test('a key that cannot be described is unreadable, and hides no other', async () => {
    const swept = estate({ [arn(0)]: unrotated, [arn(1)]: unrotated });
    const { reader } = swept;
    const blind = async (keyArn: string) => (keyArn === arn(0) ? denied('DescribeKey') : reader.describe(keyArn));
    const { end, events, rulesOf } = await swept.run({ reader: { ...reader, describe: blind } });
    const result = events.find((event) => event.kind === 'unreadable');
    expect(result).toMatchObject({ keyArn: arn(0), findings: [], lacks: [{ permission: 'kms:DescribeKey' }, {}] });
    expect(rulesOf(arn(1))).toContain('rotation-disabled');
    expect(end).toMatchObject({ keys: 2, unreadableKeys: 1, state: 'partial' });
    expect(end.reason).toContain('kms:DescribeKey is not permitted for 1 key');
  });

  test('a fact that cannot be read leaves its rules undetermined, never compliant', async () => {
    const swept = estate(many(3));
    const { end, findings, events } = await swept.run({
      reader: { ...swept.reader, policy: async () => denied('GetKeyPolicy') },
    });
    expect(findings.filter(({ rule }) => rule === 'policy-public').map(({ verdict }) => verdict)).toEqual(
      Array.from({ length: 3 }, () => 'undetermined'),
    );
    for (const event of events) if (event.kind === 'judged') expect(event.clear).not.toContain('policy-public');
    expect(end).toMatchObject({ state: 'partial', reason: 'kms:GetKeyPolicy is not permitted for 3 keys' });
  });

  test('a Region whose keys cannot be listed is unreadable; without aliases it is partial', async () => {
    const listless = estate(many(3));
    const refused = await listless.run({ lister: { ...listless.lister, keys: async () => denied('ListKeys') } });
    expect(refused.end).toMatchObject({ keys: 0, state: 'unreadable' });
    expect(refused.end.reason).toContain('kms:ListKeys is not permitted');
    const nameless = estate({ ...many(2), [arn(9)]: managed });
    const { end } = await nameless.run({ lister: { ...nameless.lister, aliases: async () => denied('ListAliases') } });
    expect(end).toMatchObject({ keys: 2, awsManagedKeys: 1, state: 'partial' });
    expect(end.reason).toMatch(/^its aliases could not be listed: kms:ListAliases is not permitted[^;]*$/);
  });

  test('a later page that cannot be listed leaves the Region partial', async () => {
    const swept = estate(many(5));
    before(swept, 'ListKeys', (nth) => {
      if (nth > 1) throw new RetryableFault('kms:ListKeys gave no answer');
    });
    const { end } = await swept.run();
    expect(end).toMatchObject({ keys: 2, state: 'partial' });
  });

  test('a fault that passes is not seen; one that stays hides nothing but what it was about', async () => {
    const passing = estate(many(3));
    before(passing, 'GetKeyPolicy', (nth) => {
      if (nth <= 2) throw new RetryableFault('kms:GetKeyPolicy gave no answer');
    });
    expect((await passing.run()).end).toMatchObject({ keys: 3, state: 'complete' });
    const staying = estate({ ...many(2), [arn(2)]: unrotated });
    const { reader } = staying;
    const policy = async (keyArn: string) => {
      if (keyArn === arn(2)) throw new RetryableFault('kms:GetKeyPolicy gave no answer');
      return reader.policy(keyArn);
    };
    const { end, events, rulesOf } = await staying.run({ reader: { ...reader, policy } });
    expect(end).toMatchObject({ keys: 3, unreadableKeys: 0, state: 'partial' });
    expect(end.reason).toBe('kms:GetKeyPolicy gave no answer for 1 key');
    expect(rulesOf(arn(2))).toEqual(expect.arrayContaining(['rotation-disabled', 'policy-public']));
    const half = events.find((event) => event.kind === 'judged' && event.keyArn === arn(2));
    expect(half).toMatchObject({ clear: expect.not.arrayContaining(['policy-public']) });
  });

  test('a key that gives no answer at all is unreadable, and what else is known of it is still flagged', async () => {
    const swept = estate({ [arn(0)]: good(), [arn(1)]: good({ policy: publicPolicy }) });
    const { reader } = swept;
    const describing = async (keyArn: string) => {
      if (keyArn === arn(1)) throw new RetryableFault('kms:DescribeKey gave no answer');
      return reader.describe(keyArn);
    };
    const { end, rulesOf } = await swept.run({ reader: { ...reader, describe: describing } });
    expect(end).toMatchObject({ keys: 2, unreadableKeys: 1, state: 'partial' });
    expect(rulesOf(arn(1))).toContain('policy-public');
  });

  test('GetKeyLastUsage that does not answer hides nothing else, and is not asked for ever', async () => {
    const swept = estate({ ...many(30, () => unrotated), [arn(40)]: good({}, pending) });
    const silent = async (): Promise<never> => {
      swept.calls.push('unanswered');
      throw new RetryableFault('kms:GetKeyLastUsage gave no answer');
    };
    const ledger = memoryLedger();
    const reader = { ...swept.reader, lastUse: silent };
    const { end, rulesOf } = await swept.run({ reader, ledger, concurrency: 1 });
    expect(end).toMatchObject({ keys: 31, unreadableKeys: 0, state: 'partial' });
    expect(end.reason).toContain('GetKeyLastUsage gave no answer');
    expect(swept.count('unanswered')).toBe(8);
    expect(rulesOf(arn(29))).toContain('rotation-disabled');
    expect(rulesOf(arn(40))).toContain('deletion-scheduled');
    expect(ledger.keys.get(arn(0))?.lastUse).toBeUndefined();
  });
});

describe('a run that stops before its time runs out', () => {
  test('goes on from its cursor until every key was looked at exactly once', async () => {
    const swept = estate(many(23));
    const { reader } = swept;
    const slow = {
      ...reader,
      describe: async (keyArn: string) => (await swept.clock.sleep(100), reader.describe(keyArn)),
    };
    const seen: string[] = [];
    let cursor: RegionSweep['cursor'];
    let runs = 0;
    do {
      const deadline = swept.clock.now() + 250;
      const { end, events } = await swept.run({ reader: slow, concurrency: 3, deadline, ...(cursor && { cursor }) });
      seen.push(...events.flatMap((event) => (event.kind === 'judged' ? event.keyArn : [])));
      expect(end.state).toBe(end.cursor === null ? 'complete' : 'partial');
      cursor = end.cursor ?? undefined;
      runs += 1;
    } while (cursor !== undefined && runs < 30);
    expect(runs).toBeGreaterThan(2);
    expect(seen.sort()).toEqual(Array.from({ length: 23 }, (_, n) => arn(n)));
  });

  test('when the key of its cursor has gone, that page comes again and none is missed', async () => {
    const swept = estate(many(6));
    swept.kms.keys.delete(arn(3));
    const { events } = await swept.run({ cursor: { marker: arn(1), after: arn(3) } });
    expect(events.flatMap((event) => (event.kind === 'judged' ? event.keyArn : [])).sort()).toEqual([
      arn(2),
      arn(4),
      arn(5),
    ]);
  });
});

describe('with a ledger', () => {
  test('a key in use is asked once, and judged by what is known until it could be unused', async () => {
    const ledger = memoryLedger();
    const keys = many(3);
    expect(await lastUseCalls(keys, ledger, 0)).toBe(3);
    expect(await lastUseCalls(keys, ledger, 1)).toBe(0);
    expect(await lastUseCalls(keys, ledger, 95)).toBe(3);
  });

  const lastUseCalls = async (
    keys: Record<string, MemoryKey>,
    ledger: ReturnType<typeof memoryLedger>,
    days: number,
  ) => {
    const swept = estate(keys, start + days * day);
    const { end, events } = await swept.run({ ledger });
    expect(end.state).toBe('complete');
    for (const event of events) if (event.kind === 'judged') expect(event.lastUseDeferred).toBe(false);
    return swept.count('GetKeyLastUsage');
  };

  test('a key pending deletion is asked every time: its last use decides whether it may go', async () => {
    const ledger = memoryLedger();
    const keys = { [arn(0)]: good({}, pending), [arn(1)]: good() };
    expect(await lastUseCalls(keys, ledger, 0)).toBe(2);
    const swept = estate(keys, start + day);
    await swept.run({ ledger, lastUseAsks: 0 });
    expect(swept.count('GetKeyLastUsage')).toBe(1);
  });

  test('beyond the budget a key waits for another night: no rule judges by its last use until then', async () => {
    const { end, rulesOf } = await estate(many(3)).run({ ledger: memoryLedger(), lastUseAsks: 1 });
    expect(end).toMatchObject({ lastUseDeferred: 2, state: 'complete' });
    for (const n of [0, 1, 2]) expect(rulesOf(arn(n))).not.toContain('key-unused');
  });

  test('what was known when a key could not be unused says nothing once it could: it waits for its turn', async () => {
    const ledger = memoryLedger();
    await estate(many(2)).run({ ledger });
    const { end, events, rulesOf } = await estate(many(2), start + 100 * day).run({ ledger, lastUseAsks: 1 });
    expect(end).toMatchObject({ keys: 2, lastUseDeferred: 1 });
    const deferred = events.flatMap((event) => (event.kind === 'judged' && event.lastUseDeferred ? event.keyArn : []));
    expect(deferred.map(rulesOf).flat()).not.toContain('key-unused');
    expect(deferred).toHaveLength(1);
  });

  test('without one, whoever was not asked is told', async () => {
    const { end } = await estate(many(3)).run({ lastUseAsks: 1 });
    expect(end).toMatchObject({ state: 'partial', reason: '2 keys were not asked for their last use' });
  });

  test('it learns state, rotation and good policies once, and writes nothing when nothing is new', async () => {
    const ledger = memoryLedger();
    const keys = {
      [arn(0)]: good(),
      [arn(1)]: good({}, { keyState: 'Disabled' }),
      [arn(2)]: good({ policy: '{"broken' }),
    };
    await estate(keys).run({ ledger });
    expect(ledger.keys.get(arn(0))).toMatchObject({
      stateChanges: [{ state: 'Enabled', source: 'describe' }],
      rotation: { enabled: true, periodInDays: 180 },
      lastUse: { answer: { use: 'used' }, askedAt: new Date(start).toISOString() },
    });
    expect(ledger.keys.get(arn(1))?.stateChanges).toMatchObject([{ state: 'Disabled' }]);
    expect(ledger.policyVersions.get(arn(0))).toMatchObject([{ policy: rootPolicy, good: true, source: 'describe' }]);
    expect(ledger.policyVersions.get(arn(2))).toBeUndefined();
    const writes: string[] = [];
    const watched = {
      ...ledger,
      learn: async ({ kind }: { readonly kind: string }) => void writes.push(kind),
      learnPolicy: async () => void writes.push('policy'),
    };
    await estate(keys, start + day).run({ ledger: watched });
    expect(writes).toEqual([]);
  });
});
