import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ListedVersion, withVersion } from '../../shared/ledger/policy-versions.ts';

const at = (n: number): string => new Date(Date.parse('2026-11-20T09:15:00Z') + n * 1000).toISOString();
const version = (text: string, n: number, good = false, source = `e${n}`) => ({
  policy: JSON.stringify({ Id: text }),
  at: at(n),
  source,
  good,
});
const all = (list: readonly ReturnType<typeof version>[]): readonly ListedVersion[] =>
  list.reduce<readonly ListedVersion[]>((known, each) => withVersion(known, each).versions, []);
const shown = (list: readonly ListedVersion[]) => list.map(({ source, good }) => `${source}${good ? ' good' : ''}`);

describe('withVersion', () => {
  it('takes late news of a text that stood then already for known', () => {
    expect(shown(all([version('a', 1), version('b', 5), version('a', 3)]))).toEqual(['e5', 'e1']);
    expect(shown(all([version('b', 5), version('b', 3)]))).toEqual(['e5']);
  });

  it('keeps a text that came back apart from its first time', () => {
    expect(shown(all([version('a', 1, true), version('b', 2), version('a', 3, true)]))).toEqual([
      'e3 good',
      'e2',
      'e1 good',
    ]);
  });

  it('puts what was learned later before what was learned in the same millisecond', () => {
    expect(shown(all([version('a', 1, false, 'x'), version('b', 1, false, 'y')]))).toEqual(['y', 'x']);
  });

  it('names what leaves the list, to expire', () => {
    const six = all([1, 2, 3, 4, 5].map((n) => version(`${n}`, n)));
    const { versions, added, dropped } = withVersion(six, version('6', 6));
    expect(added?.source).toBe('e6');
    expect(shown(dropped)).toEqual(['e1']);
    expect(versions).toHaveLength(5);
  });

  it('never loses the last good one, never holds more than ten, and stays in order, whatever is learned', () => {
    const learning = fc.array(
      fc.tuple(fc.constantFrom('a', 'b', 'c', 'd'), fc.integer({ min: 0, max: 40 }), fc.boolean()),
      { maxLength: 40 },
    );
    fc.assert(
      fc.property(learning, (list) => {
        let known: readonly ListedVersion[] = [];
        for (const [text, n, good] of list) {
          const lastGood = known.find((each) => each.good);
          const next = withVersion(known, version(text, n, good)).versions;
          if (lastGood !== undefined) expect(next.some((each) => each.good && each.at >= lastGood.at)).toBe(true);
          expect(next.length).toBeLessThanOrEqual(10);
          expect(next.map((each) => each.at)).toEqual(
            next
              .map((each) => each.at)
              .toSorted()
              .toReversed(),
          );
          known = next;
        }
      }),
    );
  });
});
