import { describe, expect, it } from 'vitest';
import type { Alert } from '../shared/alerts/alert.ts';
import { alertJson } from '../shared/alerts/alert-schema.ts';
import { renderAlert } from '../shared/alerts/render.ts';
import { configSchema } from '../shared/config/config.ts';
import { alertIdOf } from '../shared/delivery/outbox-message.ts';
import { unknown } from '../shared/facts/facts.ts';
import { tellWaivers } from '../shared/tell-waivers.ts';
import { memoryWaivers } from './support/memory-waivers.ts';
import { ledgerWaiver } from './support/waiver-book-contract.ts';

const config = configSchema.parse({
  waivers: [
    { rule: 'key-untagged', keys: ['*'], owner: 'sandbox', reason: 'keys of sandboxes', expires: '2026-11-25' },
    { rule: 'key-untagged', keys: ['*'], owner: 'sandbox', reason: 'keys of sandboxes', expires: '2027-11-25' },
  ],
});

/** What is told on a day, with these waivers in the ledger. */
const tell = async (day: string, expiries: readonly string[] = [], waivers = memoryWaivers()) => {
  const alerts: Alert[] = [];
  const errors: string[] = [];
  for (const [n, expires] of expiries.entries()) await waivers.add(ledgerWaiver({ id: `w${n}`, expires }));
  await tellWaivers({
    config,
    waivers,
    alerter: { send: async (alert) => void alerts.push(alert) },
    clock: { now: () => Date.parse(`${day}T02:00:00Z`) },
    log: { error: (message) => void errors.push(message) },
  });
  return { alerts, errors };
};
const textOf = (alerts: readonly Alert[]): string =>
  alerts.map((alert) => renderAlert(alert, () => undefined).text).join('\n');

describe('waivers speak up', () => {
  it('not while there is time', async () => {
    expect(await tell('2026-11-11')).toEqual({ alerts: [], errors: [] });
  });

  it('before they end, and after, those of the ledger too', async () => {
    const { alerts } = await tell('2026-11-20', ['2026-11-10', '2026-12-01']);
    expect(alerts).toMatchObject([{ kind: 'waivers', severity: 'medium', ending: 2, ended: 1 }]);
    const [alert] = alerts;
    if (alert === undefined) throw new Error('no alert');
    const { subject, text, json } = renderAlert(alert, () => undefined);
    expect(subject).toBe('[MEDIUM] 1 waiver ended, 2 waivers end soon');
    expect(text).toContain('- key-unused: ended 2026-11-10, orders team: kept for old backups (arn:');
    expect(text).toContain('- key-untagged: ends 2026-11-25, sandbox: keys of sandboxes (*)');
    expect(alertJson.safeParse(JSON.parse(json)).error).toBeUndefined();
  });

  it('once for the same news, night after night, and again when one more has ended', async () => {
    const ids = await Promise.all(
      ['2026-11-20', '2026-11-21', '2026-11-26'].map(async (day) => {
        const [alert] = (await tell(day)).alerts;
        return alert === undefined ? null : alertIdOf('sweep', alert);
      }),
    );
    expect(ids[0]).not.toBeNull();
    expect(ids[1]).toBe(ids[0]);
    expect(ids[2]).not.toBe(ids[0]);
  });

  it('no longer of what ended long ago', async () => {
    expect((await tell('2026-12-25')).alerts).toHaveLength(1);
    expect((await tell('2026-12-27')).alerts).toEqual([]);
  });

  it('as many as fit, the most urgent first', async () => {
    const { alerts } = await tell('2026-11-20', [...Array.from({ length: 40 }, () => '2026-12-01'), '2026-11-01']);
    const lines = textOf(alerts).split('\n');
    expect(lines[2]).toContain('ended 2026-11-01');
    expect(lines).toContain('- and 22 more: kms-guard waivers check');
  });

  it('also where the ledger cannot be read: then of the configuration alone', async () => {
    const blind = { ...memoryWaivers(), all: async () => unknown('failed', 'no JSON') };
    const { alerts, errors } = await tell('2026-11-20', [], blind);
    expect(alerts).toMatchObject([{ ending: 1 }]);
    expect(errors).toHaveLength(1);
  });

  it('in one line each, whatever an owner wrote', async () => {
    const waivers = memoryWaivers();
    await waivers.add(ledgerWaiver({ owner: 'x\n\nCRITICAL: y', expires: '2026-11-19' }));
    expect(textOf((await tell('2026-11-20', [], waivers)).alerts)).not.toContain('\nCRITICAL');
  });
});
