import { expect, test } from 'vitest';
import type { FindingBook } from '../../shared/finding-book.ts';
import { resolved, seen, type StoredFinding } from '../../shared/ledger/finding-history.ts';
import type { Finding, LedgerEntry } from '../../shared/ledger/entries.ts';
import type { Ledger } from '../../shared/ports.ts';
import type { SweepBook, SweepSummary } from '../../shared/sweep/sweep-summary.ts';
import { noFindings } from '../../shared/sweep/settled-region.ts';
import { account, callOf, keyArn, record, region } from './records.ts';

export type FindingsUnderTest = {
  readonly ledger: Pick<Ledger, 'settle'>;
  readonly findings: FindingBook;
  readonly sweeps: SweepBook;
};

const start = Date.parse('2026-11-20T09:15:00Z');
const iso = (seconds: number): string => new Date(start + seconds * 1000).toISOString();
const id = 'f1';
const place = { account, region, id };

const findingAt = (seconds: number, some: Partial<Finding> = {}): Finding => ({
  id,
  rule: 'policy-public',
  verdict: 'violation',
  severity: 'critical',
  account,
  region,
  keyArn,
  message: 'open',
  data: { n: seconds },
  status: 'open',
  at: iso(seconds),
  ...some,
});

const entryOf = (eventID: string, seconds: number, some: Partial<LedgerEntry>): LedgerEntry => {
  const { eventName, eventTime, actor, failure, keyId } = callOf(record({ eventName: 'PutKeyPolicy', eventID }));
  const call = { eventName, eventTime, account, region, keyArn, keyId, actor, failure };
  const decision = { action: 'alert', remedy: null, wouldRemedy: null, severity: 'high', reasons: [] } as const;
  const about = { guard: 'policy-guard', eventID, at: iso(seconds), call, verdicts: [], decision, outcomes: [] };
  return { ...about, findings: [], resolved: [], ...some };
};

const all = async (book: FindingBook, since: string, of = { account, region }): Promise<readonly StoredFinding[]> => {
  const found: StoredFinding[] = [];
  for await (const finding of book.standing(of, since)) found.push(finding);
  return found;
};

/** What events and sweeps make of the same findings, whatever the ledger stands on. */
export const findingContract = (make: () => Promise<FindingsUnderTest>): void => {
  test('events and sweeps write one history: opened, resolved, opened again', async () => {
    const { ledger, findings } = await make();
    await ledger.settle(entryOf('e1', 0, { findings: [findingAt(0)] }));
    await findings.change(place, (before) => resolved(before, iso(10)));
    await ledger.settle(entryOf('e2', 20, { findings: [findingAt(20)] }));
    await ledger.settle(entryOf('e3', 30, { resolved: [id] }));
    await findings.change(place, (before) => seen(before, findingAt(40)));
    expect(await all(findings, iso(99))).toEqual([
      {
        ...findingAt(40),
        firstSeen: iso(0),
        lastSeen: iso(40),
        resolvedAt: null,
        history: [
          { at: iso(0), status: 'open' },
          { at: iso(10), status: 'resolved' },
          { at: iso(20), status: 'open' },
          { at: iso(30), status: 'resolved' },
          { at: iso(40), status: 'open' },
        ],
      },
    ]);
  });

  test('what was resolved before is left out, what was since is not; other Regions are others', async () => {
    const { findings } = await make();
    for (const [name, end] of [
      ['open', null],
      ['old', 5],
      ['fresh', 50],
    ] as const) {
      const finding = findingAt(0, { id: name });
      await findings.change(finding, (before) => seen(before, finding));
      if (end !== null) await findings.change(finding, (before) => resolved(before, iso(end)));
    }
    const elsewhere = findingAt(0, { id: 'elsewhere', region: 'us-east-1' });
    await findings.change(elsewhere, (before) => seen(before, elsewhere));
    expect((await all(findings, iso(20))).map((finding) => finding.id).toSorted()).toEqual(['fresh', 'open']);
    expect(await all(findings, iso(0), { account: '444455556666', region })).toEqual([]);
  });

  test('nothing is written where nothing is to be written', async () => {
    const { findings } = await make();
    expect(await findings.change(place, () => null)).toBeNull();
    await findings.change(place, () => seen(null, findingAt(0)));
    expect(await findings.change(place, () => null)).toMatchObject({ id, status: 'open' });
  });

  test('written at the same moment by many, none is lost', async () => {
    const { findings } = await make();
    const times = [1, 2, 3, 4];
    await Promise.all(times.map((n) => findings.change(place, (before) => seen(before, findingAt(n)))));
    const [finding] = await all(findings, iso(0));
    expect(finding).toMatchObject({ lastSeen: iso(4), status: 'open' });
    expect(finding?.history).toHaveLength(1);
  });

  test('the sweep that began last is the last one, however often it was saved', async () => {
    const { sweeps } = await make();
    expect(await sweeps.last()).toBeNull();
    for (const [name, seconds] of [
      ['b', 86_400],
      ['a', 0],
      ['b', 86_400],
    ] as const) {
      await sweeps.save(summaryOf(name, seconds));
    }
    expect(await sweeps.last()).toEqual(summaryOf('b', 86_400));
  });
};

export const summaryOf = (name: string, seconds = 0, some: Partial<SweepSummary> = {}): SweepSummary => ({
  id: name,
  startedAt: iso(seconds),
  finishedAt: iso(seconds + 60),
  prefix: `sweeps/2026-11-20/${name}`,
  failure: null,
  keys: 3,
  awsManagedKeys: 1,
  unreadableKeys: 0,
  lastUseDeferred: 0,
  apiCalls: { DescribeKey: 3 },
  regions: { complete: 1, partial: 0, unreadable: 0 },
  incomplete: [],
  findings: noFindings,
  news: [],
  ...some,
});
