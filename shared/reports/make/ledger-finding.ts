import type { StoredFinding } from '../../ledger/finding-history.ts';
import type { Rule } from '../../rules/define-rule.ts';
import { explain } from '../../rules/explain.ts';
import type { FindingChange, ReportFinding } from '../report-input.ts';

export type Known = {
  readonly rule: Rule | undefined;
  /** Of the key, as the last sweep saw them. */
  readonly aliases: readonly string[];
  /** The last day of the waiver that holds; null where none is found. */
  readonly waivedUntil: string | null;
};

/** A finding of the ledger as reports show it. What somebody approved stands as an exception, like what is waived. */
export const reportedFinding = (stored: StoredFinding, { rule, aliases, waivedUntil }: Known): ReportFinding => {
  const { id, verdict, severity, account, region, keyArn, message, data, firstSeen, resolvedAt, history } = stored;
  const status = stored.status === 'approved' ? 'waived' : stored.status;
  return {
    id,
    rule: stored.rule,
    verdict,
    severity,
    account,
    region,
    keyArn,
    aliases,
    message: explain(rule?.messages ?? {}, message, data),
    messageId: message,
    data,
    controls: rule?.controls ?? [],
    remediation: rule?.remediation ?? '',
    firstSeen,
    waivedUntil: status === 'waived' ? waivedUntil : null,
    status,
    resolvedAt,
    history: changesOf(history),
  };
};

const changesOf = (history: StoredFinding['history']): readonly FindingChange[] => {
  let opened = false;
  return history.map(({ at, status }) => {
    if (status === 'resolved') return { at, change: 'resolved' };
    if (status === 'waived' || status === 'approved') return { at, change: 'waived' };
    const change = opened ? 'reopened' : 'opened';
    opened = true;
    return { at, change };
  });
};
