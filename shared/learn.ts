import type { Call, ManagementOperation } from './calls/call.ts';
import type { Outcome } from './decision.ts';
import type { Facts } from './facts/facts.ts';
import { restorableVersion } from './judged-policy.ts';
import type { Intent } from './ledger/entries.ts';
import { observationOf } from './ledger/observe.ts';
import { isOwnActor } from './own-actor.ts';
import type { Pipeline } from './pipeline.ts';
import { samePolicy } from './policy-text.ts';

export type HandledCall = {
  readonly call: Call;
  readonly facts: Facts;
  /** When the facts were gathered, in milliseconds since the epoch. */
  readonly lookedAt: number;
  readonly intent: Intent;
  readonly outcomes: readonly Outcome[];
};

/** What the call itself teaches the ledger, whatever is made of it: the state and rotation that remedies bring back. */
export const learnCall = async ({ ports, ownRoles }: Pipeline, call: Call): Promise<void> => {
  const observation = observationOf(call, isOwnActor(call.actor, ownRoles));
  if (observation !== null) await ports.ledger.learn(observation);
};

/** What the facts of a handled call teach the ledger: the rotation and policy that remedies bring back. */
export const learn = async (pipeline: Pipeline, handled: HandledCall): Promise<void> => {
  const { ledger, clock } = pipeline.ports;
  const { facts } = handled;
  if (facts.rotation.known && facts.rotation.value.enabled) {
    const { of, periodInDays } = facts.rotation.value;
    const at = new Date(clock.now()).toISOString();
    await ledger.learn({ kind: 'rotation', keyArn: of, enabled: true, periodInDays, at, source: 'describe' });
  }
  await learnPolicies(pipeline, handled);
};

/** Calls after which a key has another policy; only then is the policy judged as a change, and learned. */
const policyCalls: readonly ManagementOperation[] = ['PutKeyPolicy', 'CreateKey', 'ReplicateKey'];

/** The judged policy, then the one that was put back in its place: the newest is the one in force. */
const learnPolicies = async (pipeline: Pipeline, handled: HandledCall): Promise<void> => {
  const { ledger, clock } = pipeline.ports;
  const { call, facts, lookedAt, outcomes } = handled;
  const { keyArn, policy } = facts;
  if (!policy.known || !isPolicyJudged(pipeline, handled)) return;
  const source = call.eventID;
  const version = { policy: policy.value, at: new Date(lookedAt).toISOString(), source, good: isGood(handled.intent) };
  await ledger.learnPolicy({ keyArn, version });
  const target = restorableVersion(facts);
  const restored = outcomes.some(
    ({ remedy, outcome }) => remedy === 'restoreKeyPolicy' && (outcome === 'done' || outcome === 'already-so'),
  );
  if (target === null || !restored) return;
  const at = new Date(clock.now()).toISOString();
  await ledger.learnPolicy({ keyArn, version: { policy: target.policy, at, source, good: true } });
};

/**
 * Did the rules judge this very policy? An attempt changed nothing. After the guard's own call somebody else's policy may be
 * in force already: that one must still be news when its own event comes.
 */
const isPolicyJudged = (pipeline: Pipeline, { call, facts, intent }: HandledCall): boolean => {
  if (!policyCalls.some((name) => name === call.operation) || call.failure !== null || call.dryRun) return false;
  if (isOwnActor(call.actor, pipeline.ownRoles)) {
    const put = call.operation === 'PutKeyPolicy' ? call.policy : null;
    return put !== null && facts.policy.known && samePolicy(put, facts.policy.value);
  }
  const ofPolicies = pipeline.rules.filter((rule) => rule.sweep && isPolicyRule(rule.id)).map(({ id }) => id);
  return intent.verdicts.some(({ rule, verdict }) => ofPolicies.includes(rule) && verdict !== 'notApplicable');
};

const isPolicyRule = (id: string): boolean => id.startsWith('policy-');

/**
 * A policy to go back to: no rule is in doubt about it, none would have it undone, and somebody can manage the key. Hygiene
 * and access of long standing do not count: else a key that has them could not be saved from worse.
 */
const isGood = ({ verdicts }: Intent): boolean => {
  const own = verdicts.filter(({ rule }) => isPolicyRule(rule));
  const bad = own.some(
    ({ rule, verdict, remedy }) =>
      verdict === 'undetermined' ||
      (verdict === 'violation' && (remedy === 'restoreKeyPolicy' || rule === 'policy-unmanageable')),
  );
  return !bad && own.some(({ verdict }) => verdict === 'compliant');
};
