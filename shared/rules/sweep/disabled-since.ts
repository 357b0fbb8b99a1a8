import type { KeyHistory, KeyMetadata, Known, StateChange } from '../../facts/facts.ts';
import { ageInDays } from './dated.ts';

/** How long a key has been disabled, in whole days. */
export type DisabledFor = {
  /** The first change that shows it disabled; null where none does. */
  readonly since: StateChange | null;
  /** Days since then; 0 without. */
  readonly atLeast: number;
  /** It was enabled, or was made, so many days ago; null where that date cannot be read. */
  readonly atMost: number | null;
  /** `since` is when it was disabled: a call did it, and nothing of what came before is missing. */
  readonly exact: boolean;
};

/**
 * DisableKey succeeds on a disabled key too, so the oldest of the last row of changes to Disabled counts. What the ledger
 * learned by looking shows a state, not when it began.
 */
export const disabledFor = (history: Known<KeyHistory>, { creationDate }: KeyMetadata, now: number): DisabledFor => {
  const { stateChanges } = history.value;
  const enabledAt = stateChanges.findIndex(({ state }) => state === 'Enabled');
  const row = enabledAt < 0 ? stateChanges : stateChanges.slice(0, enabledAt);
  const since = row.findLast(({ at }) => ageInDays(at, now) !== null) ?? null;
  const complete = enabledAt >= 0 || history.detail === undefined;
  return {
    since,
    atLeast: ageInDays(since?.at ?? null, now) ?? 0,
    atMost: ageInDays(stateChanges[enabledAt]?.at ?? creationDate, now),
    exact: since !== null && since.source !== 'describe' && complete,
  };
};
