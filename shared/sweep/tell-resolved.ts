import type { Progress } from '../delivery/progress.ts';
import type { StoredFinding } from '../ledger/finding-history.ts';
import { concurrently } from './concurrently.ts';
import type { FindingEnd } from './settle-finding.ts';

/** Gathers what a sweep resolves, to tell it by key: most of it nobody was told of, and the notifier knows which. */
export type ResolvedByKey = {
  readonly add: (stored: StoredFinding, end: FindingEnd) => void;
  /** @throws RetryableFault */
  readonly tell: () => Promise<void>;
};

const toldAtOnce = 16;
const seenGone = 'looked at the key in its sweep: nothing of this is left';
const switchedOff = 'looks for this no more: the rule is switched off in the configuration';

type Told = { readonly keyArn: string; readonly what: string; readonly at: string; readonly findingIds: string[] };

/** `progress` is null where no channel has messages to update. */
export const resolvedByKey = (progress: Progress | null): ResolvedByKey => {
  const byKey = new Map<string, Told>();
  return {
    add: ({ id, keyArn }, { at, why }) => {
      if (progress === null || keyArn === null) return;
      const what = why === undefined ? seenGone : switchedOff;
      const known = byKey.get(`${keyArn} ${what}`);
      if (known === undefined) byKey.set(`${keyArn} ${what}`, { keyArn, what, at, findingIds: [id] });
      else known.findingIds.push(id);
    },
    tell: async () => {
      if (progress === null) return;
      const tellOne = async ({ keyArn, what, at, findingIds }: Told) => {
        await progress.moved({
          alertId: null,
          keyArn,
          // Settled a second time they come in another order: the step must stay the same one.
          findingIds: findingIds.sort(),
          status: 'resolved',
          by: 'kms-guard',
          what,
          at,
          until: null,
        });
      };
      for await (const _ of concurrently(each(byKey.values()), toldAtOnce, tellOne));
    },
  };
};

async function* each<T>(items: Iterable<T>): AsyncGenerator<T> {
  yield* items;
}
