import { describe, expect, test } from 'vitest';
import { changedSince, seen } from '../../shared/ledger/finding-history.ts';
import { asLedger } from '../../shared/sweep/settle-finding.ts';
import { lateEnd, untoldSince } from '../../shared/sweep/late-news.ts';
import { beginSweep } from '../../shared/sweep/open-sweeps.ts';
import { day, start } from '../support/memory-sweep.ts';
import { arn, good, iso, nightsOver } from '../support/sweep-nights.ts';

const off = { enabled: false, periodInDays: null, nextRotationDate: null };
const newsAbout = (rule: string, { news }: { readonly news: readonly { readonly rule: string }[] }) =>
  news.filter((each) => each.rule === rule);

describe('what a settling recorded before it failed', () => {
  test('is told by the next one, once: what opened and what is gone', async () => {
    const keys = { [arn(0)]: good({ rotation: off }), [arn(1)]: good() };
    const house = nightsOver(keys);
    await house.night(0);
    keys[arn(0)] = good();
    keys[arn(1)] = good({ rotation: off });
    const failed = await house.run('n1', { at: start + day, settleFails: true });
    expect(newsAbout('rotation-disabled', failed.summary)).toEqual([]);
    expect(failed.summary).toMatchObject({ untoldSince: iso(start + day), regions: { unreadable: 1 } });
    expect(house.status('rotation-disabled', arn(1))).toBe('open');
    const { summary } = await house.night(2);
    expect(newsAbout('rotation-disabled', summary)).toMatchObject([{ opened: 1, resolved: 1 }]);
    expect(summary.untoldSince).toBeNull();
    expect(new Set(house.moves.map(({ keyArn, at }) => `${keyArn} ${at}`)).size).toBe(1);
    expect(newsAbout('rotation-disabled', (await house.night(3)).summary)).toEqual([]);
  });

  test('two nights in a row is told from the first of them on', async () => {
    const keys = { [arn(0)]: good() };
    const house = nightsOver(keys);
    await house.night(0);
    keys[arn(0)] = good({ rotation: off });
    await house.run('n1', { at: start + day, settleFails: true });
    const second = await house.run('n2', { at: start + 2 * day, settleFails: true });
    expect(second.summary.untoldSince).toBe(iso(start + day));
    expect(newsAbout('rotation-disabled', (await house.night(3)).summary)).toMatchObject([{ opened: 1 }]);
  });

  test('settling twice, as after a crash, tells the same', async () => {
    const runs = [false, true].map(async (settleTwice) => {
      const keys = { [arn(0)]: good({ rotation: off }), [arn(1)]: good() };
      const house = nightsOver(keys);
      await house.night(0);
      keys[arn(0)] = good();
      keys[arn(1)] = good({ rotation: off });
      await house.run('n1', { at: start + day, settleFails: true });
      const { summary } = await house.run('n2', { at: start + 2 * day, settleTwice });
      return { summary, moves: new Set(house.moves.map((move) => JSON.stringify(move))) };
    });
    const [once, twice] = await Promise.all(runs);
    expect(twice).toEqual(once);
  });
});

describe('what a sweep recorded that was never closed', () => {
  test('is told by the next one, once: what opened and what is gone', async () => {
    const keys = { [arn(0)]: good({ rotation: off }), [arn(1)]: good() };
    const house = nightsOver(keys);
    await house.night(0);
    keys[arn(0)] = good();
    keys[arn(1)] = good({ rotation: off });
    await expect(house.run('n1', { at: start + day, neverCloses: true })).rejects.toThrow('never closed');
    expect(house.status('rotation-disabled', arn(1))).toBe('open');
    const { summary } = await house.night(2);
    expect(newsAbout('rotation-disabled', summary)).toMatchObject([{ opened: 1, resolved: 1 }]);
    expect(newsAbout('rotation-disabled', (await house.night(3)).summary)).toEqual([]);
  });

  test('is not forgotten where that one cannot settle the Region, or is not closed either', async () => {
    const keys = { [arn(0)]: good() };
    const house = nightsOver(keys);
    await house.night(0);
    keys[arn(0)] = good({ rotation: off });
    await expect(house.run('n1', { at: start + day, neverCloses: true })).rejects.toThrow('never closed');
    await expect(house.run('n2', { at: start + 2 * day, neverCloses: true })).rejects.toThrow('never closed');
    const third = await house.run('n3', { at: start + 3 * day, settleFails: true });
    expect(third.summary.untoldSince).toBe(iso(start + day));
    expect(newsAbout('rotation-disabled', third.summary)).toEqual([]);
    expect(newsAbout('rotation-disabled', (await house.night(4)).summary)).toMatchObject([{ opened: 1 }]);
    expect(newsAbout('rotation-disabled', (await house.night(5)).summary)).toEqual([]);
  });

  test('a plan that is made again is no sweep of its own', async () => {
    const house = nightsOver({ [arn(0)]: good() });
    await house.night(0);
    const again = { id: 'n1', startedAt: iso(start + day) };
    expect(await beginSweep(house.results, again)).toBeNull();
    expect(await beginSweep(house.results, again)).toBeNull();
    expect(await beginSweep(house.results, { id: 'n2', startedAt: iso(start + 2 * day) })).toBe(iso(start + day));
  });
});

test('a Region that the last sweep settled has nothing untold, though another one has', async () => {
  const house = nightsOver({ [arn(0)]: good() });
  const { summary } = await house.night(0);
  const sweeps = { last: async () => ({ ...summary, untoldSince: iso(start) }) };
  const ports = { sweeps, results: house.results };
  const sweep = { untoldSince: iso(start - day) };
  const settled = { account: '111122223333', region: 'eu-west-1' };
  const other = { account: '111122223333', region: 'eu-north-1' };
  expect(await untoldSince(ports, { ...settled, sweep: {} })).toBeNull();
  expect(await untoldSince(ports, { ...other, sweep: {} })).toBe(iso(start));
  expect(await untoldSince(ports, { ...settled, sweep })).toBe(iso(start - day));
  expect(await untoldSince(ports, { ...other, sweep })).toBe(iso(start - day));
});

test('a change counts from its moment on, and the last one alone', () => {
  const finding = { id: 'a', rule: 'r', verdict: 'violation', severity: 'low', account: '111122223333' } as const;
  const rest = { region: 'eu-west-1', keyArn: null, message: 'm', messageId: 'm', data: {}, aliases: [], controls: [] };
  const open = seen(null, asLedger({ ...finding, ...rest, remediation: '', firstSeen: iso(start), waivedUntil: null }));
  expect(changedSince(open, iso(start))).toBe('opened');
  expect(changedSince(open, iso(start + 1))).toBeNull();
  const end = {
    ...open,
    history: [...open.history, { at: iso(start + day), status: 'resolved', why: 'switched-off' }],
  } as const;
  expect(changedSince(end, iso(start))).toBe('resolved');
  expect(lateEnd(end)).toEqual({ at: iso(start + day), why: 'switched-off' });
});
