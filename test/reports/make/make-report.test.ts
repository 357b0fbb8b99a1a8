import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { renderAlert } from '../../../shared/alerts/render.ts';
import { configSchema } from '../../../shared/config/config.ts';
import { known } from '../../../shared/facts/facts.ts';
import { readManifest, readSignature } from '../../../shared/reports/evidence/manifest.ts';
import { checkSignature } from '../../../shared/reports/evidence/verify.ts';
import { makeReport } from '../../../shared/reports/make/make-report.ts';
import type { ReportPorts } from '../../../shared/reports/make/ports.ts';
import type { LedgerEntry } from '../../../shared/ledger/entries.ts';
import { rules } from '../../../shared/rules/index.ts';
import { memoryApprovals } from '../../support/memory-approvals.ts';
import { memoryKey } from '../../support/memory-key.ts';
import type { MemoryKey } from '../../support/memory-kms.ts';
import { memoryRegion } from '../../support/memory-region.ts';
import {
  collectingAlerter,
  memoryEntries,
  memoryEvidence,
  memorySecurityHub,
  memorySigner,
} from '../../support/memory-report.ts';
import { day, memorySweep, ruleById, start } from '../../support/memory-sweep.ts';
import { memoryWaivers } from '../../support/memory-waivers.ts';
import { perfectActor } from '../../support/perfect-key.ts';
import { rootPolicy } from '../../support/policies.ts';
import { account, region } from '../../support/records.ts';

const arn = (n: number): string =>
  `arn:aws:kms:${region}:${account}:key/0a1b2c3d-0000-4000-8000-${String(n).padStart(12, '0')}`;
const good = (some: Partial<MemoryKey> = {}): MemoryKey => memoryKey({ policy: rootPolicy, ...some });
const off = { enabled: false, periodInDays: null, nextRotationDate: null };
const iso = (time: number): string => new Date(time).toISOString();
const six = (days: number): string => iso(start + days * day + 4 * 3_600_000);
const own = { account, region };
const keyArn = arn(99);

const calledIn: LedgerEntry['call'] = {
  eventName: 'PutKeyPolicy',
  eventTime: six(0),
  account,
  region,
  keyArn,
  keyId: null,
  actor: perfectActor,
  failure: null,
};
const anyEntry: LedgerEntry = {
  guard: 'policy-guard',
  eventID: 'e',
  at: six(0),
  call: calledIn,
  verdicts: [],
  decision: { action: 'ignore', remedy: null, wouldRemedy: null, severity: 'info', reasons: [] },
  outcomes: [],
  findings: [],
  resolved: [],
};

/** A deployment in memory: sweeps by night, and reports in the morning. */
const deployment = (keys: Record<string, MemoryKey>, more: Partial<ReportPorts> = {}) => {
  const nights = memorySweep((_, clock) => known(memoryRegion({ clock, keys })));
  const evidence = memoryEvidence();
  const alerter = collectingAlerter();
  const faults: string[] = [];
  const ports: ReportPorts = {
    results: nights.results,
    sweeps: nights.sweeps,
    findings: nights.findings,
    entries: memoryEntries([]),
    approvals: memoryApprovals(),
    waivers: memoryWaivers(),
    heartbeats: { hours: async () => [] },
    evidence,
    signer: null,
    securityHub: null,
    alerter,
    clock: { now: () => start + 30 * day },
    log: { info: () => undefined, error: (text) => void faults.push(text), metric: () => undefined },
    ...more,
  };
  const settings = { config: configSchema.parse({}), rules, guards: [], own };
  const report = (days: number, kind = 'daily') => makeReport({ kind, at: six(days) }, settings, ports);
  const json = (days: number, kind = 'daily'): unknown =>
    JSON.parse(evidence.objects.get(`reports/${six(days).slice(0, 10)}/${kind}/report.json`) ?? 'null');
  return { ...nights, evidence, alerter, report, json, ports, faults };
};

describe('a report', () => {
  test('is made from the last sweep and the ledger, every file named by its manifest', async () => {
    const { run, report, json, evidence, faults } = deployment({ [arn(0)]: good({ rotation: off }), [arn(1)]: good() });
    await run('n1');
    const made = await report(0);
    expect(made).toMatchObject({ prefix: 'reports/2026-11-20/daily/', sweep: 'complete', imported: null });
    expect(json(0)).toMatchObject({
      schema: 'kms-guard/report/1',
      period: { kind: 'daily', from: six(-1), to: six(0) },
      sweep: { keys: 2, state: 'complete' },
      headline: { open: { medium: 1 }, keys: 2 },
      findings: expect.arrayContaining([
        expect.objectContaining({ rule: 'rotation-disabled', keyArn: arn(0), status: 'open', firstSeen: iso(start) }),
      ]),
    });
    const manifest = readManifest(evidence.objects.get(`${made.prefix}manifest.json`) ?? '');
    if (manifest.kind === 'error') throw new Error(manifest.message);
    for (const { name, sha256 } of manifest.value.files) {
      const text = evidence.objects.get(made.prefix + name) ?? '';
      expect(createHash('sha256').update(text).digest('hex')).toBe(sha256);
    }
    expect(evidence.puts.filter((key) => key.startsWith(made.prefix)).at(-1)).toBe(`${made.prefix}manifest.json`);
    expect(faults).toEqual([]);
  });

  test('made again for the same time is the same, byte for byte', async () => {
    const { run, report, evidence } = deployment({ [arn(0)]: good({ rotation: off }) });
    await run('n1');
    await report(0);
    const before = new Map(evidence.objects);
    await report(0);
    expect(evidence.objects).toEqual(before);
  });

  test('of different days compare: new, resolved, came back', async () => {
    const keys: Record<string, MemoryKey> = { [arn(0)]: good({ rotation: off }) };
    const { run, report, json } = deployment(keys);
    const changes = (at: number) => json(at);
    await run('n0');
    await report(0);
    expect(changes(0)).toMatchObject({ previousAt: null, headline: { changes: null } });
    keys[arn(0)] = good();
    keys[arn(1)] = good({ rotation: off });
    await run('n1', { at: start + day });
    await report(1);
    expect(changes(1)).toMatchObject({
      previousAt: six(0),
      headline: { changes: { new: 1, reopened: 0, resolved: 1 } },
    });
    keys[arn(0)] = good({ rotation: off });
    await run('n2', { at: start + 2 * day });
    await report(2);
    expect(changes(2)).toMatchObject({ headline: { changes: { new: 0, reopened: 1, resolved: 0 } } });
    expect(changes(2)).toMatchObject({ trend: [{ at: six(0) }, { at: six(1) }, { at: six(2), sweep: 'complete' }] });
  });

  test('tells what was resolved since the last report, also where reports in between were not made', async () => {
    const keys: Record<string, MemoryKey> = { [arn(0)]: good({ rotation: off }) };
    const hub = memorySecurityHub();
    const { run, report, json } = deployment(keys, { securityHub: hub.importer });
    await run('n0');
    await report(0);
    keys[arn(0)] = good();
    await run('n1', { at: start + day });
    await run('n4', { at: start + 4 * day });
    await report(4);
    expect(json(4)).toMatchObject({ previousAt: six(0), headline: { changes: { new: 0, resolved: 1 } } });
    expect([...hub.taken.values()].map(({ RecordState }) => RecordState)).toContain('ARCHIVED');
    await report(5);
    expect(json(5)).toMatchObject({ headline: { changes: { resolved: 0 } } });
  });

  test('tells findings of a Region that no sweep reads, where an event came from', async () => {
    const elsewhere = 'eu-west-3';
    const at = six(0);
    const call = { ...calledIn, region: elsewhere };
    const { run, report, json, findings } = deployment(
      { [arn(0)]: good({ rotation: off }) },
      { entries: memoryEntries([{ ...anyEntry, at, call }]) },
    );
    await run('n0');
    for await (const stored of findings.standing(own, iso(start))) {
      const moved = { ...stored, region: elsewhere, id: `${stored.id}-elsewhere` };
      await findings.change({ account, region: elsewhere, id: moved.id }, () => moved);
    }
    await report(0);
    expect(json(0)).toMatchObject({
      findings: expect.arrayContaining([expect.objectContaining({ region: elsewhere, rule: 'rotation-disabled' })]),
    });
  });

  test('without a sweep in its period says so, and still shows what the ledger knows', async () => {
    const { run, report, json, alerter } = deployment({ [arn(0)]: good({ rotation: off }) });
    await run('n0');
    await report(0);
    expect((await report(1)).sweep).toBe('missing');
    expect(json(1)).toMatchObject({
      sweep: null,
      keys: null,
      point: { sweep: 'missing', open: null },
      findings: [expect.objectContaining({ rule: 'rotation-disabled', status: 'open' })],
    });
    expect(alerter.alerts.at(-1)).toMatchObject({
      severity: 'medium',
      sentence: expect.stringContaining('No sweep ended'),
    });
  });

  test('that was due and never made leaves a point without a sweep', async () => {
    const { run, report, json } = deployment({ [arn(0)]: good() });
    await run('n0');
    await report(0);
    await run('n3', { at: start + 3 * day });
    await report(3);
    expect(json(3)).toMatchObject({
      trend: [
        { at: six(0), sweep: 'complete' },
        { at: six(1), sweep: 'missing', open: null },
        { at: six(2), sweep: 'missing' },
        { at: six(3), sweep: 'complete' },
      ],
    });
  });

  test('before the first sweep is made, too', async () => {
    const { report } = deployment({});
    expect((await report(0)).sweep).toBe('missing');
  });

  test('hours without a heartbeat stand in it', async () => {
    const hours = async ({ from }: { from: string }) =>
      Array.from({ length: 24 }, (_, at) => iso(Date.parse(from) + at * 3_600_000).slice(0, 13)).filter(
        (_, at) => at !== 7,
      );
    const { report, ports } = deployment({}, { heartbeats: { hours } });
    await report(0);
    const settings = { config: configSchema.parse({}), rules, guards: ['deletion-guard', 'policy-guard'], own };
    await makeReport({ kind: 'daily', at: six(0) }, settings, ports);
    const text = await ports.evidence.get('reports/2026-11-20/daily/report.json');
    expect(JSON.parse(text ?? '')).toMatchObject({
      coverage: {
        heartbeatGaps: [{ from: '2026-11-19T13:00:00.000Z', to: '2026-11-19T14:00:00.000Z' }],
        hoursWithoutHeartbeat: 1,
      },
    });
  });

  test('refuses a task that is none', async () => {
    const { ports } = deployment({});
    const settings = { config: configSchema.parse({}), rules, guards: [], own };
    await expect(makeReport({ kind: 'hourly' }, settings, ports)).rejects.toThrow(/kind/);
    await expect(makeReport({ kind: 'daily', at: 'soon' }, settings, ports)).rejects.toThrow(/must be a time/);
  });
});

test('people get the headline and a link that ends', async () => {
  const { run, report, alerter } = deployment({ [arn(0)]: good({ rotation: off }) });
  await run('n1');
  await report(0, 'weekly');
  const [alert] = alerter.alerts;
  if (alert?.kind !== 'report') throw new Error('no report was told');
  expect(alert).toMatchObject({ reportKind: 'weekly', severity: 'info', troubles: [] });
  expect(alert.link).toContain('/reports/2026-11-20/weekly/report.html?X-Amz-Expires=21600');
  const { subject, text } = renderAlert(alert, ruleById);
  expect(subject).toBe('[INFO] Weekly report of 2026-11-20: KMS keys');
  expect(text).toContain(alert.link);
  expect(text).toContain('Nothing critical or high is open');
});

test('the manifest is signed by its digest alone, with the public key beside it', async () => {
  const { signer, signed } = memorySigner(keyArn);
  const { report, evidence } = deployment({}, { signer });
  const { prefix } = await report(0);
  const manifest = evidence.objects.get(`${prefix}manifest.json`) ?? '';
  expect(signed).toEqual([createHash('sha256').update(manifest).digest()]);
  const signature = readSignature(evidence.objects.get(`${prefix}manifest.signature.json`) ?? '');
  if (signature.kind === 'error') throw new Error(signature.message);
  expect(signature.value.keyArn).toBe(keyArn);
  const publicKey = Buffer.from(evidence.objects.get(`${prefix}public-key.pem`) ?? '');
  expect(checkSignature(Buffer.from(manifest), signature.value, publicKey).state).toBe('valid');
  expect(checkSignature(Buffer.from(`${manifest} `), signature.value, publicKey).state).toBe('invalid');
});

test('a key that will not sign keeps no report from being made', async () => {
  const signer = async () => ({ kind: 'refused' as const, why: 'DisabledException: the key is disabled' });
  const { report, evidence, alerter } = deployment({}, { signer });
  const { prefix, signed } = await report(0);
  expect(signed).toBe(false);
  expect([...evidence.objects.keys()]).toContain(`${prefix}manifest.json`);
  expect([...evidence.objects.keys()]).not.toContain(`${prefix}manifest.signature.json`);
  expect(alerter.alerts.at(-1)).toMatchObject({ troubles: [expect.stringContaining('not signed: DisabledException')] });
});

describe('Security Hub', () => {
  test('takes the findings of the account, and the same finding again when it is resolved', async () => {
    const keys: Record<string, MemoryKey> = { [arn(0)]: good({ rotation: off }) };
    const hub = memorySecurityHub();
    const { run, report } = deployment(keys, { securityHub: hub.importer });
    await run('n0');
    expect((await report(0)).imported).toMatchObject({ failed: 0, troubles: [] });
    const open = [...hub.taken.values()].find(({ GeneratorId }) => GeneratorId.endsWith('rotation-disabled'));
    expect(open).toMatchObject({ RecordState: 'ACTIVE', Compliance: { Status: 'FAILED', SecurityControlId: 'KMS.4' } });
    keys[arn(0)] = good();
    await run('n1', { at: start + day });
    await report(1);
    expect(hub.taken.get(open?.Id ?? '')).toMatchObject({ RecordState: 'ARCHIVED', Compliance: { Status: 'PASSED' } });
  });

  test('gets a hundred at a time', async () => {
    const keys = Object.fromEntries(
      Array.from({ length: 130 }, (_, n) => [arn(n), good({ rotation: off, aliases: ['alias/a'] })]),
    );
    const hub = memorySecurityHub();
    const { run, report } = deployment(keys, { securityHub: hub.importer });
    await run('n0');
    const { imported } = await report(0);
    expect(Math.max(...hub.batches)).toBe(100);
    expect(hub.taken.size).toBe(imported?.imported);
  });

  test('that is switched off in an account is told, and everything else is done', async () => {
    const hub = memorySecurityHub([account]);
    const { run, report, alerter } = deployment({ [arn(0)]: good({ rotation: off }) }, { securityHub: hub.importer });
    await run('n0');
    const { imported } = await report(0);
    expect(imported).toMatchObject({ imported: 0 });
    expect(imported?.troubles).toEqual([`${account} ${region}: InvalidAccessException: not subscribed`]);
    expect(alerter.alerts.at(-1)).toMatchObject({ troubles: [expect.stringContaining('not subscribed')] });
  });
});
