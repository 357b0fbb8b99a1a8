import { describe, expect, test } from 'vitest';
import { renderAlert } from '../../shared/alerts/render.ts';
import { handleDefence } from '../../shared/defence/handle-defence.ts';
import { heartbeatSource } from '../../shared/heartbeat.ts';
import { RetryableFault } from '../../shared/ports.ts';
import { ruleById } from '../../shared/rules/index.ts';
import { defenceEvent } from '../support/defence-records.ts';
import { memoryPorts, type MemoryPorts } from '../support/memory-ports.ts';

const over = (ports: MemoryPorts) => (event: unknown) =>
  handleDefence(
    { guard: 'self-guard', names: ['KmsGuard'], leaseInSeconds: 60, ports },
    typeof event === 'string' ? event : JSON.stringify(event),
  );

const deleteRule = defenceEvent({ service: 'events' }, { name: 'DeleteRule' }, { request: { name: 'KmsGuard-Calls' } });

describe('a call that disarms the guard', () => {
  test('is alerted once and recorded, however often it comes', async () => {
    const ports = memoryPorts();
    const handle = over(ports);
    expect(await handle(deleteRule)).toMatchObject({ handled: 'alerted' });
    expect(await handle(deleteRule)).toEqual({ handled: 'duplicate' });
    expect(ports.alerts).toMatchObject([
      {
        kind: 'defence',
        severity: 'critical',
        eventName: 'DeleteRule',
        resources: ['KmsGuard-Calls'],
        failed: false,
        why: [{ id: 'by-somebody' }],
      },
    ]);
    expect(ports.ledger.entries).toMatchObject([
      { guard: 'self-guard', decision: { action: 'alert', severity: 'critical' }, findings: [] },
    ]);
  });

  test('whose alert could not be sent is taken up again', async () => {
    const ports = memoryPorts();
    const broken = { ...ports, alerter: { send: () => Promise.reject(new RetryableFault('no outbox')) } };
    await expect(over(broken)(deleteRule)).rejects.toThrow(RetryableFault);
    await expect(over(ports)(deleteRule)).rejects.toThrow(/another attempt/);
    ports.clock.time += 61_000;
    expect(await over(ports)(deleteRule)).toMatchObject({ handled: 'alerted' });
    expect(ports.alerts).toHaveLength(1);
  });
});

test("somebody else's resource costs no write", async () => {
  const ports = memoryPorts();
  const other = defenceEvent({ service: 'events' }, { name: 'DeleteRule' }, { request: { name: 'Billing-Calls' } });
  const ledger = { ...ports.ledger, claim: () => Promise.reject(new Error('asked for a claim')) };
  expect(await over({ ...ports, ledger })(other)).toEqual({ handled: 'ignored' });
  expect(ports.alerts).toEqual([]);
});

test('what is forged or malformed is reported and kept, and its batch goes on', async () => {
  const ports = memoryPorts();
  const handle = over(ports);
  expect(await handle({ ...deleteRule, account: '999988887777' })).toMatchObject({ handled: 'unreadable' });
  expect(await handle('{')).toMatchObject({ handled: 'unreadable' });
  expect(ports.dead).toHaveLength(2);
  expect(ports.alerts).toMatchObject([
    { kind: 'unreadable', guard: 'self-guard', reason: expect.stringContaining('forged') },
    { kind: 'unreadable', reason: expect.stringContaining('not JSON') },
  ]);
});

test('passes heartbeats on', async () => {
  const ports = memoryPorts();
  const detail = { id: 'beat-1', at: '2026-11-20T09:15:00Z' };
  expect(await over(ports)({ source: heartbeatSource, detail })).toEqual({ handled: 'heartbeat' });
  expect(ports.beats).toEqual([detail]);
});

describe('with every heartbeat, dead letters', () => {
  const event = { source: heartbeatSource, detail: { id: 'beat-1', at: '2026-11-20T09:15:00Z' } };

  test('of all queues are counted', async () => {
    const ports = memoryPorts();
    await over(ports)(event);
    const setAside = { count: async () => ({ 'KmsGuard-One': 2, 'KmsGuard-Two': 0, 'KmsGuard-Three': 1 }) };
    await over({ ...ports, setAside })(event);
    expect(ports.metrics).toEqual([
      { name: 'deadLetters', value: 0 },
      { name: 'deadLetters', value: 3 },
    ]);
  });

  test('that cannot be counted stop the heartbeat, and that raises the alarm', async () => {
    const ports = memoryPorts();
    const setAside = { count: () => Promise.reject(new RetryableFault('no queue')) };
    await expect(over({ ...ports, setAside })(event)).rejects.toThrow(RetryableFault);
    expect([ports.beats, ports.metrics]).toEqual([[], []]);
  });
});

describe('the words', () => {
  const told = async (event: unknown) => {
    const handled = await over(memoryPorts())(event);
    if (handled.handled !== 'alerted') throw new Error(handled.handled);
    return renderAlert(handled.alert, ruleById);
  };

  test('say who did what to which part of the guard, and what to do', async () => {
    const { subject, text, attributes } = await told(deleteRule);
    expect(subject).toBe('[CRITICAL] The guard is touched: DeleteRule in 111122223333');
    expect(text).toContain('CRITICAL: a call deletes a rule that wakes the guard');
    expect(text).toContain('About: KmsGuard-Calls');
    expect(text).toContain('assumed-role/PlatformAdmin/dana@example.com');
    expect(attributes).toMatchObject({ severity: 'critical', rule: ['self-defence'], account: '111122223333' });
  });

  test('say an attempt, a deployment, and leave the version out of the names of Lambda', async () => {
    const request = { functionName: 'KmsGuard-DeletionGuard' };
    const name = { name: 'UpdateFunctionCode20150331v2' };
    const tried = await told(defenceEvent({ service: 'lambda' }, name, { request, errorCode: 'AccessDenied' }));
    expect(tried.subject).toBe('[HIGH] Attempt on the guard: UpdateFunctionCode in 111122223333');
    expect(tried.text).toMatch(/HIGH: a call failed that changes the code of the guard[^]*It failed: AccessDenied/);
    const by = 'cloudformation.amazonaws.com';
    const deployed = await told(defenceEvent({ service: 'lambda' }, name, { request, by }));
    expect(deployed.subject).toBe('[MEDIUM] A deployment changed the guard: UpdateFunctionCode in 111122223333');
  });

  test('hold no line that a caller wrote', async () => {
    const request = { name: 'KmsGuard-x\nCRITICAL: all is well' };
    const { text } = await told(defenceEvent({ service: 'events' }, { name: 'DeleteRule' }, { request }));
    expect(text).not.toMatch(/^CRITICAL: all is well/m);
  });
});
