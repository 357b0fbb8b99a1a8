import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { configSchema, defaultConfig } from '../shared/config/config.ts';
import { RetryableFault } from '../shared/ports.ts';
import { crashing } from './support/crashing.ts';
import { enforceAll, guardOver } from './support/guard.ts';
import { memoryKey, pending } from './support/memory-key.ts';
import { memoryPorts } from './support/memory-ports.ts';
import { body, keyArn, record, scheduleDeletion } from './support/records.ts';

const enabledBefore = [{ state: 'Enabled' as const, at: '2026-01-10T08:00:00Z', actorArn: null, source: 'created' }];
const doomed = () => memoryPorts({ keys: { [keyArn]: memoryKey({ changes: enabledBefore }, pending) } });

describe('a risky deletion', () => {
  it('is judged, cancelled, restored, alerted and recorded', async () => {
    const ports = doomed();
    const handled = await guardOver(ports)(body(scheduleDeletion()));
    expect(handled).toMatchObject({
      handled: 'judged',
      outcomes: [
        { remedy: 'cancelKeyDeletion', outcome: 'done' },
        { remedy: 'restoreKeyState', outcome: 'done' },
      ],
    });
    expect(ports.kms.keys.get(keyArn)?.metadata.keyState).toBe('Enabled');
    expect(ports.alerts).toMatchObject([
      { kind: 'key', severity: 'critical', keyState: 'Enabled', deletionDate: null },
    ]);
    expect(ports.ledger.entries).toHaveLength(1);
    const statuses = [...ports.ledger.findings.values()].map(({ rule, status }) => `${rule} ${status}`);
    expect(statuses.toSorted()).toEqual(['deletion-scheduled resolved', 'deletion-window-short open']);
  });

  it('is restored to Disabled when it was', async () => {
    const ports = memoryPorts({
      keys: {
        [keyArn]: memoryKey(
          { changes: [{ state: 'Disabled', at: '2026-02-01T00:00:00Z', actorArn: null, source: 'x' }] },
          pending,
        ),
      },
    });
    await guardOver(ports)(body(scheduleDeletion()));
    expect(ports.kms.keys.get(keyArn)?.metadata.keyState).toBe('Disabled');
    expect(ports.kms.writes).toEqual([`CancelKeyDeletion ${keyArn}`]);
  });

  it('is only alerted in observe mode, without one write', async () => {
    const ports = doomed();
    await guardOver(ports, { config: defaultConfig })(body(scheduleDeletion()));
    expect(ports.kms.writes).toEqual([]);
    expect(ports.alerts).toMatchObject([
      { decision: { action: 'alert', wouldRemedy: 'cancelKeyDeletion' }, deletionDate: pending.deletionDate },
    ]);
  });

  it('is saved but left disabled when only cancelling is enforced, and the alert says so', async () => {
    const ports = doomed();
    const config = configSchema.parse({ modes: { remedies: { cancelKeyDeletion: 'enforce' }, accounts: {} } });
    await guardOver(ports, { config })(body(scheduleDeletion()));
    expect(ports.kms.writes).toEqual([`CancelKeyDeletion ${keyArn}`]);
    expect(ports.alerts).toMatchObject([
      { keyState: 'Disabled', outcomes: [{ outcome: 'done' }, { remedy: 'restoreKeyState', outcome: 'refused' }] },
    ]);
  });

  it('is not let go for a parameter that ScheduleKeyDeletion does not have', async () => {
    const ports = doomed();
    await guardOver(ports)(body(scheduleDeletion({ request: { pendingWindowInDays: 7, dryRun: true } })));
    expect(ports.kms.keys.get(keyArn)?.metadata.keyState).toBe('Enabled');
    expect(ports.alerts).toMatchObject([{ kind: 'key', severity: 'critical' }]);
  });

  it('is not let go because its protecting tag was taken off just before', async () => {
    const free = memoryKey({ changes: enabledBefore, aliases: [], tags: {} }, pending);
    const ports = memoryPorts({
      keys: { [keyArn]: { ...free, lastUse: { use: 'used', at: '2025-01-01T00:00:00Z', operation: 'Decrypt' } } },
    });
    const tags = { 'kms-guard:protected': 'yes' };
    await ports.ledger.learn({ kind: 'slow-facts', keyArn, askedAt: '2026-11-19T01:00:00Z', tags, quiet: [] });
    await guardOver(ports)(body(scheduleDeletion({ days: 30 })));
    expect(ports.kms.keys.get(keyArn)?.metadata.keyState).toBe('Enabled');
  });

  it('is left alone when it is waived', async () => {
    const ports = doomed();
    const waiver = (rule: string) => ({
      rule,
      keys: [keyArn],
      owner: 'orders',
      reason: 'service was retired',
      expires: '2026-12-31',
    });
    const config = configSchema.parse({
      ...enforceAll,
      waivers: [waiver('deletion-scheduled'), waiver('deletion-window-short')],
    });
    await guardOver(ports, { config })(body(scheduleDeletion()));
    expect(ports.kms.writes).toEqual([]);
    expect(ports.alerts).toEqual([]);
    expect(ports.ledger.entries).toMatchObject([
      { decision: { action: 'ignore' }, findings: [{ status: 'waived' }, { status: 'waived' }] },
    ]);
  });

  it('is left to whoever cancelled it first', async () => {
    const ports = doomed();
    const key = ports.kms.keys.get(keyArn);
    let looks = 0;
    ports.kms.before = (call) => {
      if (call !== 'DescribeKey' || key === undefined) return;
      looks += 1;
      if (looks === 2) key.metadata = { ...key.metadata, keyState: 'Disabled', deletionDate: null };
    };
    await guardOver(ports)(body(scheduleDeletion()));
    expect(ports.kms.writes).toEqual([]);
    expect(ports.kms.keys.get(keyArn)?.metadata.keyState).toBe('Disabled');
  });
});

describe('a look too early', () => {
  it('is repeated: right after the call KMS may still tell of the key before it', async () => {
    const ports = doomed();
    const key = ports.kms.keys.get(keyArn);
    if (key === undefined) throw new Error('no key');
    const doomedState = key.metadata;
    key.metadata = { ...doomedState, keyState: 'Enabled', deletionDate: null };
    let looks = 0;
    ports.kms.before = (call) => {
      if (call === 'DescribeKey' && ++looks === 3) key.metadata = doomedState;
    };
    await guardOver(ports)(body(scheduleDeletion()));
    expect(ports.kms.writes).toEqual([`CancelKeyDeletion ${keyArn}`, `EnableKey ${keyArn}`]);
  });

  it('ends: a key that somebody saved meanwhile is left alone by the next attempt', async () => {
    const ports = memoryPorts({ keys: { [keyArn]: memoryKey() } });
    const start = ports.clock.time;
    await expect(guardOver(ports)(body(scheduleDeletion()))).rejects.toThrow(RetryableFault);
    expect(ports.clock.time - start).toBeLessThan(10_000);
    ports.clock.time += 360_000;
    const handled = await guardOver(ports)(body(scheduleDeletion()));
    expect(handled).toMatchObject({
      intent: {
        verdicts: expect.arrayContaining([
          expect.objectContaining({ rule: 'deletion-scheduled', verdict: 'compliant' }),
        ]),
      },
    });
    expect(ports.kms.writes).toEqual([]);
  });

  it('does not give up a key that KMS shows as it was for longer', async () => {
    const ports = doomed();
    const key = ports.kms.keys.get(keyArn);
    if (key === undefined) throw new Error('no key');
    const doomedState = key.metadata;
    key.metadata = { ...doomedState, keyState: 'Enabled', deletionDate: null };
    await expect(guardOver(ports)(body(scheduleDeletion()))).rejects.toThrow(RetryableFault);
    key.metadata = doomedState;
    ports.clock.time += 360_000;
    await guardOver(ports)(body(scheduleDeletion()));
    expect(key.metadata.keyState).toBe('Enabled');
    expect(ports.kms.writes).toEqual([`CancelKeyDeletion ${keyArn}`, `EnableKey ${keyArn}`]);
  });

  it('is not repeated for a call of long ago', async () => {
    const ports = memoryPorts({ keys: { [keyArn]: memoryKey() } });
    const start = ports.clock.time;
    await guardOver(ports)(body(scheduleDeletion({ eventTime: '2026-11-19T00:00:00Z' })));
    expect(ports.clock.time).toBe(start);
  });
});

describe('a key that was disabled on purpose, just before its deletion', () => {
  const disabling = body(record({ eventName: 'DisableKey', eventID: 'late', eventTime: '2026-11-20T09:14:00Z' }));

  it('stays Disabled though the guard hears of it only during the rescue', async () => {
    const ports = doomed();
    let heard: Promise<unknown> = Promise.resolve();
    const cancelKeyDeletion = async (arn: string) => {
      heard = guardOver(ports)(disabling);
      await heard;
      return ports.kms.cancelKeyDeletion(arn);
    };
    await guardOver({ ...ports, writer: { ...ports.writer, cancelKeyDeletion } })(body(scheduleDeletion()));
    expect(await heard).toMatchObject({ handled: 'judged' });
    expect(ports.kms.writes).toEqual([`CancelKeyDeletion ${keyArn}`]);
  });

  it('stays Disabled in a rescue that a late event of an earlier deletion brings', async () => {
    // Scheduled at 9:14 while Enabled, cancelled by hand and left Disabled, scheduled again: only the first event has come.
    const ports = doomed();
    const cancelling = record({ eventName: 'CancelKeyDeletion', eventID: 'theirs', eventTime: '2026-11-20T10:00:00Z' });
    ports.clock.time = Date.parse('2026-11-20T10:30:00Z');
    await guardOver(ports, { rules: [] })(body(cancelling));
    await guardOver(ports)(body(scheduleDeletion()));
    expect(ports.kms.writes).toEqual([`CancelKeyDeletion ${keyArn}`]);
    expect(ports.alerts).toMatchObject([
      { outcomes: [{ outcome: 'done' }, { remedy: 'restoreKeyState', outcome: 'already-so' }] },
    ]);
  });

  it('is remembered though the call itself cannot be judged yet', async () => {
    const ports = doomed();
    ports.kms.before = () => {
      throw new RetryableFault('throttled');
    };
    await expect(guardOver(ports)(disabling)).rejects.toThrow(RetryableFault);
    expect(ports.ledger.keys.get(keyArn)?.stateChanges).toMatchObject([{ state: 'Disabled', source: 'late' }]);
  });
});

describe('the unexpected', () => {
  it('alerts on a key that is gone', async () => {
    const ports = memoryPorts();
    const handled = await guardOver(ports)(body(scheduleDeletion()));
    expect(handled).toMatchObject({ intent: { decision: { action: 'alert', remedy: null } } });
    expect(ports.alerts).toHaveLength(1);
  });

  it('alerts on a denied attempt, and changes nothing', async () => {
    const ports = memoryPorts({ keys: { [keyArn]: memoryKey() } });
    await guardOver(ports)(body(scheduleDeletion({ errorCode: 'AccessDenied' })));
    expect(ports.kms.writes).toEqual([]);
    expect(ports.alerts).toMatchObject([
      {
        verdicts: expect.arrayContaining([
          expect.objectContaining({ rule: 'deletion-attempted', verdict: 'violation' }),
        ]),
      },
    ]);
  });

  it.each([
    '',
    'not json',
    '[]',
    'null',
    '{"detail":{}}',
    JSON.stringify({ detail: { eventSource: 'kms.amazonaws.com' } }),
  ])('keeps an unreadable body (%j): dead letter each time, alert and record only once', async (text) => {
    const ports = memoryPorts();
    const handle = guardOver(ports);
    expect(await handle(text)).toMatchObject({ handled: 'unreadable' });
    // A redrive, or SQS that brings it twice.
    await handle(text);
    expect(ports.dead).toMatchObject([{ body: text }, { body: text }]);
    expect(ports.alerts).toMatchObject([{ kind: 'unreadable' }]);
    expect(ports.ledger.unreadable).toHaveLength(1);
  });

  it('does not act on its own calls', async () => {
    const ports = doomed();
    const own = { role: 'kms-guard/deletion-guard', session: 'x' };
    await guardOver(ports)(body(record({ eventName: 'CancelKeyDeletion', ...own })));
    expect(ports.kms.writes).toEqual([]);
    expect(ports.alerts).toEqual([]);
    expect(ports.ledger.findings.size).toBe(0);
  });

  it('gives a message back while another attempt holds its event', async () => {
    const ports = doomed();
    await ports.ledger.claim({
      guard: 'deletion-guard',
      eventID: 'c2a7e9d4-0000-4000-8000-00000000b001',
      now: ports.clock.time,
      leaseInSeconds: 60,
    });
    await expect(guardOver(ports)(body(scheduleDeletion()))).rejects.toThrow(RetryableFault);
    ports.clock.time += 61_000;
    expect(await guardOver(ports)(body(scheduleDeletion()))).toMatchObject({ handled: 'judged' });
  });

  it('trips after the configured number of remedies, and says so once', async () => {
    const arns = [1, 2, 3, 4].map((n) => keyArn.replace('0a1b2c3d', `0000000${n}`));
    const keys = Object.fromEntries(arns.map((arn) => [arn, memoryKey({ changes: enabledBefore }, pending)]));
    const ports = memoryPorts({ keys });
    const config = configSchema.parse({ ...enforceAll, safety: { remediesPerHour: 2 } });
    const handle = guardOver(ports, { config });
    for (const [n, key] of arns.entries()) await handle(body(scheduleDeletion({ key, eventID: `event-${n}` })));
    expect(ports.kms.writes.filter((call) => call.startsWith('Cancel'))).toHaveLength(2);
    expect(ports.alerts.filter(({ kind }) => kind === 'breaker')).toHaveLength(1);
    expect(ports.alerts.filter(({ kind }) => kind === 'key')).toHaveLength(4);
    ports.clock.time += 3_600_000;
    await handle(body(scheduleDeletion({ key: arns[3] ?? '', eventID: 'event-later' })));
    expect(ports.kms.writes.filter((call) => call.startsWith('Cancel'))).toHaveLength(3);
  });
});

describe('handling twice equals once', () => {
  it('for any shuffle of events and duplicates', async () => {
    const events = [
      body(record({ eventName: 'EnableKey', eventID: 'e1', eventTime: '2026-11-01T00:00:00Z' })),
      body(record({ eventName: 'DisableKey', eventID: 'e2', eventTime: '2026-11-02T00:00:00Z' })),
      body(record({ eventName: 'EnableKey', eventID: 'e3', eventTime: '2026-11-03T00:00:00Z' })),
      body(scheduleDeletion({ eventID: 'e4' })),
    ];
    // CloudTrail knows the order, whatever EventBridge makes of it.
    const cloudTrail = (['Enabled', 'Disabled', 'Enabled'] as const).map((state, n) => ({
      state,
      at: `2026-11-0${n + 1}T00:00:00Z`,
      actorArn: null,
      source: `e${n + 1}`,
    }));
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray([...events, ...events], { minLength: 8 }), async (list) => {
        const ports = memoryPorts({ keys: { [keyArn]: memoryKey({ changes: cloudTrail }, pending) } });
        const handle = guardOver(ports);
        for (const event of list) await handle(event);
        expect(ports.kms.writes).toEqual([`CancelKeyDeletion ${keyArn}`, `EnableKey ${keyArn}`]);
        expect(ports.ledger.entries).toHaveLength(4);
        expect(ports.kms.keys.get(keyArn)?.metadata.keyState).toBe('Enabled');
      }),
      { numRuns: 30 },
    );
  });
});

describe('a crash at any step', () => {
  it('does not enable a saved key that somebody disabled before the rescue was taken up again', async () => {
    const ports = doomed();
    const mute = { ...ports, alerter: { send: () => Promise.reject(new Error('killed')) } };
    await expect(guardOver(mute)(body(scheduleDeletion()))).rejects.toThrow('killed');
    const key = ports.kms.keys.get(keyArn);
    if (key !== undefined) key.metadata = { ...key.metadata, keyState: 'Disabled' };
    ports.clock.time += 120_000;
    await guardOver(ports)(
      body(record({ eventName: 'DisableKey', eventID: 'theirs', eventTime: '2026-11-20T09:16:00Z' })),
    );
    await guardOver(ports)(body(scheduleDeletion()));
    expect(key?.metadata.keyState).toBe('Disabled');
    expect(ports.kms.writes).toEqual([`CancelKeyDeletion ${keyArn}`, `EnableKey ${keyArn}`]);
    expect(ports.alerts.at(-1)).toMatchObject({
      eventName: 'ScheduleKeyDeletion',
      outcomes: [{}, { outcome: 'already-so', detail: expect.stringContaining('somebody chose so since') }],
    });
  });

  /** Runs the handling once without a crash to learn its port calls, then crashes at each, before and after it. */
  const steps = async (): Promise<number> => {
    const ports = doomed();
    let count = 0;
    const counted = crashing(ports, () => {
      count += 1;
    });
    await guardOver(counted)(body(scheduleDeletion()));
    return count;
  };

  it('is taken up again: key restored, alerted, recorded, cancelled once', async () => {
    const total = await steps();
    expect(total).toBeGreaterThan(20);
    for (let step = 1; step <= total; step += 1) {
      const ports = doomed();
      let count = 0;
      const dying = crashing(ports, () => {
        count += 1;
        if (count === step) throw new Error(`killed at step ${step}`);
      });
      await expect(guardOver(dying)(body(scheduleDeletion()))).rejects.toThrow('killed');
      ports.clock.time += 120_000;
      await guardOver(ports)(body(scheduleDeletion()));
      const { kms, ledger, alerts } = ports;
      expect(kms.keys.get(keyArn)?.metadata.keyState, `step ${step}`).toBe('Enabled');
      expect(
        kms.writes.filter((call) => call.startsWith('Cancel')),
        `step ${step}`,
      ).toHaveLength(1);
      expect(alerts.length, `step ${step}`).toBeGreaterThan(0);
      expect(alerts.at(-1), `step ${step}`).toMatchObject({ severity: 'critical', keyState: 'Enabled' });
      expect(JSON.stringify(alerts.at(-1)), `step ${step}`).not.toContain('stays Disabled');
      expect(ledger.entries.length, `step ${step}`).toBe(1);
    }
  });
});
