import { act } from './act.ts';
import type { Call } from './calls/call.ts';
import type { Outcome } from './decision.ts';
import { showsEffect } from './facts/effect.ts';
import type { Facts } from './facts/facts.ts';
import { orUnknown } from './facts/or-unknown.ts';
import type { Intent } from './ledger/entries.ts';
import type { Pipeline } from './pipeline.ts';
import { type KeyReader, RetryableFault } from './ports.ts';
import { planRestore } from './remedies/restore-key-state.ts';
import { knownRoles } from './responder.ts';
import { tellCall } from './tell-call.ts';

/** From this attempt on, a fact that AWS gives no answer about is unknown: a throttled look must not cost a key. */
export const attemptThatSettles = 3;

export type Deciding = {
  readonly call: Call;
  readonly attempt: number;
  readonly intent: Intent;
  /** As it was judged. */
  readonly facts: Facts;
  /** What the last look at the key showed. */
  readonly gathered: Facts;
  /** An attempt before has begun to act, and did not come to its end. */
  readonly begun: boolean;
};

/**
 * Carries the decision out. A remedy that several attempts could not make is told before it is made: a message that is set
 * aside in the end names no key to people. Whatever comes of it then is told besides.
 */
export const carryOut = async (pipeline: Pipeline, deciding: Deciding): Promise<readonly Outcome[]> => {
  const { call, attempt, intent, facts, gathered, begun } = deciding;
  const { decision, withdrawn } = intent;
  if (withdrawn !== undefined) return [withdrawn];
  const { ports, config, policyParts } = pipeline;
  const input = { decision, call, facts, config, guardRoles: knownRoles(pipeline.ownRoles, call.account), policyParts };
  if (attempt < attemptThatSettles) return act(ports, { ...input, attempt });
  // This attempt may die as the ones before it did.
  if (begun && stillStands(call, gathered)) await tellLate(pipeline, deciding, 'no attempt came to its end');
  try {
    return await act({ ...ports, reader: settling(ports.reader) }, { ...input, attempt });
  } catch (error) {
    if (error instanceof RetryableFault) await tellLate(pipeline, deciding, error.message);
    throw error;
  }
};

/** Does the key show what is to be undone? One that was saved, and is to be Enabled again, is not done with either. */
export const stillStands = (call: Call, facts: Facts): boolean =>
  showsEffect(call, facts) ||
  (facts.metadata.known &&
    facts.metadata.value.keyState === 'Disabled' &&
    planRestore(facts.history, call.time).state === 'Enabled');

const tellLate = async (pipeline: Pipeline, { call, attempt, intent, facts }: Deciding, why: string): Promise<void> => {
  const { remedy } = intent.decision;
  if (remedy === null) return;
  const detail = `not done yet, the guard tries again (attempt ${attempt}): ${why}`;
  await tellCall(pipeline, { call, facts, intent, outcomes: [{ remedy, outcome: 'failed', detail }] });
};

/** No look stands in the way of a remedy any more. */
const settling = (reader: KeyReader): KeyReader => ({
  describe: (keyArn) => orUnknown(() => reader.describe(keyArn)),
  rotation: (keyArn) => orUnknown(() => reader.rotation(keyArn)),
  policy: (keyArn) => orUnknown(() => reader.policy(keyArn)),
  aliases: (keyArn) => orUnknown(() => reader.aliases(keyArn)),
  tags: (keyArn) => orUnknown(() => reader.tags(keyArn)),
  grants: (keyArn) => orUnknown(() => reader.grants(keyArn)),
  lastUse: (keyArn) => orUnknown(() => reader.lastUse(keyArn)),
  lastRotation: (keyArn) => orUnknown(() => reader.lastRotation(keyArn)),
});
