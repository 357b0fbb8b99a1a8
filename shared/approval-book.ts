import type { Approval } from './approvals.ts';
import type { Fact } from './facts/facts.ts';

/** The ledger's approvals. Throws RetryableFault where the ledger gives no answer. */
export type ApprovalBook = {
  /** Those of one key, newest first; unknown where the ledger holds what cannot be read. */
  readonly of: (keyArn: string) => Promise<Fact<readonly Approval[]>>;
  /** Those of every key, newest first. */
  readonly all: () => Promise<Fact<readonly Approval[]>>;
  /** Adding the same id again changes nothing. */
  readonly add: (approval: Approval) => Promise<void>;
  readonly revoke: (input: { keyArn: string } & Revoking) => Promise<'revoked' | 'already' | 'not-found'>;
  /**
   * Takes an approval for one event: it permits one deletion. The event that took it is answered yes again; an approval that
   * was revoked or taken by another event meanwhile is not to be had.
   */
  readonly use: (input: { keyArn: string } & Using) => Promise<boolean>;
};

/** How many approvals of a key are kept; those that are over go first. The ledger's entries remember each that was used. */
const kept = 50;

/** A key's approvals with one more, newest first. */
export const withApproval = (approvals: readonly Approval[], added: Approval): readonly Approval[] => {
  if (approvals.some(({ id }) => id === added.id)) return approvals;
  const all = [added, ...approvals];
  if (all.length <= kept) return all;
  const over = all.findLast(({ revoked, used }) => revoked !== null || used !== null) ?? all.at(-1);
  return all.filter((approval) => approval !== over);
};

export type Revoking = { readonly id: string; readonly by: string; readonly at: string };

/** Null: there is no such approval. The list itself: it is revoked already. */
export const withRevoked = (approvals: readonly Approval[], { id, by, at }: Revoking): readonly Approval[] | null => {
  const found = approvals.find((approval) => approval.id === id);
  if (found === undefined) return null;
  if (found.revoked !== null) return approvals;
  return approvals.map((approval) => (approval === found ? { ...approval, revoked: { at, by } } : approval));
};

export type Using = { readonly id: string } & NonNullable<Approval['used']>;

/** Null: it is not to be had. The list itself: this event has it already. */
export const withUse = (approvals: readonly Approval[], { id, ...used }: Using): readonly Approval[] | null => {
  const found = approvals.find((approval) => approval.id === id);
  if (found === undefined || found.revoked !== null) return null;
  if (found.used !== null) return found.used.eventID === used.eventID ? approvals : null;
  return approvals.map((approval) => (approval === found ? { ...approval, used } : approval));
};
