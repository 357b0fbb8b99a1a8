import type { StoredFinding } from '../ledger/finding-history.ts';
import type { Rule } from '../rules/define-rule.ts';
import { explain, plain } from '../rules/explain.ts';
import type { Settled } from './settle-finding.ts';
import {
  addNews,
  countFinding,
  type FindingCounts,
  noFindings,
  type RuleNews,
  type StandingFinding,
} from './settled-region.ts';
import type { SweepFinding } from './sweep-finding.ts';

/** Counts what a Region's settling comes to, and gives each finding the form that reports read. */
export type RegionTally = {
  /** A finding of this sweep: its words are new, its first day and its history the ledger's. */
  readonly seen: (found: SweepFinding, settled: Settled) => StandingFinding;
  /** One that this sweep did not see: resolved, or left as it is. */
  readonly kept: (settled: Settled) => StandingFinding;
  readonly counts: () => FindingCounts;
  readonly news: () => readonly RuleNews[];
};

export const regionTally = (ruleById: (id: string) => Rule | undefined): RegionTally => {
  let counts = noFindings;
  let news: readonly RuleNews[] = [];
  const take = (finding: StandingFinding, what: Settled['news']): StandingFinding => {
    counts = countFinding(counts, finding);
    if (what !== null) news = addNews(news, [newsOf(finding, what)]);
    return finding;
  };
  return {
    seen: (found, { stored, news: what }) => take({ ...found, ...fateOf(stored) }, what),
    kept: ({ stored, news: what }) => take(inWords(stored, ruleById(stored.rule)), what),
    counts: () => counts,
    news: () => news,
  };
};

const fateOf = ({ status, severity, firstSeen, resolvedAt, history }: StoredFinding) => ({
  status,
  severity,
  firstSeen,
  resolvedAt,
  history,
});

/** A finding that was seen another time, with the words of its rule. */
const inWords = (stored: StoredFinding, rule: Rule | undefined): StandingFinding => {
  const { id, rule: name, verdict, account, region, keyArn, message, data } = stored;
  return {
    id,
    rule: name,
    verdict,
    account,
    region,
    keyArn,
    data,
    aliases: [],
    message: explain(rule?.messages ?? {}, message, data),
    messageId: message,
    controls: rule?.controls ?? [],
    remediation: rule?.remediation ?? '',
    waivedUntil: null,
    ...fateOf(stored),
  };
};

const newsOf = (finding: StandingFinding, what: 'opened' | 'reopened' | 'resolved'): RuleNews => {
  const { rule, id, account, region, keyArn, severity, message, aliases, verdict } = finding;
  const none = { rule, opened: 0, reopened: 0, resolved: 0, severity: null, worst: [] };
  if (what === 'resolved') return { ...none, resolved: 1 };
  // What nobody could decide is counted, and told in the report: an account that closes its doors opens thousands of them.
  if (verdict === 'undetermined') return none;
  const alias = aliases[0] ?? null;
  const told = { id, account, region, keyArn, severity, message: plain(message, 300), alias };
  return { ...none, [what]: 1, severity, worst: [told] };
};
