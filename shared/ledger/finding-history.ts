import type { Finding } from './entries.ts';

/**
 * One change of a finding's status. `at` is ISO 8601. `switched-off`: nobody looked, for its rule is asked no more. `decided`:
 * what was open as a doubt is a violation.
 */
export type StatusChange = {
  readonly at: string;
  readonly status: Finding['status'];
  readonly why?: 'switched-off' | 'decided';
};

/** A finding as the ledger keeps it: the latest look at it, and what became of it over time. */
export type StoredFinding = Finding & {
  readonly firstSeen: string;
  readonly lastSeen: string;
  /** Null unless it is resolved. */
  readonly resolvedAt: string | null;
  /** Oldest first. A second `open` is one that came back. */
  readonly history: readonly StatusChange[];
};

/** How many changes are kept: the first one and the latest. */
const keptChanges = 50;

/** An event or a sweep has seen it: it opens once, keeps its id and first day, and opens again where it was resolved. */
export const seen = (before: StoredFinding | null, finding: Finding): StoredFinding => {
  const { at, status } = finding;
  const lastSeen = before !== null && before.lastSeen > at ? before.lastSeen : at;
  return {
    ...latest(before, finding),
    status,
    firstSeen: before?.firstSeen ?? at,
    lastSeen,
    resolvedAt: status === 'resolved' ? at : null,
    history: trimmed([...(before?.history ?? []), ...changesTo(before, finding)]),
  };
};

/** Seen to be gone. Null where there is nothing to resolve. */
export const resolved = (
  before: StoredFinding | null,
  at: string,
  from: readonly Finding['status'][] = ['open'],
): StoredFinding | null =>
  before === null || !from.includes(before.status)
    ? null
    : {
        ...before,
        status: 'resolved',
        resolvedAt: at,
        history: trimmed([...before.history, { at, status: 'resolved' }]),
      };

/** Doubt never takes the place of a violation that is known: it stays until somebody looks and finds it gone. */
const latest = (before: StoredFinding | null, finding: Finding): Finding =>
  before !== null &&
  before.status !== 'resolved' &&
  before.verdict === 'violation' &&
  finding.verdict === 'undetermined'
    ? { ...before, at: finding.at }
    : finding;

/** What was undone at once was open before. */
const changesTo = (before: StoredFinding | null, { at, status, verdict }: Finding): readonly StatusChange[] => {
  // Nobody is told of a doubt as of a violation: that it became one is news.
  const isDecided = status === 'open' && before?.verdict === 'undetermined' && verdict === 'violation';
  if (before?.status === status && isDecided) return [{ at, status, why: 'decided' }];
  if (status !== 'resolved') return before?.status === status ? [] : [{ at, status }];
  const opened: readonly StatusChange[] = before?.status === 'open' ? [] : [{ at, status: 'open' }];
  return [...opened, { at, status }];
};

const trimmed = (history: readonly StatusChange[]): readonly StatusChange[] =>
  history.length <= keptChanges ? history : [...history.slice(0, 1), ...history.slice(1 - keptChanges)];

/** What became of it since then, ISO 8601: its last change, be it of a look or of an event. */
export const changedSince = (stored: StoredFinding, since: string): 'opened' | 'reopened' | 'resolved' | null => {
  const last = stored.history.at(-1);
  if (last === undefined || last.at < since) return null;
  return last.status === 'resolved' ? 'resolved' : openedAt(stored, last.at);
};

/** Did it open at this moment, for the first time or again? */
export const openedAt = ({ history }: StoredFinding, at: string): 'opened' | 'reopened' | null => {
  const last = history.at(-1);
  if (last?.status !== 'open' || last.at !== at) return null;
  if (last.why === 'decided') return 'opened';
  return history.some((change) => change !== last && change.status === 'open') ? 'reopened' : 'opened';
};
