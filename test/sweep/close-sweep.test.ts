import { describe, expect, test } from 'vitest';
import { known, unknown } from '../../shared/facts/facts.ts';
import { closeSweep } from '../../shared/sweep/close-sweep.ts';
import { closeStep } from '../../shared/sweep/close-step.ts';
import { latestKey, manifestKey, placesKey, sweepId, unplannedKey } from '../../shared/sweep/result-store.ts';
import { unreadableRegion } from '../../shared/sweep/sweep-report.ts';
import { memoryKey } from '../support/memory-key.ts';
import { memoryRegion } from '../support/memory-region.ts';
import { day, firstTask, memorySweep, start } from '../support/memory-sweep.ts';
import { rootPolicy } from '../support/policies.ts';
import { account, region } from '../support/records.ts';
import { virtualClock } from '../support/virtual-clock.ts';

const arn = (n: number): string => `arn:aws:kms:${region}:${account}:key/0a1b2c3d-0000-4000-8000-00000000000${n}`;
const open = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Sid: 'World', Effect: 'Allow', Principal: '*', Action: 'kms:*', Resource: '*' }],
});
const publicKey = () => memoryKey({ policy: open });
const sweep = sweepId({ id: 'n1', startedAt: new Date(start).toISOString() });

describe('the close of a sweep', () => {
  test('tells new findings of high severity once a rule, with the worst few', async () => {
    const keys = Object.fromEntries(Array.from({ length: 8 }, (_, n) => [arn(n), publicKey()]));
    const { run, alerts } = memorySweep((_, clock) => known(memoryRegion({ clock, keys })));
    const { summary } = await run('n1');
    const about = alerts.filter((alert) => alert.kind === 'sweep' && alert.rule === 'policy-public');
    expect(about).toMatchObject([{ severity: 'critical', opened: 8, reopened: 0 }]);
    expect(about[0]?.kind === 'sweep' && about[0].worst).toHaveLength(5);
    // What is less urgent is counted, and not told.
    expect(summary.news.some(({ severity }) => severity === 'medium' || severity === 'low')).toBe(true);
    for (const alert of alerts) expect(alert).toMatchObject({ severity: expect.stringMatching(/^(high|critical)$/) });
    expect(new Set(alerts.map((alert) => alert.kind === 'sweep' && alert.rule)).size).toBe(alerts.length);
    const told = alerts.length;
    await run('n2', { at: start + day });
    expect(alerts).toHaveLength(told);
  });

  test('what nobody could decide is counted and not told', async () => {
    const keys = { [arn(0)]: memoryKey({ policy: rootPolicy }) };
    const { run, alerts } = memorySweep((_, clock) => {
      const opened = memoryRegion({ clock, keys });
      const policy = async () => unknown('access-denied', 'kms:GetKeyPolicy is not permitted: no');
      return known({ ...opened, reader: { ...opened.reader, policy } });
    });
    const { summary } = await run('n1');
    expect(summary.findings.undetermined).toBeGreaterThan(0);
    expect(alerts).toMatchObject([{ kind: 'sweep', rule: 'sweep-incomplete' }]);
  });

  test('an attempt that comes again, after a crash, sends the same', async () => {
    const keys = { [arn(0)]: publicKey() };
    const { run, alerts, ports, sweeps } = memorySweep((_, clock) => known(memoryRegion({ clock, keys })));
    const { summary } = await run('n1');
    const sent = alerts.splice(0);
    const clock = virtualClock(Date.parse(summary.finishedAt));
    expect(await closeSweep({ sweep }, ports(clock))).toEqual(summary);
    expect(alerts).toEqual(sent);
    expect(sweeps.saved).toHaveLength(1);
  });

  test('an attempt that comes again after its summary was saved does not tell what was known before', async () => {
    const { ports, results, alerts } = memorySweep(() => unknown('failed', 'not asked'));
    for (const id of ['n1', 'n2', 'n2']) {
      const again = { ...sweep, id, prefix: `sweeps/${id}` };
      results.objects.set(placesKey(again), JSON.stringify([{ account, region }]));
      await closeSweep({ sweep: again }, ports(virtualClock(start)));
    }
    expect(alerts).toMatchObject([{ sweepId: 'n1', rule: 'sweep-incomplete' }]);
  });

  test('a Region that was never settled is unreadable, and the sweep tells that it failed', async () => {
    const { ports, results, alerts } = memorySweep(() => unknown('failed', 'not asked'));
    results.objects.set(placesKey(sweep), JSON.stringify([{ account, region }]));
    const failure = { Error: 'States.ExceedToleratedFailureThreshold', Cause: 'too many' };
    const summary = await closeSweep({ sweep, failure }, ports(virtualClock(start)));
    expect(summary).toMatchObject({
      regions: { complete: 0, unreadable: 1 },
      incomplete: [{ account, region, reason: 'its part of the sweep did not come to its end' }],
      failure: expect.stringContaining('ExceedToleratedFailureThreshold'),
    });
    expect(alerts).toMatchObject([
      { rule: 'sweep-incomplete', severity: 'high', failure: expect.stringContaining('too many') },
    ]);
    expect(JSON.parse(results.objects.get(latestKey) ?? '')).toEqual(summary);
  });

  test('Regions of which nobody tells any more that they are there are unread, night after night, and not forgotten', async () => {
    const { ports, results } = memorySweep(() => unknown('failed', 'not asked'));
    const other = '444455556666';
    const everywhere = [account, other].flatMap((each) =>
      ['eu-west-1', 'us-east-1'].map((at) => ({ account: each, region: at })),
    );
    const [own, theirs] = [everywhere.slice(0, 2), everywhere.slice(2)];
    const night = async (n: number, places: object, unplanned: object) => {
      const at = sweepId({ id: `n${n}`, startedAt: new Date(start + n * day).toISOString() });
      results.objects.set(placesKey(at), JSON.stringify(places));
      results.objects.set(unplannedKey(at), JSON.stringify(unplanned));
      const once = await closeSweep({ sweep: at }, ports(virtualClock(start + n * day)));
      expect(await closeSweep({ sweep: at }, ports(virtualClock(start + n * day)))).toEqual(once);
      const lines = (results.objects.get(manifestKey(at)) ?? '').trim().split('\n');
      const all = lines.map((line) => JSON.parse(line) as { account: string; region: string; reason: string });
      return { summary: once, all, unread: all.filter(({ reason }) => reason.includes('not permitted')) };
    };
    const denied = (whom: string) => [unreadableRegion(whom, 'all', 'account:ListRegions is not permitted: no')];
    await night(1, everywhere, []);
    for (const n of [2, 3]) {
      const { unread, summary } = await night(n, own, denied(other));
      expect(unread).toMatchObject([{ account: other, region: 'all' }, ...theirs]);
      expect(summary.regions.unreadable).toBe(5);
    }
    // An organization that cannot be listed: any account but those that are planned all the same.
    expect((await night(4, own, denied('organization'))).unread).toMatchObject([...theirs, { region: 'all' }]);
    // Somebody took the account out of the configuration.
    expect((await night(5, own, [])).all).toMatchObject(own);
  });

  test('a summary fits into an item of the ledger; the manifest has every Region', async () => {
    const regions = Array.from({ length: 600 }, (_, n) => ({ account, region: `eu-west-${n + 1}` }));
    const { ports, results } = memorySweep(() => unknown('failed', 'not asked'));
    results.objects.set(placesKey(sweep), JSON.stringify(regions));
    const summary = await closeSweep({ sweep }, ports(virtualClock(start)));
    expect(summary.regions.unreadable).toBe(600);
    expect(summary.incomplete).toHaveLength(200);
    expect(JSON.stringify(summary).length).toBeLessThan(400_000);
    expect(results.objects.get(manifestKey(sweep))?.trim().split('\n')).toHaveLength(600);
  });

  test('one more Region that cannot be read is told, however many there are already, and those are not told again', async () => {
    const { ports, results, alerts } = memorySweep(() => unknown('failed', 'not asked'));
    const unread = (count: number) =>
      Array.from({ length: count }, (_, n) => ({ account, region: `eu-west-${n + 1}` }));
    const night = async (n: number, places: object) => {
      const at = sweepId({ id: `n${n}`, startedAt: new Date(start + n * day).toISOString() });
      results.objects.set(placesKey(at), JSON.stringify(places));
      alerts.splice(0);
      await closeSweep({ sweep: at }, ports(virtualClock(start + n * day)));
      return alerts.flatMap((alert) =>
        alert.kind === 'sweep' ? [{ opened: alert.opened, regions: alert.regions }] : [],
      );
    };
    expect(await night(1, unread(300))).toMatchObject([{ opened: 300 }]);
    expect(await night(2, unread(300))).toEqual([]);
    const last = { account: '999988887777', region: 'us-east-1' };
    expect(await night(3, [...unread(300), last])).toMatchObject([{ opened: 1, regions: [last] }]);
    expect(await night(4, [...unread(300), last])).toEqual([]);
  });
});

test('the state machine may ask for one Region or for all, and hears little', async () => {
  const { ports } = memorySweep(() => unknown('failed', 'not asked'));
  const [task, clock] = [firstTask(sweep, { account, region }), virtualClock(start)];
  const failure = { Error: 'Sandbox.Timedout', Cause: 'x'.repeat(40_000) };
  const settled = await closeStep({ step: 'region', task: { ...task, failure } }, ports(clock));
  expect(settled).toEqual({ step: 'region', keys: 0, state: 'unreadable', failed: true });
  const closed = await closeStep({ step: 'sweep', task: { sweep, placesKey: 'unused', places: 0 } }, ports(clock));
  expect(closed).toEqual({ step: 'sweep', keys: 0, state: 'complete', coverage: 0, failed: false });
  await expect(closeStep({ step: 'other' }, ports(clock))).rejects.toThrow('invalid_union');
});
