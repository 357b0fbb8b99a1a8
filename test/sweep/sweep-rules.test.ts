import { describe, expect, test } from 'vitest';
import { configSchema, defaultConfig, type GuardConfig } from '../../shared/config/config.ts';
import { type Fact, known, unknown } from '../../shared/facts/facts.ts';
import type { Forwarding } from '../../shared/facts/forwarding.ts';
import { findingId } from '../../shared/ledger/finding-id.ts';
import { rules } from '../../shared/rules/index.ts';
import { type RegionSweep, type SweepEvent, sweepRegion } from '../../shared/sweep/sweep-region.ts';
import { forwardingWith, organization } from '../support/memory-forwarding.ts';
import { memoryKey, pending } from '../support/memory-key.ts';
import type { MemoryKey } from '../support/memory-kms.ts';
import { memoryLedger } from '../support/memory-ledger.ts';
import { memoryRegion } from '../support/memory-region.ts';
import { basicTrail } from '../support/memory-trails.ts';
import { rootPolicy } from '../support/policies.ts';
import { account, region } from '../support/records.ts';
import { virtualClock } from '../support/virtual-clock.ts';

/** What rules of the sweep come to through a whole sweep of a Region: calls, events, and nights with a ledger. */

const start = Date.parse('2026-11-20T02:00:00Z');
const day = 86_400_000;
const arn = (n: number): string => `arn:aws:kms:${region}:${account}:key/0a1b2c3d-0000-4000-8000-00000000000${n}`;
const good = (some: Partial<MemoryKey> = {}, metadata: Partial<MemoryKey['metadata']> = {}): MemoryKey =>
  memoryKey({ policy: rootPolicy, ...some }, metadata);

type Settings = { readonly config?: GuardConfig; readonly now?: number; readonly ownRoles?: readonly string[] };

const sweep = async (
  keys: Readonly<Record<string, MemoryKey>>,
  some: Partial<RegionSweep> = {},
  { config = defaultConfig, now = start, ownRoles = [] }: Settings = {},
) => {
  const clock = virtualClock(now);
  const opened = memoryRegion({ clock, keys });
  const events: SweepEvent[] = [];
  const collect = async (): Promise<void> => {
    const settings = { rules, config, ownRoles };
    for await (const event of sweepRegion({ account, region, ...opened, settings, clock, ...some })) events.push(event);
  };
  await clock.run(collect());
  const findings = events.flatMap((event) => ('findings' in event ? event.findings : []));
  const of = (rule: string) => findings.filter((finding) => finding.rule === rule);
  const end = events.at(-1);
  if (end?.kind !== 'end') throw new Error('a sweep without an end');
  return { events, end, of, calls: opened.calls };
};

describe('trail-blind', () => {
  const blind = { trails: async () => known([basicTrail({ excludedSources: ['kms.amazonaws.com'] })]) };

  test('is one finding of the Region, without a key, with an id that stays', async () => {
    const { of, events } = await sweep({ [arn(0)]: good(), [arn(1)]: good() }, { trails: blind });
    const [finding, ...more] = of('trail-blind');
    expect(more).toEqual([]);
    expect(finding).toMatchObject({
      verdict: 'violation',
      account,
      region,
      keyArn: null,
      aliases: [],
      waivedUntil: null,
    });
    expect(finding?.id).toBe(findingId('trail-blind', { keyArn: null, account, region, keyId: null }));
    expect(finding?.message).toContain(`account ${account} in ${region}`);
    expect(finding?.message).toContain('trail/audit leaves the events of KMS out');
    expect(events.filter(({ kind }) => kind === 'region')).toHaveLength(1);
  });

  test('a Region whose trail sees is clear, so that its finding can be resolved', async () => {
    const { events, end } = await sweep({});
    expect(events[0]).toMatchObject({
      kind: 'region',
      account,
      region,
      findings: [],
      clear: ['trail-blind', 'forwarding-missing'],
    });
    expect(end.state).toBe('complete');
  });

  test('a run that goes on where another stopped does not look again', async () => {
    const { events, calls } = await sweep(
      { [arn(0)]: good() },
      { trails: blind, cursor: { marker: null, after: null } },
    );
    expect(events.map(({ kind }) => kind)).toEqual(['judged', 'end']);
    expect(calls).not.toContain('DescribeTrails');
  });

  test('switched off, it costs no call', async () => {
    const config = configSchema.parse({ rules: { 'trail-blind': { enabled: false } } });
    const { events, calls, end } = await sweep({}, {}, { config });
    expect(events[0]).toMatchObject({ kind: 'region', findings: [], clear: ['forwarding-missing'] });
    expect(end.state).toBe('complete');
    expect(calls).not.toContain('DescribeTrails');
  });

  test('trails that cannot be listed leave the Region partial, and its keys are judged', async () => {
    const denied = unknown('access-denied', 'cloudtrail:DescribeTrails is not permitted: no');
    const { end, of } = await sweep({ [arn(0)]: good() }, { trails: { trails: async () => denied } });
    expect(end).toMatchObject({ keys: 1, state: 'partial' });
    expect(end.reason).toContain('its trails could not be read: cloudtrail:DescribeTrails is not permitted');
    expect(of('trail-blind')).toMatchObject([{ verdict: 'undetermined', keyArn: null }]);
  });
});

describe('forwarding-missing', () => {
  const config = configSchema.parse({ organization });
  const passing = (forwarding: Fact<Forwarding>) => {
    const asked: string[] = [];
    const reader = { forwarding: async () => (asked.push('forwarding'), forwarding) };
    return { asked, forwarding: reader };
  };

  test('is one finding of the Region, without a key, with an id that stays', async () => {
    const { of, end } = await sweep({ [arn(0)]: good() }, passing(known(forwardingWith({ Calls: undefined }))), {
      config,
    });
    expect(of('forwarding-missing')).toMatchObject([
      { verdict: 'violation', severity: 'high', account, region, keyArn: null },
    ]);
    expect(of('forwarding-missing')[0]?.message).toContain('Not passed on of kms.amazonaws.com: CancelKeyDeletion');
    expect(of('forwarding-missing')[0]?.id).toBe(
      findingId('forwarding-missing', { keyArn: null, account, region, keyId: null }),
    );
    expect(end.state).toBe('complete');
  });

  test('a Region that passes everything on is clear, so that its finding can be resolved', async () => {
    const { events, end } = await sweep({}, passing(known(forwardingWith())), { config });
    expect(events[0]).toMatchObject({ findings: [], clear: ['trail-blind', 'forwarding-missing'] });
    expect(end.state).toBe('complete');
  });

  test('where no bus is known nobody is asked, and nobody complains', async () => {
    const { events, end } = await sweep({}, { forwarding: null }, { config });
    expect(events[0]).toMatchObject({ findings: [], clear: ['trail-blind', 'forwarding-missing'] });
    expect(end.state).toBe('complete');
  });

  test('switched off, it costs no call', async () => {
    const off = configSchema.parse({ organization, rules: { 'forwarding-missing': { enabled: false } } });
    const sources = passing(known(forwardingWith({ Calls: undefined })));
    const { of, end } = await sweep({}, sources, { config: off });
    expect([of('forwarding-missing'), sources.asked, end.state]).toEqual([[], [], 'complete']);
  });

  test('rules that cannot be listed leave the Region partial, and its keys are judged', async () => {
    const denied = unknown('access-denied', 'events:ListRuleNamesByTarget is not permitted: no');
    const { end, of } = await sweep({ [arn(0)]: good() }, passing(denied), { config });
    expect(end).toMatchObject({ keys: 1, state: 'partial' });
    expect(end.reason).toContain('what passes its calls on could not be read: events:ListRuleNamesByTarget is not');
    expect(of('forwarding-missing')).toMatchObject([{ verdict: 'undetermined', keyArn: null }]);
  });
});

describe('replica-drift', () => {
  const mrkIn = (where: string) => `arn:aws:kms:${where}:${account}:key/mrk-0123456789abcdef0123456789abcdef`;
  const member = (type: 'PRIMARY' | 'REPLICA') => ({
    multiRegion: { type, primaryArn: mrkIn(region), replicaArns: [mrkIn('us-east-1')] },
  });
  const only = { rules: rules.filter(({ id }) => id === 'replica-drift'), config: defaultConfig, ownRoles: [] };

  test('one finding a family, at its primary; only primaries cost calls', async () => {
    const keys = { [arn(0)]: good(), [mrkIn(region)]: good({ tags: { owner: 'orders' } }, member('PRIMARY')) };
    const american = good({ tags: { owner: 'others' } }, member('REPLICA'));
    // The replica is another Region's key: it is read, not listed.
    const opened = memoryRegion({ clock: virtualClock(start), keys: { ...keys, [mrkIn('us-east-1')]: american } });
    const { of } = await sweep(keys, { settings: only, reader: opened.reader });
    expect(of('replica-drift')).toMatchObject([
      { keyArn: mrkIn(region), message: 'Replicas do not match this primary: us-east-1 (tags)' },
    ]);
    const counted = (call: string): number => opened.calls.filter((each) => each === call).length;
    // Two keys and one replica.
    expect([counted('DescribeKey'), counted('GetKeyPolicy'), counted('ListResourceTags')]).toEqual([3, 3, 3]);
  });
});

describe('pending-key-needed', () => {
  const use = {
    operation: 'Decrypt',
    at: '2026-11-19T10:00:00.000Z',
    actorArn: 'arn:aws:sts::111122223333:assumed-role/app/i-1',
    invokedBy: null,
    errorCode: 'KMSInvalidStateException',
  };

  test('names who needs the key', async () => {
    const { of } = await sweep({ [arn(0)]: good({ failedUses: [use] }, pending), [arn(1)]: good({}, pending) });
    expect(of('pending-key-needed')).toMatchObject([
      { keyArn: arn(0), severity: 'critical', message: expect.stringContaining(`Decrypt by ${use.actorArn}`) },
    ]);
  });

  test('a key left for another run neither has the finding nor resolves it', async () => {
    const { events, of } = await sweep({ [arn(0)]: good({ failedUses: [use] }, pending) }, {});
    expect(of('pending-key-needed')).toHaveLength(1);
    const history = {
      stateChanges: async () => known([]),
      failedUses: async () => unknown('not-fetched', 'left for a later run'),
    };
    const left = await sweep({ [arn(0)]: good({ failedUses: [use] }, pending) }, { history });
    expect(left.of('pending-key-needed')).toEqual([]);
    const judged = [events, left.events].map((all) => all.find(({ kind }) => kind === 'judged'));
    expect(judged[1]).toMatchObject({ kind: 'judged', clear: expect.not.arrayContaining(['pending-key-needed']) });
  });
});

test('key-disabled-long: the first night that saw the key disabled counts, and later ones leave it', async () => {
  const ledger = memoryLedger();
  const key = good({}, { keyState: 'Disabled', creationDate: '2024-01-10T08:00:00.000Z' });
  const night = (days: number) => sweep({ [arn(0)]: key }, { ledger }, { now: start + days * day });
  for (const days of [0, 1, 40, 89]) {
    expect((await night(days)).of('key-disabled-long')).toMatchObject([{ verdict: 'undetermined' }]);
  }
  const since = new Date(start - 1_000).toISOString();
  expect(ledger.keys.get(arn(0))?.stateChanges).toMatchObject([{ state: 'Disabled', source: 'describe', at: since }]);
  expect((await night(90)).of('key-disabled-long')).toMatchObject([
    { verdict: 'violation', data: { days: 90, since }, message: expect.stringContaining('for 90 days or longer') },
  ]);
  expect(ledger.keys.get(arn(0))?.stateChanges).toHaveLength(1);
});

test('rotation-overdue: imported material that was rotated on demand, and the call that tells, for it alone', async () => {
  const old = { origin: 'EXTERNAL', creationDate: '2024-01-10T08:00:00.000Z' };
  const { of, calls } = await sweep({
    [arn(0)]: good({ rotatedAt: '2026-10-01T00:00:00.000Z' }, old),
    [arn(1)]: good({ rotatedAt: null }, old),
    [arn(2)]: good(),
  });
  expect(of('rotation-overdue').map(({ keyArn, messageId }) => [keyArn, messageId])).toEqual([[arn(1), 'overdue']]);
  expect(calls.filter((call) => call === 'ListKeyRotations')).toHaveLength(2);
});

test('a policy that locks the guard out is one finding, that of the event path', async () => {
  const role = `arn:aws:iam::${account}:role/kms-guard`;
  const policy = JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${account}:role/app` }, Action: 'kms:*', Resource: '*' },
    ],
  });
  const { of, events } = await sweep({ [arn(0)]: good({ policy }) }, {}, { ownRoles: [role] });
  expect(of('policy-guard-locked-out')).toMatchObject([{ keyArn: arn(0), verdict: 'violation' }]);
  expect(of('unprotectable-key')).toEqual([]);
  expect(events.find(({ kind }) => kind === 'judged')).toMatchObject({
    clear: expect.arrayContaining(['unprotectable-key']),
  });
});
