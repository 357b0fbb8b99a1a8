import { deedOf } from './approvals.ts';
import { withBringer } from './brought.ts';
import { workId } from './calls/brought.ts';
import type { Call } from './calls/call.ts';
import { attemptThatSettles, stillStands } from './carry-out.ts';
import type { RuleVerdict } from './decision.ts';
import { decideExempted } from './decide-exempted.ts';
import { judgeAll } from './evaluate.ts';
import { showsEffect } from './facts/effect.ts';
import type { Facts } from './facts/facts.ts';
import { orUnknown } from './facts/or-unknown.ts';
import { rulesFor } from './judge.ts';
import type { Intent, StoredVerdict } from './ledger/entries.ts';
import type { Pipeline } from './pipeline.ts';
import { samePolicy } from './policy-text.ts';
import type { RemedyName } from './remedies/remedy-names.ts';
import type { Rule } from './rules/define-rule.ts';

/** A crashed attempt is taken up again within minutes; a redrive may come days later, when people have decided otherwise. */
const trustedForMilliseconds = 15 * 60_000;

type Saved = {
  readonly call: Call;
  /** As the key is now. */
  readonly facts: Facts;
  readonly attempt: number;
  readonly saved: Intent;
};

/**
 * A saved decision that is old is asked again before it is carried on with: exemptions, mode, and what the remedy stands on. What
 * would not be done any more is not done, and told all the same: an attempt before may have changed the key. Where nothing is
 * left to do, the saved decision stands, so that what was done is told.
 */
export const reconsider = async (pipeline: Pipeline, input: Saved): Promise<Intent> => {
  const { call, saved } = input;
  const { guard, ports } = pipeline;
  const { remedy, severity } = saved.decision;
  const now = ports.clock.now();
  if (remedy === null || isRecent(saved, now) || !isLeftToDo(remedy, input)) return saved;
  const fresh = await askAgain(pipeline, input, remedy);
  const why = fresh.remedy === remedy ? await newsAbout(pipeline, input, remedy) : 'asked again, it would not be done';
  if (why === null) return saved;
  const decided = saved.decidedAt ?? 'a time that is not known';
  const detail = `decided at ${decided}, too long ago to be done unasked: ${why}. An attempt before may have changed the key`;
  const intent: Intent = {
    ...saved,
    // Nothing is ignored that may have been begun.
    decision: { ...fresh, action: 'alert', remedy: null, wouldRemedy: fresh.wouldRemedy, severity },
    withdrawn: { remedy, outcome: 'refused', detail },
  };
  await ports.ledger.saveIntent({ guard, eventID: workId(call.eventID, call.broughtBy), intent });
  ports.log.info('withdrawn', { guard, eventID: call.eventID, remedy, why });
  return intent;
};

const isRecent = ({ decidedAt }: Intent, now: number): boolean =>
  decidedAt !== undefined && now - Date.parse(decidedAt) <= trustedForMilliseconds;

/** Does the key still show what the remedy undoes? Unknown counts as shown. */
const isLeftToDo = (remedy: RemedyName, { call, facts, saved }: Saved): boolean => {
  const { policy, rotation } = facts;
  switch (remedy) {
    case 'cancelKeyDeletion':
    case 'restoreKeyState':
      return stillStands(call, facts);
    case 'enableKeyRotation':
      return !rotation.known || !rotation.value.enabled;
    case 'restoreKeyPolicy':
      return !policy.known || saved.policy === undefined || samePolicy(policy.value, saved.policy.inForce);
    case 'revokeGrant':
      return showsEffect(call, facts);
  }
};

/** A deletion was judged when it could be: doubt that came since is no reason to let the key go. Anything else is judged anew. */
const askAgain = async (pipeline: Pipeline, { call, facts, attempt, saved }: Saved, remedy: RemedyName) => {
  const now = pipeline.ports.clock.now();
  const verdicts =
    remedy === 'cancelKeyDeletion'
      ? judgedBefore(rulesFor(pipeline.rules, call, pipeline.config), saved.verdicts)
      : judgeAll(pipeline, { call, facts, now });
  const settleForUnknown = attempt >= attemptThatSettles;
  return withBringer(call, await decideExempted(pipeline, { call, facts, verdicts, now, settleForUnknown }));
};

/** The verdicts as they were stored, of rules that are still in play. */
const judgedBefore = (rules: readonly Rule[], stored: readonly StoredVerdict[]): readonly RuleVerdict[] =>
  stored.flatMap(({ rule: id, verdict, severity, message, data, remedy }): readonly RuleVerdict[] => {
    const rule = rules.find((each) => each.id === id);
    if (rule === undefined) return [];
    switch (verdict) {
      case 'compliant':
      case 'notApplicable':
        return [{ rule, severity, verdict: { verdict } }];
      case 'undetermined':
        return [{ rule, severity, verdict: { verdict, message: message ?? '', data } }];
      case 'violation': {
        const unjustified = remedy === null ? { remedy } : {};
        return [{ rule, severity, verdict: { verdict, message: message ?? '', data, ...unjustified } }];
      }
    }
  });

/** What has happened since that another event answers for; null where nothing has. */
const newsAbout = async (pipeline: Pipeline, input: Saved, remedy: RemedyName): Promise<string | null> => {
  if (remedy === 'cancelKeyDeletion') return approvedSince(pipeline, input);
  if (remedy === 'restoreKeyPolicy') return putSince(input);
  return null;
};

/** The key was saved, and scheduled again with a second person's approval: that deletion is not the one decided on. */
const approvedSince = async ({ ports }: Pipeline, { call, facts }: Saved): Promise<string | null> => {
  const { metadata, keyArn } = facts;
  if (!metadata.known || metadata.value.deletionDate === null) return null;
  const { deletionDate } = metadata.value;
  const approvals = await orUnknown(() => ports.approvals.of(keyArn));
  const of = (approvals.known ? approvals.value : []).find(
    ({ used, revoked }) => revoked === null && used?.deletionDate === deletionDate && used.eventID !== deedOf(call),
  );
  return of === undefined ? null : `the deletion that is pending now was approved (${of.id})`;
};

/** Whoever puts a policy again that was undone wins, see ADR 5: then it is not this event's to undo. */
const putSince = ({ facts: { policyHistory }, saved: { decidedAt } }: Saved): string | null => {
  if (!policyHistory.known || decidedAt === undefined) return null;
  const since = policyHistory.value.versions.find(({ at }) => Date.parse(at) > Date.parse(decidedAt));
  return since === undefined ? null : `the policy was changed since (${since.at}), and put again`;
};
