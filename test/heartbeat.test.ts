import { assert, jsonValue, property, string } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { heartbeatDetailType, heartbeatSource, parseHeartbeat } from '../shared/heartbeat.ts';
import { handleMessage } from '../shared/delivery/handle-message.ts';
import { outboxPulse } from '../shared/delivery/outbox-alerter.ts';
import { RetryableFault } from '../shared/ports.ts';
import { guardOver } from './support/guard.ts';
import { memoryNotifier } from './support/memory-notifier.ts';
import { memoryPorts } from './support/memory-ports.ts';
import { envelope, record } from './support/records.ts';

const beat = { id: 'execution-1', at: '2026-11-20T09:10:00Z' };
const event = (detail: unknown = beat, source = heartbeatSource): string =>
  JSON.stringify({ ...envelope({}), source, 'detail-type': heartbeatDetailType, detail });

describe('parseHeartbeat', () => {
  it('reads what the schedule puts on the bus', () => {
    expect(parseHeartbeat(event())).toEqual(beat);
  });

  it.each([
    ['a call', JSON.stringify(envelope(record({ eventName: 'DisableKey' })))],
    [
      'a call that only speaks of it',
      JSON.stringify(envelope(record({ eventName: 'DisableKey', session: heartbeatSource }))),
    ],
    ['another source', event(beat, 'kms-guard.heartbeats')],
    ['no id', event({ at: beat.at })],
    ['no time', event({ id: 'x', at: 'now' })],
    ['half of a text', event().slice(0, -5)],
  ])('leaves %s to others', (_, body) => {
    expect(parseHeartbeat(body)).toBeNull();
  });

  it('never throws', () => {
    assert(property(string(), (text) => void parseHeartbeat(text + heartbeatSource)));
    assert(property(jsonValue(), (detail) => void parseHeartbeat(event(detail))));
  });
});

describe('a guard', () => {
  it('passes it on, claims it and judges nothing', async () => {
    const ports = memoryPorts();
    const metrics: string[] = [];
    const log = { ...ports.log, metric: (name: string) => void metrics.push(name) };
    expect(await guardOver({ ...ports, log })(event())).toEqual({ handled: 'heartbeat' });
    expect(ports.beats).toEqual([beat]);
    // The notifier counts it at the end of its way; a metric of each guard would cost by the hour and prove less.
    expect(metrics).toEqual([]);
    expect([...ports.alerts, ...ports.dead, ...ports.kms.writes]).toEqual([]);
  });

  it('takes one that cannot be passed on, or claimed, for a fault', async () => {
    const ports = memoryPorts();
    const fault = new RetryableFault('no answer');
    const mute = { ...ports, pulse: { beat: () => Promise.reject(fault) } };
    await expect(guardOver(mute)(event())).rejects.toThrow(fault);
    const closed = { ...ports, ledger: { ...ports.ledger, claim: () => Promise.reject(fault) } };
    await expect(guardOver(closed)(event())).rejects.toThrow(fault);
    expect(ports.beats).toEqual([]);
  });
});

describe('the notifier', () => {
  it('counts it by guard, tells nobody, and keeps its hour for the report', async () => {
    const notifier = memoryNotifier();
    const bodies: string[] = [];
    const outbox = { put: async (message: object) => void bodies.push(JSON.stringify(message)) };
    await outboxPulse(outbox, 'deletion-guard').beat(beat);
    await handleMessage(notifier.notifier, bodies[0] ?? '', 'group');
    expect(notifier.metrics).toContain('heartbeat.deletion-guard');
    expect(notifier.beats).toMatchObject([{ guard: 'deletion-guard', at: beat.at }]);
    expect([...notifier.published, ...notifier.events]).toEqual([]);
  });

  it('makes no metric of a guard that there is not: each name costs', async () => {
    const notifier = memoryNotifier();
    const bodies: string[] = [];
    const outbox = { put: async (message: object) => void bodies.push(JSON.stringify(message)) };
    await outboxPulse(outbox, 'another-guard').beat(beat);
    expect(await handleMessage(notifier.notifier, bodies[0] ?? '', 'group')).toEqual({ handled: true });
    expect(notifier.metrics).toEqual([]);
  });

  it('is told once of the same one, and apart of each guard', async () => {
    const ids: string[] = [];
    const outbox = { put: async ({ id }: { id: string }) => void ids.push(id) };
    for (const guard of ['deletion-guard', 'deletion-guard', 'policy-guard'])
      await outboxPulse(outbox, guard).beat(beat);
    expect(new Set(ids).size).toBe(2);
    expect(ids[0]).toBe(ids[1]);
  });
});
