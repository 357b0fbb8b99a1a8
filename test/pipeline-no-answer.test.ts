import { describe, expect, it } from 'vitest';
import { alertIdOf } from '../shared/delivery/outbox-message.ts';
import { RetryableFault } from '../shared/ports.ts';
import { guardOver } from './support/guard.ts';
import { memoryKey, pending } from './support/memory-key.ts';
import { type MemoryPorts, memoryPorts } from './support/memory-ports.ts';
import { body, keyArn, record, scheduleDeletion } from './support/records.ts';

const enabledBefore = [{ state: 'Enabled' as const, at: '2026-01-10T08:00:00Z', actorArn: null, source: 'created' }];
const doomed = () => memoryPorts({ keys: { [keyArn]: memoryKey({ changes: enabledBefore }, pending) } });

/** A Lambda that was killed sets nothing aside any more. */
const dying = (ports: MemoryPorts): MemoryPorts => ({
  ...ports,
  deadLetters: { send: async () => Promise.reject(new Error('killed')) },
});

describe('AWS that gives no answer', () => {
  const silentAbout = (call: string, ports: ReturnType<typeof doomed>): void => {
    ports.kms.before = (name) => {
      if (name === call) throw new RetryableFault(`${call} gave no answer`);
    };
  };

  it.each(['LookupEvents', 'GetKeyLastUsage', 'ListGrants'])(
    '%s: the third attempt saves the key without it',
    async (call) => {
      const ports = doomed();
      silentAbout(call, ports);
      for (let attempt = 1; attempt < 3; attempt += 1) {
        await expect(guardOver(ports)(body(scheduleDeletion()))).rejects.toThrow(RetryableFault);
        ports.clock.time += 360_000;
      }
      await guardOver(ports)(body(scheduleDeletion()));
      expect(ports.kms.writes).toContain(`CancelKeyDeletion ${keyArn}`);
      // Without CloudTrail nothing shows that the key was Enabled: then it stays Disabled.
      expect(ports.kms.keys.get(keyArn)?.metadata.keyState).toBe(call === 'LookupEvents' ? 'Disabled' : 'Enabled');
      expect(ports.alerts).toMatchObject([{ kind: 'key', outcomes: [{ outcome: 'done' }, {}] }]);
    },
  );

  it.each([
    ['CancelKeyDeletion', 'PendingDeletion'],
    ['EnableKey', 'Disabled'],
  ])('%s: people hear of it from the third attempt on, and how it ends', async (call, keyState) => {
    const ports = doomed();
    silentAbout(call, ports);
    const handle = guardOver(ports);
    // Each alert that has an id of its own reaches people once.
    const told = () => new Set(ports.alerts.map((alert) => alertIdOf('deletion-guard', alert))).size;
    for (let attempt = 1; attempt < 5; attempt += 1) {
      await expect(handle(body(scheduleDeletion()))).rejects.toThrow(RetryableFault);
      expect(told()).toBe(attempt < 3 ? 0 : 1);
      ports.clock.time += 360_000;
    }
    const [late] = ports.alerts;
    expect(late).toMatchObject({ kind: 'key', severity: 'critical', keyState, outcomes: [{ outcome: 'failed' }] });
    ports.kms.before = () => undefined;
    await handle(body(scheduleDeletion()));
    expect(ports.alerts.at(-1)).toMatchObject({ keyState: 'Enabled', outcomes: [{}, { outcome: 'done' }] });
    expect(told()).toBe(2);
  });

  it('saves a key that nobody can describe', async () => {
    const ports = doomed();
    silentAbout('DescribeKey', ports);
    for (let attempt = 1; attempt < 3; attempt += 1) {
      await expect(guardOver(ports)(body(scheduleDeletion()))).rejects.toThrow(RetryableFault);
      ports.clock.time += 360_000;
    }
    await guardOver(ports)(body(scheduleDeletion()));
    expect(ports.kms.keys.get(keyArn)?.metadata.keyState).toBe('Enabled');
    expect(ports.alerts.at(-1)).toMatchObject({ keyState: null });
  });

  it('is told though each attempt dies: before the third one acts', async () => {
    const ports = doomed();
    ports.kms.before = (name) => {
      if (name === 'CancelKeyDeletion') throw new Error('killed');
    };
    for (let attempt = 1; attempt < 4; attempt += 1) {
      expect(ports.alerts).toHaveLength(0);
      await expect(guardOver(dying(ports))(body(scheduleDeletion()))).rejects.toThrow('killed');
      ports.clock.time += 360_000;
    }
    expect(ports.alerts).toMatchObject([{ keyState: 'PendingDeletion', outcomes: [{ outcome: 'failed' }] }]);
  });

  it('is told of a bug, and goes on: the third attempt sets the event aside', async () => {
    const ports = doomed();
    const buggy = (): never => {
      throw new TypeError('cannot read properties of undefined');
    };
    const handle = guardOver({ ...ports, waivers: { ...ports.waivers, all: buggy } });
    for (let attempt = 1; attempt < 3; attempt += 1) {
      await expect(handle(body(scheduleDeletion()))).rejects.toThrow(TypeError);
      ports.clock.time += 360_000;
    }
    expect(await handle(body(scheduleDeletion()))).toMatchObject({ handled: 'unreadable' });
    expect(ports.dead).toMatchObject([{ body: body(scheduleDeletion()) }]);
    const reason = expect.stringMatching(`ScheduleKeyDeletion of ${keyArn}.*TypeError: cannot read`);
    expect(ports.alerts).toMatchObject([{ kind: 'unreadable', reason }]);
    // Put back by a redrive, it is not lost; mended, it is handled.
    ports.clock.time += 360_000;
    await handle(body(scheduleDeletion()));
    expect(ports.dead).toHaveLength(2);
    ports.clock.time += 360_000;
    await guardOver(ports)(body(scheduleDeletion()));
    expect(ports.kms.keys.get(keyArn)?.metadata.keyState).toBe('Enabled');
  });

  it('is not told again of a key that was saved before its attempts died', async () => {
    const ports = doomed();
    const settle = async () => Promise.reject(new Error('killed'));
    for (let attempt = 1; attempt < 5; attempt += 1) {
      await expect(
        guardOver({ ...dying(ports), ledger: { ...ports.ledger, settle } })(body(scheduleDeletion())),
      ).rejects.toThrow('killed');
      ports.clock.time += 360_000;
    }
    expect(ports.alerts.filter((alert) => alert.kind === 'key' && alert.outcomes[0]?.outcome === 'failed')).toEqual([]);
  });

  it('does not hold up the alert of a saved key for a last look at it', async () => {
    const looksAt = async (failing: number): Promise<ReturnType<typeof doomed> & { looks: number }> => {
      const ports = { ...doomed(), looks: 0 };
      ports.kms.before = (call) => {
        if (call !== 'DescribeKey') return;
        ports.looks += 1;
        if (ports.looks === failing) throw new RetryableFault('DescribeKey gave no answer');
      };
      await guardOver(ports)(body(scheduleDeletion()));
      return ports;
    };
    const { looks } = await looksAt(0);
    const { alerts } = await looksAt(looks);
    expect(alerts).toMatchObject([{ keyState: null, outcomes: [{ outcome: 'done' }, { outcome: 'done' }] }]);
  });

  it('does not hold up an alert for the name of the key', async () => {
    const ports = memoryPorts({ keys: { [keyArn]: memoryKey({}, { keyState: 'Disabled' }) } });
    silentAbout('ListAliases', ports);
    await guardOver(ports)(body(record({ eventName: 'DisableKey' })));
    expect(ports.alerts).toMatchObject([{ kind: 'key', aliases: [] }]);
  });
});
