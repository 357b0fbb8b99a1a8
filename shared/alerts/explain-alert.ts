import type { StoredVerdict } from '../ledger/entries.ts';
import type { Rule } from '../rules/define-rule.ts';
import { explain, explainReasons } from '../rules/explain.ts';
import type { KeyAlert } from './alert.ts';

/** A verdict with its words. */
export type ExplainedVerdict = StoredVerdict & { readonly text: string; readonly reasonTexts: readonly string[] };

export type RuleById = (id: string) => Rule | undefined;

export type ExplainedAlert = {
  /** Violations and undetermined verdicts only. */
  readonly findings: readonly ExplainedVerdict[];
  /** What a person should do, each thing once. */
  readonly remediation: readonly string[];
};

/** The words for what a key alert flags; a rule that is no longer known still shows by its id. */
export const explainAlert = (alert: KeyAlert, ruleById: RuleById): ExplainedAlert => {
  const flagged = alert.verdicts.filter(({ verdict }) => verdict === 'violation' || verdict === 'undetermined');
  const remediation = flagged.flatMap((verdict) =>
    isApproved(verdict, alert)
      ? approvedRemediation
      : isUndone(verdict, alert)
        ? `${verdict.rule}: undone. Ask whoever made the call whether it was meant; see docs/rules/${verdict.rule}.md`
        : (ruleById(verdict.rule)?.remediation ?? []),
  );
  return {
    findings: flagged.map((verdict) => explained(verdict, ruleById(verdict.rule))),
    remediation: [...new Set(remediation)],
  };
};

const approvedRemediation =
  'Nothing, if this is the deletion that was approved; else cancel it (CancelKeyDeletion) and enable the key again.';

/** Flagged, and not among what the decision lets stand: a second person allowed it. */
const isApproved = ({ rule, verdict }: StoredVerdict, { decision: { reasons } }: KeyAlert): boolean =>
  verdict === 'violation' &&
  reasons.some(({ id }) => id === 'approved') &&
  !reasons.some((reason) => reason.id === 'violation' && reason.rule === rule);

/** A policy that was put back takes every finding about the other one with it. */
const isUndone = ({ rule, remedy }: StoredVerdict, { decision, outcomes }: KeyAlert): boolean =>
  decision.remedy !== null &&
  (remedy === decision.remedy || (decision.remedy === 'restoreKeyPolicy' && rule.startsWith('policy-'))) &&
  outcomes.every(({ outcome }) => outcome === 'done' || outcome === 'already-so');

const explained = (verdict: StoredVerdict, rule: Rule | undefined): ExplainedVerdict => {
  const messages = rule?.messages ?? {};
  const { message, data } = verdict;
  return { ...verdict, text: explain(messages, message ?? '', data), reasonTexts: explainReasons(messages, data) };
};
