import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Finding } from '../../shared/ledger/entries.ts';
import { findingId } from '../../shared/ledger/finding-id.ts';
import { seen } from '../../shared/ledger/finding-history.ts';
import type { MemoryKey } from '../support/memory-kms.ts';
import { day, start } from '../support/memory-sweep.ts';
import { account, region } from '../support/records.ts';
import { arn, broad, good, iso, nightsOver, owned, type SlowCall } from '../support/sweep-nights.ts';

/** Nights up to the one before the key is asked without a reason. */
const quietNights = async (house: ReturnType<typeof nightsOver>, keyArn: string): Promise<number> => {
  await house.night(0);
  for (let n = 1; ; n += 1) {
    await house.night(n);
    if (house.asked.has(`grants ${keyArn}`)) return n;
  }
};

describe('between two askings', () => {
  test('tags are remembered: for the row, for required tags, and for a waiver by tag', async () => {
    const waiver = {
      rule: 'rotation-disabled',
      keys: ['tag:owner=orders'],
      owner: 'dana',
      reason: 'moved next year',
      expires: '2027-06-30',
    };
    const rotation = { enabled: false, periodInDays: null, nextRotationDate: null };
    const house = nightsOver({ [arn(0)]: good({ rotation }) }, {}, { waivers: [waiver] });
    const due = await quietNights(house, arn(0));
    for (let n = due + 1; n < due + 7; n += 1) {
      const { summary } = await house.night(n);
      expect([...house.asked]).toEqual([]);
      expect(house.lines(summary).find(({ line }) => line === 'key')).toMatchObject({
        row: { tags: owned },
        lacks: [],
      });
      expect(house.status('rotation-disabled', arn(0))).toBe('waived');
      expect(house.status('key-untagged', arn(0))).toBe('none');
      expect(summary.regions).toEqual({ complete: 1, partial: 0, unreadable: 0 });
    }
  });

  test('a tag that is newly required is missed by what is remembered', async () => {
    const keys = { [arn(0)]: good() };
    const house = nightsOver(keys);
    const due = await quietNights(house, arn(0));
    house.settings.requiredTags = ['cost-center'];
    await house.night(due + 1);
    expect(house.asked).not.toContain(`tags ${arn(0)}`);
    expect(house.status('key-untagged', arn(0))).toBe('open');
    await house.night(due + 2);
    expect(house.asked).toContain(`tags ${arn(0)}`);
    expect(house.asked).not.toContain(`grants ${arn(0)}`);
  });

  test('by remembered tags nothing is cleared: what came to stand meanwhile stands until they are asked', async () => {
    const house = nightsOver({ [arn(0)]: good() });
    const due = await quietNights(house, arn(0));
    const id = findingId('key-untagged', { keyArn: arn(0), account, region, keyId: null });
    const at = iso(start + (due + 0.5) * day);
    const about = {
      id,
      rule: 'key-untagged',
      account,
      region,
      keyArn: arn(0),
      at,
      message: 'missing',
      data: {},
    } as const;
    const finding: Finding = { ...about, verdict: 'violation', severity: 'low', status: 'open' };
    house.ledger.findings.set(id, seen(null, finding));
    await house.night(due + 1);
    expect([...house.asked]).toEqual([]);
    expect(house.status('key-untagged', arn(0))).toBe('open');
    await house.event(arn(0), due + 2);
    await house.night(due + 2);
    expect(house.status('key-untagged', arn(0))).toBe('resolved');
  });

  test('what could not be read is asked again every night, and said every night', async () => {
    const house = nightsOver({ [arn(0)]: good() });
    house.denied.add('grants');
    for (let n = 0; n < 4; n += 1) {
      const { summary } = await house.night(n);
      expect(house.asked).toContain(`grants ${arn(0)}`);
      expect(summary.incomplete).toMatchObject([{ reason: expect.stringContaining('kms:grants is not permitted') }]);
    }
  });

  test('1 asks every night', async () => {
    const house = nightsOver({ [arn(0)]: good() }, { slowFactsEveryDays: 1 });
    for (let n = 0; n < 4; n += 1) {
      await house.night(n);
      expect([...house.asked].toSorted()).toEqual([`grants ${arn(0)}`, `tags ${arn(0)}`]);
    }
  });
});

type Change = { readonly night: number; readonly key: number; readonly what: SlowCall; readonly told: boolean };
const changes: fc.Arbitrary<readonly Change[]> = fc.array(
  fc.record({
    night: fc.integer({ min: 1, max: 14 }),
    key: fc.integer({ min: 0, max: 3 }),
    what: fc.constantFrom('tags', 'grants'),
    told: fc.boolean(),
  }),
  { maxLength: 12 },
);
const ruleOf = { tags: 'key-untagged', grants: 'grant-broad' } as const;
const isBad = (key: MemoryKey | undefined, what: SlowCall): boolean =>
  what === 'tags' ? key?.tags['owner'] === undefined : (key?.grants.length ?? 0) > 0;
const flip = (key: MemoryKey, what: SlowCall): void => {
  if (what === 'tags') key.tags = isBad(key, what) ? owned : {};
  else key.grants = isBad(key, what) ? [] : [broad];
};

test('random nights: nothing is resolved by what was not asked, and the truth is found in time', async () => {
  await fc.assert(
    fc.asyncProperty(changes, fc.integer({ min: 1, max: 7 }), async (all, everyDays) => {
      const keys = Object.fromEntries([0, 1, 2, 3].map((n) => [arn(n), good()]));
      const house = nightsOver(keys, { slowFactsEveryDays: everyDays });
      const askedLast = new Map<string, number>();
      /** Since which night it is as it is, and whether an event said so. */
      const since = new Map<string, { readonly night: number; readonly told: boolean; readonly flips: number }>();
      for (let n = 0; n <= 24; n += 1) {
        for (const { key, what, told } of all.filter(({ night }) => night === n)) {
          const [keyArn, changed] = [arn(key), keys[arn(key)]];
          if (changed === undefined) throw new Error('no such key');
          flip(changed, what);
          if (told) await house.event(keyArn, n);
          const flips = (since.get(`${what} ${keyArn}`)?.flips ?? 0) + 1;
          since.set(`${what} ${keyArn}`, { night: n, told, flips });
        }
        const before = new Map([...house.ledger.findings].map(([id, { status }]) => [id, status]));
        const { summary } = await house.night(n);
        expect(summary.regions).toEqual({ complete: 1, partial: 0, unreadable: 0 });
        for (const name of house.asked) askedLast.set(name, n);
        for (const finding of house.ledger.findings.values()) {
          expect(finding.verdict).toBe('violation');
          const what = finding.rule === ruleOf.tags ? 'tags' : 'grants';
          const resolvedNow = finding.status === 'resolved' && before.get(finding.id) !== 'resolved';
          if (resolvedNow) expect(house.asked).toContain(`${what} ${finding.keyArn}`);
        }
        for (const what of ['tags', 'grants'] as const)
          for (const [keyArn, key] of Object.entries(keys)) {
            const name = `${what} ${keyArn}`;
            expect(n - (askedLast.get(name) ?? Number.NEGATIVE_INFINITY)).toBeLessThanOrEqual(everyDays);
            const change = since.get(name);
            const found = house.status(ruleOf[what], keyArn);
            const wait = change === undefined || change.told ? 0 : everyDays;
            if (isBad(key, what) && n >= (change?.night ?? 0) + wait)
              expect([name, n, found]).toEqual([name, n, 'open']);
            // What is open is looked at every night.
            if (!isBad(key, what)) expect(found).not.toBe('open');
            const history = house.finding(ruleOf[what], keyArn)?.history ?? [];
            expect(history.length).toBeLessThanOrEqual(change?.flips ?? 0);
          }
      }
    }),
    { numRuns: 40 },
  );
});
