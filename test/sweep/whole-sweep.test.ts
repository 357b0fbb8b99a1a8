import { describe, expect, test } from 'vitest';
import { known, unknown } from '../../shared/facts/facts.ts';
import type { Finding } from '../../shared/ledger/entries.ts';
import { findingId } from '../../shared/ledger/finding-id.ts';
import { seen } from '../../shared/ledger/finding-history.ts';
import { manifestKey, sweepId } from '../../shared/sweep/result-store.ts';
import { memoryKey } from '../support/memory-key.ts';
import type { MemoryKey } from '../support/memory-kms.ts';
import { memoryRegion } from '../support/memory-region.ts';
import { day, firstTask, memorySweep, start } from '../support/memory-sweep.ts';
import { rootPolicy } from '../support/policies.ts';
import { account, region } from '../support/records.ts';
import { virtualClock } from '../support/virtual-clock.ts';

const arn = (n: number): string =>
  `arn:aws:kms:${region}:${account}:key/0a1b2c3d-0000-4000-8000-${String(n).padStart(12, '0')}`;
const good = (some: Partial<MemoryKey> = {}): MemoryKey => memoryKey({ policy: rootPolicy, ...some });
const off = { enabled: false, periodInDays: null, nextRotationDate: null };
const iso = (time: number): string => new Date(time).toISOString();

/** One Region whose keys a test may change between nights. */
const estate = (keys: Record<string, MemoryKey>) => memorySweep((_, clock) => known(memoryRegion({ clock, keys })));

describe('a whole sweep', () => {
  test('opens findings once, resolves them when they are gone, and opens them again with their history', async () => {
    const keys: Record<string, MemoryKey> = { [arn(0)]: good({ rotation: off }), [arn(1)]: good() };
    const { run, finding, findings } = estate(keys);
    const { summary } = await run('n1');
    expect(summary).toMatchObject({ keys: 2, regions: { complete: 1, partial: 0, unreadable: 0 }, failure: null });
    expect(finding('rotation-disabled', arn(0))).toMatchObject({ status: 'open', firstSeen: iso(start) });
    const writes = findings.writes.length;
    await run('n2', { at: start + day });
    expect(findings.writes).toHaveLength(writes);
    keys[arn(0)] = good();
    const third = await run('n3', { at: start + 2 * day });
    expect(finding('rotation-disabled', arn(0))).toMatchObject({ status: 'resolved' });
    expect(third.summary.news).toContainEqual(expect.objectContaining({ rule: 'rotation-disabled', resolved: 1 }));
    keys[arn(0)] = good({ rotation: off });
    const fourth = await run('n4', { at: start + 3 * day });
    const back = finding('rotation-disabled', arn(0));
    expect(back?.history.map(({ status }) => status)).toEqual(['open', 'resolved', 'open']);
    expect(back?.firstSeen).toBe(iso(start));
    expect(fourth.summary.news).toContainEqual(
      expect.objectContaining({ rule: 'rotation-disabled', opened: 0, reopened: 1 }),
    );
  });

  test('has the ids of events, and takes up what an event found', async () => {
    const { run, ledger, finding } = estate({ [arn(0)]: good({ rotation: off }) });
    const id = findingId('rotation-disabled', { keyArn: arn(0), account, region, keyId: 'as typed' });
    const at = iso(start - day);
    const ofEvent: Finding = {
      id,
      rule: 'rotation-disabled',
      verdict: 'violation',
      severity: 'medium',
      account,
      region,
      keyArn: arn(0),
      message: 'disabled',
      data: {},
      status: 'open',
      at,
    };
    ledger.findings.set(id, seen(null, ofEvent));
    const { summary } = await run('n1');
    expect(finding('rotation-disabled', arn(0))).toMatchObject({
      id,
      firstSeen: at,
      history: [{ at, status: 'open' }],
    });
    expect(summary.news.map(({ rule }) => rule)).not.toContain('rotation-disabled');
  });

  test('tells the messages about a key what of it is resolved: once by key, the same again after a crash', async () => {
    const keys: Record<string, MemoryKey> = {
      [arn(0)]: good({ rotation: off, policy: 'no JSON' }),
      [arn(1)]: good({ rotation: off }),
      [arn(2)]: good({ rotation: off }),
    };
    const { run, moves } = estate(keys);
    await run('n1');
    expect(moves).toEqual([]);
    keys[arn(0)] = good();
    delete keys[arn(1)];
    await run('n2', { at: start + day, settleTwice: true });
    const about = (n: number) => moves.filter(({ keyArn }) => keyArn === arn(n));
    const id = (n: number) => findingId('rotation-disabled', { keyArn: arn(n), account, region, keyId: null });
    expect(about(0)).toHaveLength(2);
    expect(about(0)[0]).toMatchObject({ alertId: null, status: 'resolved', by: 'kms-guard', until: null });
    expect(about(0)[0]?.findingIds).toContain(id(0));
    expect(about(0)[0]?.findingIds.length).toBeGreaterThan(1);
    expect(about(1)[0]?.findingIds).toContain(id(1));
    expect(about(0)[1]).toEqual(about(0)[0]);
    expect(about(2)).toEqual([]);
    const told = moves.length;
    await run('n3', { at: start + 2 * day });
    expect(moves).toHaveLength(told);
  });

  test('settling twice, as after a crash, tells and counts the same', async () => {
    const keys = { [arn(0)]: good({ rotation: off }), [arn(1)]: good({ rotation: off }) };
    const once = await estate(keys).run('n1');
    const twice = await estate(keys).run('n1', { settleTwice: true });
    expect(twice).toEqual(once);
    expect(once.summary.news).toContainEqual(expect.objectContaining({ rule: 'rotation-disabled', opened: 2 }));
  });

  test('runs that stop for their time look at every key exactly once', async () => {
    const keys = Object.fromEntries(Array.from({ length: 40 }, (_, n) => [arn(n), good({ rotation: off })]));
    const { run, lines, ledger } = memorySweep((_, clock) => {
      const opened = memoryRegion({ clock, keys, pageSize: 7 });
      const slow = async (keyArn: string) => (await clock.sleep(300), opened.reader.describe(keyArn));
      return known({ ...opened, reader: { ...opened.reader, describe: slow } });
    });
    const { summary, runs } = await run('n1', { seconds: 1 });
    expect(runs).toBeGreaterThan(2);
    expect(summary).toMatchObject({ keys: 40, regions: { complete: 1 }, incomplete: [] });
    const rows = lines(summary).flatMap((line) => (line.line === 'key' ? [line.row.keyArn] : []));
    expect(rows.toSorted()).toEqual(Object.keys(keys).toSorted());
    const open = [...ledger.findings.values()].filter(({ rule }) => rule === 'rotation-disabled');
    expect(open).toHaveLength(40);
  });

  test('a key that is no more takes its findings with it; a Region that cannot be listed keeps them', async () => {
    const keys: Record<string, MemoryKey> = { [arn(0)]: good({ rotation: off }), [arn(1)]: good({ rotation: off }) };
    let listing = true;
    const { run, finding } = memorySweep((_, clock) => {
      const opened = memoryRegion({ clock, keys });
      const denied = async () => unknown('access-denied', 'kms:ListKeys is not permitted: no');
      return known(listing ? opened : { ...opened, lister: { ...opened.lister, keys: denied } });
    });
    await run('n1');
    delete keys[arn(1)];
    listing = false;
    const { summary } = await run('n2', { at: start + day });
    expect(summary.regions).toMatchObject({ unreadable: 1 });
    expect(finding('rotation-disabled', arn(1))).toMatchObject({ status: 'open' });
    listing = true;
    await run('n3', { at: start + 2 * day });
    expect(finding('rotation-disabled', arn(1))).toMatchObject({ status: 'resolved' });
    expect(finding('rotation-disabled', arn(0))).toMatchObject({ status: 'open' });
  });

  test('what could not be read resolves nothing and hides no other key', async () => {
    const keys = { [arn(0)]: good({ rotation: off }), [arn(1)]: good({ rotation: off }) };
    let blind = false;
    const { run, finding } = memorySweep((_, clock) => {
      const opened = memoryRegion({ clock, keys });
      const rotation = async (keyArn: string) =>
        blind && keyArn === arn(0)
          ? unknown('access-denied', 'kms:GetKeyRotationStatus is not permitted: no')
          : opened.reader.rotation(keyArn);
      return known({ ...opened, reader: { ...opened.reader, rotation } });
    });
    await run('n1');
    blind = true;
    const { summary } = await run('n2', { at: start + day });
    // The violation that is known stands; nobody has seen it gone.
    expect(finding('rotation-disabled', arn(0))).toMatchObject({ status: 'open', verdict: 'violation' });
    expect(summary.incomplete).toMatchObject([
      { state: 'partial', reason: expect.stringContaining('kms:GetKeyRotationStatus is not permitted for 1 key') },
    ]);
  });

  test('an account that lets nobody in is told once, with the permission that is missing', async () => {
    const denied = unknown('access-denied', 'sts:AssumeRole is not permitted: no such role');
    const { run, alerts } = memorySweep(() => denied);
    const { summary } = await run('n1');
    expect(summary).toMatchObject({ keys: 0, regions: { unreadable: 1 } });
    expect(alerts).toMatchObject([{ kind: 'sweep', rule: 'sweep-incomplete', severity: 'medium', opened: 1 }]);
    expect(JSON.stringify(alerts)).toContain('sts:AssumeRole is not permitted');
    await run('n2', { at: start + day });
    expect(alerts).toHaveLength(1);
  });
});

describe('events and a sweep at the same time', () => {
  const keys = { [arn(0)]: good({ rotation: off }), [arn(1)]: good() };
  const about = (rule: string, keyArn: string, time: number): Finding => ({
    id: findingId(rule, { keyArn, account, region, keyId: null }),
    rule,
    verdict: 'violation',
    severity: 'high',
    account,
    region,
    keyArn,
    message: 'disabled',
    data: {},
    status: 'open',
    at: iso(time),
  });

  test('what an event found after the look is not resolved by the look', async () => {
    const { run, ledger, finding, moves } = estate(keys);
    const later = about('rotation-disabled', arn(1), start + 60_000);
    await run('n1', { meanwhile: () => void ledger.findings.set(later.id, seen(null, later)) });
    expect(finding('rotation-disabled', arn(1))).toMatchObject({ status: 'open' });
    expect(moves).toEqual([]);
  });

  test('what happens while a key is looked at is known better by its event', async () => {
    let meanwhile: (() => Promise<void>) | null = null;
    const { run, ledger, finding, moves } = memorySweep((_, clock) => {
      const opened = memoryRegion({ clock, keys: { [arn(1)]: good() } });
      // A queue for GetKeyLastUsage: all else of the key was read before the event.
      const lastUse = async (keyArn: string) => {
        await clock.sleep(20_000);
        await meanwhile?.();
        await clock.sleep(20_000);
        return opened.reader.lastUse(keyArn);
      };
      return known({ ...opened, reader: { ...opened.reader, lastUse } });
    });
    const found = about('rotation-disabled', arn(1), start + 20_000);
    const at = iso(start + 20_000);
    meanwhile = async () => {
      ledger.findings.set(found.id, seen(null, found));
      const change = { state: 'Disabled', at, actorArn: null, source: 'event' } as const;
      await ledger.learn({ kind: 'state', keyArn: arn(1), change });
      await ledger.learn({ kind: 'rotation', keyArn: arn(1), enabled: false, periodInDays: null, at, source: 'event' });
    };
    await run('n1');
    expect(finding('rotation-disabled', arn(1))).toMatchObject({ status: 'open', lastSeen: at });
    expect(moves).toEqual([]);
    // What a rescue would go back to.
    expect(ledger.keys.get(arn(1))?.stateChanges[0]).toMatchObject({ state: 'Disabled', at });
    expect(ledger.keys.get(arn(1))?.rotation).toMatchObject({ enabled: false, at });
  });

  test('what an event resolved after the look is not opened again by it', async () => {
    const { run, ledger, finding } = estate(keys);
    const open = about('rotation-disabled', arn(0), start - day);
    const at = iso(start + 60_000);
    const gone = { ...seen(null, open), status: 'resolved' as const, resolvedAt: at };
    await run('n1', { meanwhile: () => void ledger.findings.set(open.id, gone) });
    expect(finding('rotation-disabled', arn(0))).toMatchObject({ status: 'resolved', resolvedAt: at });
  });

  test('a finding about a key that was made since the listing stands', async () => {
    const { run, ledger, finding } = estate(keys);
    const fresh = about('policy-public', arn(7), start + 1_000);
    const old = about('policy-public', arn(8), start - 1_000);
    for (const each of [fresh, old]) ledger.findings.set(each.id, seen(null, each));
    await run('n1');
    expect(finding('policy-public', arn(7))).toMatchObject({ status: 'open' });
    expect(finding('policy-public', arn(8))).toMatchObject({ status: 'resolved' });
  });

  test('what no sweep can see stands as it is, and is in the report', async () => {
    const { run, ledger, finding, results } = estate(keys);
    const call = about('deletion-window-short', arn(1), start - day);
    const approved = { ...about('rotation-disabled', arn(0), start - day), status: 'approved' as const };
    for (const each of [call, approved]) ledger.findings.set(each.id, seen(null, each));
    const { summary } = await run('n1');
    expect(finding('deletion-window-short', arn(1))).toMatchObject({ status: 'open' });
    expect(finding('rotation-disabled', arn(0))).toMatchObject({ status: 'approved' });
    expect(summary.findings).toMatchObject({ approved: 1, open: { high: 1 } });
    const manifest = results.objects.get(manifestKey(summary)) ?? '';
    expect(manifest.trim().split('\n')).toHaveLength(1);
    const written = [...results.objects].filter(([key]) => key.includes('/findings/')).map(([, text]) => text);
    expect(written.join('')).toContain(call.id);
  });
});

test('a run that gets nowhere is the last one', async () => {
  const { keys } = memorySweep((_, clock) => known(memoryRegion({ clock, keys: { [arn(0)]: good() } })));
  const clock = virtualClock(start);
  const sweep = sweepId({ id: 'n1', startedAt: iso(start) });
  const done = await clock.run(keys(clock, firstTask(sweep, { account, region }), -1));
  expect(done).toMatchObject({ done: true, cursor: { marker: null, after: null }, pieces: [1] });
});
