import type { Progress } from '../delivery/progress.ts';
import type { StoredFinding } from '../ledger/finding-history.ts';
import { concurrently } from './concurrently.ts';

/** Gathers what a sweep resolves, to tell it by key: most of it nobody was told of, and the notifier knows which. */
export type ResolvedByKey = {
  readonly add: (stored: StoredFinding, at: string) => void;
  /** @throws RetryableFault */
  readonly tell: () => Promise<void>;
};

const toldAtOnce = 16;

/** `progress` is null where no channel has messages to update. */
export const resolvedByKey = (progress: Progress | null): ResolvedByKey => {
  const byKey = new Map<string, { readonly at: string; readonly findingIds: string[] }>();
  return {
    add: ({ id, keyArn }, at) => {
      if (progress === null || keyArn === null) return;
      const known = byKey.get(keyArn);
      if (known === undefined) byKey.set(keyArn, { at, findingIds: [id] });
      else known.findingIds.push(id);
    },
    tell: async () => {
      if (progress === null) return;
      const tellOne = async ([keyArn, { at, findingIds }]: readonly [string, { at: string; findingIds: string[] }]) => {
        await progress.moved({
          alertId: null,
          keyArn,
          // Settled a second time they come in another order: the step must stay the same one.
          findingIds: findingIds.sort(),
          status: 'resolved',
          by: 'kms-guard',
          what: 'looked at the key in its sweep: nothing of this is left',
          at,
          until: null,
        });
      };
      for await (const _ of concurrently(each(byKey), toldAtOnce, tellOne));
    },
  };
};

async function* each<T>(items: Iterable<T>): AsyncGenerator<T> {
  yield* items;
}
