import type { Call } from '../calls/call.ts';
import type { Decision, Outcome } from '../decision.ts';
import type { Finding, Intent, LedgerEntry, StoredVerdict } from './entries.ts';
import { findingId } from './finding-id.ts';

type EntryInput = {
  readonly guard: string;
  readonly call: Call;
  readonly intent: Intent;
  readonly outcomes: readonly Outcome[];
  readonly now: number;
};

/** Everything about one handled event as one explainable entry. */
export const ledgerEntry = ({ guard, call, intent, outcomes, now }: EntryInput): LedgerEntry => {
  const at = new Date(now).toISOString();
  const { eventName, eventTime, account, region, keyArn, keyId, actor, failure } = call;
  const { verdicts, decision } = intent;
  return {
    guard,
    eventID: call.eventID,
    ...(call.broughtBy === null ? {} : { broughtBy: call.broughtBy }),
    at,
    call: { eventName, eventTime, account, region, keyArn, keyId, actor, failure },
    verdicts,
    decision,
    outcomes,
    // A call of the guard itself raises nothing, whatever a rule says of it.
    findings: isOwn(decision)
      ? []
      : verdicts.flatMap((verdict) => findingOf(verdict, { call, decision, outcomes, at })),
    // What the sweep that brought a call holds open, it closes: else the same finding would come back every night.
    resolved:
      call.broughtBy === null
        ? verdicts.flatMap((verdict) => (verdict.verdict === 'compliant' ? [findingId(verdict.rule, call)] : []))
        : [],
  };
};

const isOwn = (decision: Decision): boolean => decision.reasons.some(({ id }) => id === 'own-actor');

type Context = {
  readonly call: Call;
  readonly decision: Decision;
  readonly outcomes: readonly Outcome[];
  readonly at: string;
};

const findingOf = (verdict: StoredVerdict, { call, decision, outcomes, at }: Context): readonly Finding[] => {
  if (verdict.verdict !== 'violation' && verdict.verdict !== 'undetermined') return [];
  const { rule, severity, data } = verdict;
  const { account, region, keyArn } = call;
  const waived = decision.reasons.some((reason) => reason.id === 'waived' && reason.rule === rule);
  const approved = isApproved(verdict, decision);
  const status = waived
    ? 'waived'
    : approved
      ? 'approved'
      : isRemedied(verdict, decision, outcomes)
        ? 'resolved'
        : 'open';
  const id = findingId(rule, call);
  return [
    {
      id,
      rule,
      verdict: verdict.verdict,
      severity: approved ? 'info' : severity,
      account,
      region,
      keyArn,
      message: verdict.message ?? '',
      data,
      status,
      at,
    },
  ];
};

/** The decision names what stands, and an approved deletion's own violations are not among it. */
const isApproved = ({ rule, verdict }: StoredVerdict, { reasons }: Decision): boolean =>
  verdict === 'violation' &&
  reasons.some(({ id }) => id === 'approved') &&
  !reasons.some((reason) => reason.id === 'violation' && reason.rule === rule);

/** The remedy belongs to the first violation that the decision names with one; see `decide.ts`. */
const isRemedied = (verdict: StoredVerdict, decision: Decision, outcomes: readonly Outcome[]): boolean =>
  verdict.remedy !== null &&
  verdict.remedy === decision.remedy &&
  outcomes.some(
    ({ remedy, outcome }) => remedy === decision.remedy && (outcome === 'done' || outcome === 'already-so'),
  );
