import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { broughtBody } from '../shared/calls/brought.ts';
import { parseBody } from '../shared/calls/parse-body.ts';
import { configSchema, defaultConfig } from '../shared/config/config.ts';
import { alertIdOf } from '../shared/delivery/outbox-message.ts';
import { actionOf } from '../shared/reports/action-of.ts';
import { crashing } from './support/crashing.ts';
import { enforceAll, guardOver } from './support/guard.ts';
import { memoryKey, pending } from './support/memory-key.ts';
import { memoryPorts } from './support/memory-ports.ts';
import { account, body, envelope, keyArn, record, region, scheduleDeletion } from './support/records.ts';

const enabledBefore = [{ state: 'Enabled' as const, at: '2026-01-10T08:00:00Z', actorArn: null, source: 'created' }];
const night = Date.parse('2026-11-21T02:00:00Z');
const hour = 3_600_000;

/** The call as the sweep of a night brings it. */
const brought = (sweep: string, detail = scheduleDeletion()): string => {
  const { eventID, eventTime } = detail;
  const when = { eventID: String(eventID), eventTime: String(eventTime) };
  return broughtBody({ record: JSON.stringify(detail), ...when, account, region, sweep });
};

const doomed = (now = night) =>
  memoryPorts({ now, keys: { [keyArn]: memoryKey({ changes: enabledBefore }, pending) } });
const stateOf = (ports: ReturnType<typeof doomed>) => ports.kms.keys.get(keyArn)?.metadata.keyState;
const observe = { config: defaultConfig };

describe('a call that a sweep brought', () => {
  test('of an event that was lost is judged, cancelled, restored, alerted and recorded like an event, and said to be brought', async () => {
    const ports = doomed();
    const handled = await guardOver(ports)(brought('n1'));
    expect(handled).toMatchObject({ outcomes: [{ outcome: 'done' }, { outcome: 'done' }] });
    expect(stateOf(ports)).toBe('Enabled');
    const why = { id: 'brought-by-sweep', sweep: 'n1' };
    expect(ports.alerts).toMatchObject([{ kind: 'key', severity: 'critical', keyState: 'Enabled' }]);
    expect(ports.alerts[0]).toMatchObject({ decision: { reasons: expect.arrayContaining([why]) } });
    expect(ports.ledger.entries).toMatchObject([{ eventID: scheduleDeletion()['eventID'] }]);
    expect([...ports.ledger.findings.values()]).toContainEqual(
      expect.objectContaining({ rule: 'deletion-scheduled', status: 'resolved' }),
    );
    // It tells nothing of how fast events are.
    expect(ports.metrics.map(({ name }) => name)).not.toContain('eventToDecision');
    expect(ports.metrics.map(({ name }) => name)).not.toContain('eventToRemedy');
  });

  test('twice is handled once, and its event after it changes nothing more', async () => {
    const ports = doomed();
    const handle = guardOver(ports);
    await handle(brought('n1'));
    expect(await handle(brought('n1'))).toEqual({ handled: 'duplicate' });
    const writes = [...ports.kms.writes];
    await handle(body(scheduleDeletion()));
    await handle(brought('n2'));
    expect(ports.kms.writes).toEqual(writes);
    expect(stateOf(ports)).toBe('Enabled');
    const ids = ports.alerts.map((alert) => alertIdOf('deletion-guard', alert));
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('is acted on though its event was handled in observe mode, with an alert of its own', async () => {
    const ports = doomed(Date.parse('2026-11-20T09:15:00Z'));
    await guardOver(ports, observe)(body(scheduleDeletion()));
    expect(stateOf(ports)).toBe('PendingDeletion');
    ports.clock.time = night;
    await guardOver(ports)(brought('n1'));
    expect(stateOf(ports)).toBe('Enabled');
    expect(ports.alerts).toHaveLength(2);
    const ids = ports.alerts.map((alert) => alertIdOf('deletion-guard', alert));
    expect(new Set(ids).size).toBe(2);
  });

  test('is acted on though the breaker stopped its event, and is stopped by it like an event', async () => {
    const ports = doomed(Date.parse('2026-11-20T09:15:00Z'));
    const tight = { config: configSchema.parse({ ...enforceAll, safety: { remediesPerHour: 1 } }) };
    const take = (now: number) =>
      ports.ledger.takeRemedySlot({ account, budget: 'rescues', eventID: `other-${now}`, now, limitPerHour: 1 });
    await take(ports.clock.now());
    await guardOver(ports, tight)(body(scheduleDeletion()));
    expect(stateOf(ports)).toBe('PendingDeletion');
    ports.clock.time = night;
    await take(night);
    await guardOver(ports, tight)(brought('n1'));
    expect(stateOf(ports)).toBe('PendingDeletion');
    expect(ports.alerts.at(-1)).toMatchObject({ kind: 'key', decision: { wouldRemedy: 'cancelKeyDeletion' } });
    ports.clock.time = night + 24 * hour;
    await guardOver(ports, tight)(brought('n2'));
    expect(stateOf(ports)).toBe('Enabled');
  });

  test('is acted on though the remedy failed then; where it fails again, people hear it again', async () => {
    const ports = doomed(Date.parse('2026-11-20T09:15:00Z'));
    const denied = { ok: false, reason: 'access-denied', detail: 'no' } as const;
    ports.kms.refuse.push(denied);
    const handle = guardOver(ports);
    await handle(body(scheduleDeletion()));
    ports.clock.time = night;
    ports.kms.refuse.push(denied);
    await handle(brought('n1'));
    expect(stateOf(ports)).toBe('PendingDeletion');
    ports.clock.time = night + 24 * hour;
    await handle(brought('n2'));
    expect(stateOf(ports)).toBe('Enabled');
    const ids = ports.alerts.map((alert) => alertIdOf('deletion-guard', alert));
    expect(new Set(ids).size).toBe(3);
  });

  test.each(['Enabled', 'Disabled'] as const)(
    'of a key that is %s by now is nothing to do and nothing to tell',
    async (keyState) => {
      const key = memoryKey({ changes: enabledBefore }, { keyState });
      const ports = memoryPorts({ now: night, keys: { [keyArn]: key } });
      await guardOver(ports)(brought('n1'));
      expect(ports.kms.writes).toEqual([]);
      expect(ports.alerts).toEqual([]);
      expect(ports.ledger.findings.size).toBe(0);
      expect(ports.ledger.entries).toMatchObject([{ decision: { action: 'ignore' }, verdicts: [], resolved: [] }]);
    },
  );

  test('in observe mode never changes a key', async () => {
    const ports = doomed();
    await guardOver(ports, observe)(brought('n1'));
    expect(ports.kms.writes).toEqual([]);
  });
});

describe('a deletion that stands', () => {
  const unneeded = () => {
    const lastUse = { use: 'used', at: '2025-01-01T00:00:00.000Z', operation: 'Decrypt' } as const;
    const key = memoryKey({ changes: enabledBefore, aliases: [], tags: {}, lastUse }, pending);
    return memoryPorts({ now: night, keys: { [keyArn]: key } });
  };

  test('because it is proven safe is told no night, and leaves what the sweep holds open to the sweep', async () => {
    const ports = unneeded();
    await guardOver(ports)(brought('n1', scheduleDeletion({ days: 30 })));
    await guardOver(ports)(brought('n2', scheduleDeletion({ days: 30 })));
    expect(ports.alerts).toEqual([]);
    expect(ports.kms.writes).toEqual([]);
    expect(ports.ledger.entries).toMatchObject([{ resolved: [] }, { resolved: [] }]);
  });

  test('because a second person approved it uses the approval for the event itself, and is told no night', async () => {
    const ports = doomed();
    const approval = {
      id: 'a1',
      keyArn,
      requester: `arn:aws:sts::${account}:assumed-role/PlatformAdmin/dana@example.com`,
      approver: { name: 'sam', arn: `arn:aws:iam::${account}:role/Sam`, slackUser: null },
      minimumWindowInDays: 7,
      until: '2026-11-22T00:00:00Z',
      reason: 'retired',
      ticket: null,
      grantedAt: '2026-11-19T00:00:00Z',
      revoked: null,
      used: null,
    };
    await ports.approvals.add(approval);
    const config = configSchema.parse({ ...enforceAll, deletion: { minimumWindowInDays: 7 } });
    await guardOver(ports, { config })(brought('n1'));
    await guardOver(ports, { config })(brought('n2'));
    expect(stateOf(ports)).toBe('PendingDeletion');
    expect(ports.alerts).toEqual([]);
    const [entry] = ports.ledger.entries;
    expect(entry?.decision.reasons.map(({ id }) => id)).toContain('approved');
    const approvals = await ports.approvals.of(keyArn);
    expect(approvals).toMatchObject({ value: [{ used: { eventID: scheduleDeletion()['eventID'] } }] });
    expect(ports.ledger.entries.map(actionOf)).toEqual([null, null]);
    expect([...ports.ledger.findings.values()]).toContainEqual(
      expect.objectContaining({ rule: 'deletion-scheduled', status: 'approved' }),
    );
  });
});

describe('the mark', () => {
  const marked = (mark: unknown, detail: Readonly<Record<string, unknown>> = scheduleDeletion()) => {
    const parsed = parseBody(JSON.stringify({ ...envelope(detail), 'kms-guard-sweep': mark }));
    return parsed.unreadable ? parsed : parsed.call.broughtBy;
  };

  test.each([
    ['n1', 'n1'],
    ['', null],
    ['x'.repeat(81), null],
    [7, null],
    [null, null],
    [['n1'], null],
  ])('%j reads as %j', (mark, sweep) => expect(marked(mark)).toBe(sweep));

  test('counts on a scheduled deletion alone, and not inside the record, which its caller had a hand in', () => {
    expect(marked('n1', record({ eventName: 'PutKeyPolicy' }))).toBeNull();
    expect(parseBody(body({ ...scheduleDeletion(), 'kms-guard-sweep': 'n1' }))).toMatchObject({
      call: { broughtBy: null },
    });
  });

  test('makes no record believed about another account', () => {
    const foreign = JSON.parse(brought('n1'));
    expect(parseBody(JSON.stringify({ ...foreign, account: '999988887777' }))).toMatchObject({ unreadable: true });
  });
});

test('killed at any step, a call that was brought is taken up again: restored, told and recorded, cancelled once', async () => {
  const counted = { steps: 0 };
  await guardOver(crashing(doomed(), () => void (counted.steps += 1)))(brought('n1'));
  expect(counted.steps).toBeGreaterThan(20);
  for (let step = 1; step <= counted.steps; step += 1) {
    const ports = doomed();
    let count = 0;
    const dying = crashing(ports, () => {
      count += 1;
      if (count === step) throw new Error(`killed at step ${step}`);
    });
    await expect(guardOver(dying)(brought('n1'))).rejects.toThrow('killed');
    ports.clock.time += 120_000;
    await guardOver(ports)(brought('n1'));
    expect(stateOf(ports), `step ${step}`).toBe('Enabled');
    expect(
      ports.kms.writes.filter((call) => call.startsWith('Cancel')),
      `step ${step}`,
    ).toHaveLength(1);
    expect(ports.alerts.at(-1), `step ${step}`).toMatchObject({ severity: 'critical', keyState: 'Enabled' });
    expect(ports.ledger.entries.length, `step ${step}`).toBe(1);
  }
});

const waived = ['deletion-scheduled', 'deletion-window-short'].map((rule) => ({
  rule,
  keys: [keyArn],
  owner: 'orders team',
  reason: 'the service behind it was retired',
  expires: '2027-03-31',
}));

test.each([
  ['cancelling was put into observe mode', defaultConfig, 'cancelKeyDeletion'],
  ['the deletion was waived, and nothing would be done', configSchema.parse({ ...enforceAll, waivers: waived }), null],
])('taken up again too late, after %s, it is withdrawn, told and settled', async (_, config, wouldRemedy) => {
  const ports = doomed();
  const dying = crashing(ports, () => {
    if (ports.kms.writes.length === 0 && killing) throw new Error('killed');
  });
  let killing = false;
  const armed = {
    ...dying,
    ledger: {
      ...ports.ledger,
      saveIntent: async (input: Parameters<typeof ports.ledger.saveIntent>[0]) => {
        await ports.ledger.saveIntent(input);
        killing = true;
      },
    },
  };
  await expect(guardOver(armed)(brought('n1'))).rejects.toThrow('killed');
  ports.clock.time += hour;
  await guardOver(ports, { config })(brought('n1'));
  expect(ports.kms.writes).toEqual([]);
  expect(ports.alerts).toMatchObject([{ kind: 'key', decision: { wouldRemedy }, outcomes: [{ outcome: 'refused' }] }]);
  expect(ports.alerts[0]).toMatchObject({
    decision: { reasons: expect.arrayContaining([{ id: 'brought-by-sweep', sweep: 'n1' }]) },
  });
  expect(ports.ledger.entries.map(actionOf)).toMatchObject([{ outcomes: [{ outcome: 'refused' }] }]);
  expect(await guardOver(ports, { config })(brought('n1'))).toEqual({ handled: 'duplicate' });
});

test('however often and in whatever order a call is brought and its event comes, the key is saved once', async () => {
  const step = fc.constantFrom('event', 'n1', 'n2', 'n3');
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 8 }), async (steps) => {
      const ports = doomed();
      const handle = guardOver(ports);
      for (const each of steps) await handle(each === 'event' ? body(scheduleDeletion()) : brought(each));
      expect(stateOf(ports)).toBe('Enabled');
      expect(ports.kms.writes).toEqual([`CancelKeyDeletion ${keyArn}`, `EnableKey ${keyArn}`]);
    }),
  );
});
