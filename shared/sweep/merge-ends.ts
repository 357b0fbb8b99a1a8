import { type Lack, lackName, lacksText } from './lack.ts';
import type { SweepPlace } from './result-store.ts';
import { addCalls, type ApiCalls } from './sweep-line.ts';
import type { RegionEnd } from './sweep-region.ts';
import type { RegionReport } from './sweep-report.ts';

/** The runs of one Region as one: `end` adds a run, `lacks` what a key lacked. */
export const endsOf = ({ account, region }: SweepPlace) => {
  const ends: RegionEnd[] = [];
  const lacking = new Map<string, number>();
  let calls: ApiCalls = {};
  const sum = (of: (end: RegionEnd) => number): number => ends.reduce((total, end) => total + of(end), 0);
  return {
    end: (end: RegionEnd, made: ApiCalls): void => {
      ends.push(end);
      calls = addCalls(calls, made);
    },
    lacks: (lacks: readonly Lack[]): void => {
      for (const name of new Set(lacks.map(lackName))) lacking.set(name, (lacking.get(name) ?? 0) + 1);
    },
    calls: () => calls,
    /** Was every key of the Region listed? Each run but the last stopped for its time alone, and the last did not. */
    listed: (): boolean =>
      ends.at(-1)?.listed === true && ends.slice(0, -1).every(({ listed, cursor }) => listed || cursor !== null),
    /** `failure`: why the state machine gave it up; null where it did not. */
    report: (failure: string | null): RegionReport => {
      const last = ends.at(-1);
      const reasons = [
        ...new Set(ends.flatMap(({ problems }) => problems)),
        ...(last !== undefined && last.cursor !== null && last.problems.length === 0
          ? ['it did not come to its end']
          : []),
        ...(failure === null ? [] : [failure]),
        ...(lacking.size === 0 ? [] : [lacksText(lacking)]),
      ];
      const unreadable = ends.every(({ state }) => state === 'unreadable');
      return {
        account,
        region,
        keys: sum(({ keys }) => keys),
        awsManagedKeys: sum(({ awsManagedKeys }) => awsManagedKeys),
        unreadableKeys: sum(({ unreadableKeys }) => unreadableKeys),
        lastUseDeferred: sum(({ lastUseDeferred }) => lastUseDeferred),
        state: unreadable ? 'unreadable' : reasons.length > 0 ? 'partial' : 'complete',
        reason: reasons.length > 0 ? reasons.join('; ') : null,
      };
    },
  };
};
