import type { Clock } from '../../shared/ports.ts';

export type VirtualClock = Clock & {
  /** Lets time pass, from one sleeper to the next, until `work` is done. */
  readonly run: <T>(work: Promise<T>) => Promise<T>;
};

type Sleeper = { readonly until: number; readonly order: number; readonly wake: () => void };

/**
 * Virtual time: `sleep` ends when nobody has anything left to do before. `late` makes every sleep a little longer, as timers
 * are. Hours pass in milliseconds, and always the same way.
 */
export const virtualClock = (start: number, late: () => number = () => 0): VirtualClock => {
  let now = start;
  let order = 0;
  const sleepers: Sleeper[] = [];
  const wakeNext = (): boolean => {
    const next = takeFirst(sleepers);
    if (next === undefined) return false;
    now = Math.max(now, next.until);
    next.wake();
    return true;
  };
  return {
    now: () => now,
    sleep: (milliseconds) =>
      new Promise((wake) => {
        order += 1;
        insert(sleepers, { until: now + Math.max(0, milliseconds) + late(), order, wake });
      }),
    run: async (work) => {
      let done = false;
      const end = (): void => {
        done = true;
      };
      work.then(end, end);
      for (;;) {
        await idle();
        if (done) return work;
        if (!wakeNext()) throw new Error('everybody waits for something that never comes');
      }
    },
  };
};

/** Every promise that can settle has settled. */
const idle = (): Promise<void> =>
  new Promise((resolve) => {
    setImmediate(resolve);
  });

const before = (one: Sleeper, other: Sleeper): boolean =>
  one.until < other.until || (one.until === other.until && one.order < other.order);

/** A binary heap, the first to wake on top. */
const insert = (heap: Sleeper[], sleeper: Sleeper): void => {
  let at = heap.length;
  heap.push(sleeper);
  while (at > 0) {
    const above = (at - 1) >> 1;
    const parent = heap[above];
    if (parent === undefined || !before(sleeper, parent)) break;
    heap[at] = parent;
    at = above;
  }
  heap[at] = sleeper;
};

const takeFirst = (heap: Sleeper[]): Sleeper | undefined => {
  const first = heap[0];
  const last = heap.pop();
  if (first === undefined || last === undefined || heap.length === 0) return first;
  let at = 0;
  for (;;) {
    const left = 2 * at + 1;
    const [one, other] = [heap[left], heap[left + 1]];
    const child = one !== undefined && other !== undefined && before(other, one) ? left + 1 : left;
    const below = heap[child];
    if (below === undefined || !before(below, last)) break;
    heap[at] = below;
    at = child;
  }
  heap[at] = last;
  return first;
};
