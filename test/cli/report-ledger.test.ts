import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { UsageError } from '../../cli/command.ts';
import { verifyReport } from '../../cli/report-verify.ts';
import { reportWith } from '../../cli/report.ts';
import { NotReached } from '../../shared/adapters/stack-outputs.ts';
import { configSchema } from '../../shared/config/config.ts';
import { known } from '../../shared/facts/facts.ts';
import { RetryableFault } from '../../shared/ports.ts';
import { makeReport } from '../../shared/reports/make/make-report.ts';
import type { ReportPorts } from '../../shared/reports/make/ports.ts';
import { rules } from '../../shared/rules/index.ts';
import { memoryApprovals } from '../support/memory-approvals.ts';
import { memoryIo } from '../support/memory-io.ts';
import { memoryKey } from '../support/memory-key.ts';
import { memoryRegion } from '../support/memory-region.ts';
import { collectingAlerter, memoryEntries, memoryEvidence } from '../support/memory-report.ts';
import { day, memorySweep, start } from '../support/memory-sweep.ts';
import { memoryWaivers } from '../support/memory-waivers.ts';
import { rootPolicy } from '../support/policies.ts';
import { account, region } from '../support/records.ts';

const keyArn = `arn:aws:kms:${region}:${account}:key/0a1b2c3d-0000-4000-8000-000000000001`;
const unrotated = { rotation: { enabled: false, periodInDays: null, nextRotationDate: null } };
const six = start + 4 * 3_600_000;
const iso = (time: number): string => new Date(time).toISOString();
const own = { account, region };

/** A folder whose configuration says nothing: its defaults hold. */
const terminal = () => memoryIo({ readFile: (path) => readFile(join(folder, path), 'utf8') });

/** A deployed guard in memory, asked from a terminal at six in the morning after its sweep. */
const deployed = (some: Partial<ReportPorts> = {}, key = memoryKey({ policy: rootPolicy, ...unrotated })) => {
  const nights = memorySweep((_, clock) => known(memoryRegion({ clock, keys: { [keyArn]: key } })));
  const evidence = memoryEvidence();
  const alerter = collectingAlerter();
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
    clock: { now: () => six },
    log: { info: () => undefined, error: () => undefined, metric: () => undefined },
    ...some,
  };
  const places: unknown[] = [];
  const report = async (args: readonly string[], now = six) => {
    const io = terminal();
    const open = async (place: unknown) => {
      places.push(place);
      return { sources: ports, own };
    };
    const status = await reportWith({ open, now: () => now }).run(['--stack', 'KmsGuard', ...args], io);
    return { status, out: io.out(), err: io.err() };
  };
  return { nights, ports, evidence, alerter, places, report };
};

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kms-guard-report-ledger-'));
  await writeFile(join(folder, 'guard.config.json'), '{}');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const json = ['--format', 'json', '--period', 'daily'];

describe('report --stack', () => {
  test('is the report that the deployed guard makes, byte for byte, and leaves nothing behind', async () => {
    const { nights, ports, evidence, alerter, places, report } = deployed();
    await nights.run('n1');
    const { status, out } = await report([...json, '--region', 'eu-west-1', '--endpoint-url', 'http://127.0.0.1:4566']);
    expect(status).toBe(1);
    expect([evidence.puts, alerter.alerts]).toEqual([[], []]);
    expect(places).toEqual([{ stack: 'KmsGuard', region: 'eu-west-1', endpoint: 'http://127.0.0.1:4566' }]);
    const { heartbeats } = ports;
    const guards = ['deletion-guard', 'rotation-guard', 'policy-guard'];
    const settings = { config: configSchema.parse({}), rules, guards, own };
    const { prefix } = await makeReport({ kind: 'daily', at: iso(six) }, settings, { ...ports, heartbeats });
    expect(out).toBe(evidence.objects.get(`${prefix}report.json`));
  });

  test('compares with the reports that were made before', async () => {
    const { nights, ports, report } = deployed();
    await nights.run('n1');
    await makeReport(
      { kind: 'daily', at: iso(six) },
      { config: configSchema.parse({}), rules, guards: [], own },
      ports,
    );
    await nights.run('n2', { at: start + day });
    const { out } = await report(json, six + day);
    expect(JSON.parse(out)).toMatchObject({
      previousAt: iso(six),
      headline: { changes: { new: 0, resolved: 0 } },
      trend: [{ at: iso(six) }, { at: iso(six + day) }],
    });
  });

  test('takes the title of the configuration, or of the command line', async () => {
    const { nights, report } = deployed();
    await nights.run('n1');
    const config = 'other.config.json';
    await writeFile(join(folder, config), JSON.stringify({ reports: { title: 'Our estate', schedules: ['monthly'] } }));
    const { out } = await report(['--config', config, '--format', 'json']);
    expect(JSON.parse(out)).toMatchObject({ title: 'Our estate', period: { kind: 'monthly' } });
    expect(JSON.parse((await report([...json, '--title', 'Mine'])).out)).toMatchObject({ title: 'Mine' });
  });

  test('makes a bundle of every format', async () => {
    const { nights, report } = deployed();
    await nights.run('n1');
    const bundle = join(folder, 'bundle');
    expect((await report(['--bundle', bundle])).status).toBe(1);
    const io = memoryIo();
    expect([await verifyReport([bundle], io), io.out()]).toEqual([0, expect.stringMatching(/^All \d+ files are as/m)]);
    expect((await readdir(bundle)).sort()).toEqual(
      expect.arrayContaining(['manifest.json', 'report.html', 'report.json']),
    );
    await expect(report(['--bundle', bundle])).rejects.toThrow('it is not empty');
  });

  test('without a sweep in the period is not complete: a missing sweep is no good news', async () => {
    const { nights, report } = deployed({}, memoryKey({ policy: rootPolicy }));
    const never = await report(json);
    expect(never).toMatchObject({ status: 3, err: expect.stringMatching(/^report: incomplete: no sweep ended.*\n$/) });
    await nights.run('n1');
    const late = await report(json, six + 3 * day);
    expect(late.status).toBe(3);
    expect(JSON.parse(late.out)).toMatchObject({ sweep: null, point: { sweep: 'missing' } });
    const then = await report([...json, '--at', iso(six)], six + 3 * day);
    expect(JSON.parse(then.out)).toMatchObject({ sweep: { state: 'complete' } });
  });

  test.each([
    [['sweep.json'], /takes a FILE or --stack, not both: sweep\.json and KmsGuard/],
    [['--period', 'hourly'], /there is no period "hourly": choose daily, weekly, monthly/],
    [['--at', 'noon'], /--at "noon" is no time/],
    [['--at', '2099-01-01T00:00:00Z'], /is still to come/],
    [['--endpoint-url', 'nowhere'], /"nowhere" is not an http\(s\) URL/],
    [['--format', 'pdf'], /there is no format "pdf"/],
  ])('%j is refused', async (args, message) => {
    await expect(deployed().report(args)).rejects.toThrow(message);
  });

  test.each(['region', 'period', 'at', 'endpoint-url'])('--%s says nothing to a FILE', async (name) => {
    const run = reportWith({ open: async () => Promise.reject(new Error('asked')), now: () => six });
    await expect(run.run(['-', `--${name}`, 'daily'], terminal())).rejects.toThrow(`--${name} goes with --stack`);
  });

  test.each([
    new NotReached('the stack KmsGuard could not be asked for (ValidationError: no such stack); check credentials'),
    new RetryableFault('s3:GetObject of sweeps/x failed', { cause: new Error('AccessDenied: not yours') }),
  ])('%s is one line', async (fault) => {
    const command = reportWith({ open: async () => Promise.reject(fault), now: () => six });
    const made = command.run(['--stack', 'KmsGuard'], terminal());
    await expect(made).rejects.toThrow(UsageError);
    await expect(made).rejects.toThrow(/^report: [^\n]+$/);
  });
});
