import type { FindingBook } from '../finding-book.ts';
import type { LedgerEntry } from '../ledger/entries.ts';
import { findingId } from '../ledger/finding-id.ts';
import { seen, type StoredFinding } from '../ledger/finding-history.ts';
import { deletionRules } from '../rules/guards/deletion.ts';

/** What an approval answers is no longer open in the ledger, so that neither sweep nor report raises it again. */
export const markApproved = async (
  findings: Pick<FindingBook, 'change'>,
  { call, verdicts }: LedgerEntry,
  at: string,
): Promise<void> => {
  const approvable = deletionRules.filter((rule) => rule.approvable === true).map(({ id }) => id);
  const flagged = verdicts.filter(({ rule, verdict }) => verdict === 'violation' && approvable.includes(rule));
  for (const { rule } of flagged) {
    const { account, region } = call;
    await findings.change({ account, region, id: findingId(rule, call) }, (before) => approved(before, at));
  }
};

const approved = (before: StoredFinding | null, at: string): StoredFinding | null =>
  before?.status === 'open' ? seen(before, { ...before, status: 'approved', severity: 'info', at }) : null;
