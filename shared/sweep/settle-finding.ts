import type { FindingBook, FindingPlace } from '../finding-book.ts';
import type { Finding } from '../ledger/entries.ts';
import { openedAt, resolved, seen, type StoredFinding } from '../ledger/finding-history.ts';
import type { SweepFinding } from './sweep-finding.ts';

/** What stands in the ledger is written again after so many days, though nothing but a number in its words changed. */
const rewrittenAfter = 7 * 86_400_000;

export type Settled = {
  readonly stored: StoredFinding;
  /** Whether this very look opened it: the same again when the look is settled a second time, after a crash. */
  readonly news: 'opened' | 'reopened' | 'resolved' | null;
};

/** The ledger's form of a finding: as the event path writes it, with the same id. */
export const asLedger = (finding: SweepFinding): Finding => {
  const { id, rule, verdict, severity, account, region, keyArn, messageId, data, firstSeen, waivedUntil } = finding;
  const status = waivedUntil === null ? 'open' : 'waived';
  return { id, rule, verdict, severity, account, region, keyArn, message: messageId, data, status, at: firstSeen };
};

/** A finding of this look: opens it, opens it again, or leaves it. `known` is what the ledger had when the look was settled. */
export const settleSeen = async (
  book: Pick<FindingBook, 'change'>,
  found: SweepFinding,
  known: StoredFinding | null,
): Promise<Settled> => {
  const finding = asLedger(found);
  const stored =
    known !== null && isKnown(known, finding)
      ? known
      : await book.change(finding, (before) => (isNews(before, finding) ? seen(before, finding) : null));
  // `change` gives null only where nothing stands and nothing was written, and then `isNews` held.
  return stored === null
    ? { stored: seen(null, finding), news: 'opened' }
    : { stored, news: openedAt(stored, finding.at) };
};

/** An approved deletion stays approved, and what an event resolved after the look is not opened again by it. */
const isNews = (before: StoredFinding | null, { at }: Finding): boolean =>
  before === null || (before.status !== 'approved' && !(before.resolvedAt !== null && before.resolvedAt >= at));

const isKnown = (known: StoredFinding, finding: Finding): boolean =>
  !isNews(known, finding) ||
  (known.status === finding.status &&
    known.severity === finding.severity &&
    known.message === finding.message &&
    (known.verdict === finding.verdict || finding.verdict === 'undetermined') &&
    Date.parse(finding.at) - Date.parse(known.lastSeen) < rewrittenAfter);

/** Without a reason: a look at `at`, ISO 8601, found nothing to flag, or no key any more. */
export type FindingEnd = { readonly at: string; readonly why?: 'switched-off' };

/** Resolved, unless somebody saw it later than `at`. */
export const settleGone = async (
  book: Pick<FindingBook, 'change'>,
  place: FindingPlace,
  { at, why }: FindingEnd,
): Promise<Settled | null> => {
  const stored = await book.change(place, (before) => {
    if (before === null || before.lastSeen > at) return null;
    const after = resolved(before, at, ['open', 'waived', 'approved']);
    if (after === null || why === undefined) return after;
    return { ...after, history: [...after.history.slice(0, -1), { at, status: 'resolved', why }] };
  });
  return stored === null ? null : { stored, news: stored.resolvedAt === at ? 'resolved' : null };
};
