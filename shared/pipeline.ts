import { act } from './act.ts';
import { keyAlert } from './alerts/key-alert.ts';
import type { Call } from './calls/call.ts';
import { parseBody } from './calls/parse-body.ts';
import { applyBreaker } from './decide.ts';
import type { Outcome } from './decision.ts';
import { evaluate, type GuardSettings } from './evaluate.ts';
import { showsEffect } from './facts/effect.ts';
import type { Facts } from './facts/facts.ts';
import { gatherFacts } from './facts/gather.ts';
import { needsOf, rulesFor, stored } from './judge.ts';
import type { Intent } from './ledger/entries.ts';
import { ledgerEntry } from './ledger/ledger-entry.ts';
import { observationOf } from './ledger/observe.ts';
import { isOwnActor } from './own-actor.ts';
import { type GuardPorts, RetryableFault } from './ports.ts';
import { handleUnreadable } from './unreadable.ts';

export type Pipeline = GuardSettings & {
  readonly guard: string;
  /** Longer than one attempt can take, so that only a crashed attempt is retaken. */
  readonly leaseInSeconds: number;
  readonly ports: GuardPorts;
};

/** What became of one body. */
export type Handled =
  | { readonly handled: 'unreadable'; readonly reason: string }
  | { readonly handled: 'duplicate' }
  | { readonly handled: 'judged'; readonly intent: Intent; readonly outcomes: readonly Outcome[] };

/**
 * One call through the house: parse, claim, gather, judge, decide, act, alert, record.
 * @throws RetryableFault when another attempt may succeed: the message then returns to its queue.
 */
export const handleBody = async (pipeline: Pipeline, body: string): Promise<Handled> => {
  const parsed = parseBody(body);
  if (parsed.unreadable) {
    await handleUnreadable(pipeline, { body, unreadable: parsed });
    return { handled: 'unreadable', reason: parsed.reason };
  }
  const { guard, leaseInSeconds, ports } = pipeline;
  const { call } = parsed;
  const claim = await ports.ledger.claim({
    guard,
    eventID: call.eventID,
    now: ports.clock.now(),
    leaseInSeconds,
  });
  switch (claim.claim) {
    case 'duplicate':
      return { handled: 'duplicate' };
    case 'busy':
      throw new RetryableFault(`event ${call.eventID} is being handled by another attempt`);
    case 'claimed':
      return handleCall(pipeline, { call, attempt: claim.attempt, saved: claim.intent });
  }
};

type Attempt = { readonly call: Call; readonly attempt: number; readonly saved: Intent | null };

const handleCall = async (pipeline: Pipeline, { call, attempt, saved }: Attempt): Promise<Handled> => {
  const { ports, config } = pipeline;
  const facts = await gather(pipeline, call);
  // A crashed attempt may have changed the key already: judging it again would find nothing to do, and tell nobody.
  const intent = saved ?? (await resolve(pipeline, { call, facts }));
  const outcomes = await act(ports, { decision: intent.decision, call, facts, config, attempt });
  if (intent.decision.action !== 'ignore') {
    const [after, aliases] = await Promise.all([look(pipeline, { call, outcomes }), aliasesOf(pipeline, facts)]);
    await ports.alerter.send(keyAlert({ call, facts: { ...facts, aliases }, intent, outcomes, after }));
  }
  await learn(pipeline, call, facts);
  await ports.ledger.settle(ledgerEntry({ guard: pipeline.guard, call, intent, outcomes, now: ports.clock.now() }));
  report(pipeline, { call, intent, outcomes });
  return { handled: 'judged', intent, outcomes };
};

/** A call this young may not show in the facts yet: then they are gathered again, after so many milliseconds each time. */
const youngInMilliseconds = 120_000;
const looks = [1_000, 2_000, 4_000] as const;

const gather = async (pipeline: Pipeline, call: Call): Promise<Facts> => {
  const { keyArn, account, region } = call;
  const needs = needsOf(rulesFor(pipeline.rules, call, pipeline.config));
  const look = () => gatherFacts({ keyArn, account, region, needs, ...pipeline.ports });
  const { clock } = pipeline.ports;
  let facts = await look();
  for (const wait of looks) {
    if (showsEffect(call, facts) || clock.now() - call.time > youngInMilliseconds) return facts;
    await clock.sleep(wait);
    facts = await look();
  }
  return facts;
};

/** Judges, decides, asks the breaker, and writes the intent down before anything is changed. */
const resolve = async (
  pipeline: Pipeline,
  { call, facts }: { readonly call: Call; readonly facts: Facts },
): Promise<Intent> => {
  const { guard, ports, config } = pipeline;
  const now = ports.clock.now();
  const evaluation = evaluate(pipeline, { call, facts, now });
  const verdicts = evaluation.verdicts.map(stored);
  if (evaluation.decision.remedy === null) return { verdicts, decision: evaluation.decision };
  const limitPerHour = config.safety.remediesPerHour;
  const slot = await ports.ledger.takeRemedySlot({ account: call.account, eventID: call.eventID, now, limitPerHour });
  if (!slot.granted && slot.first) {
    const at = new Date(now).toISOString();
    await ports.alerter.send({ kind: 'breaker', guard, account: call.account, limit: limitPerHour, at });
  }
  const intent = { verdicts, decision: applyBreaker(evaluation.decision, slot, limitPerHour) };
  await ports.ledger.saveIntent({ guard, eventID: call.eventID, intent });
  return intent;
};

/** After an attempted rescue the alert tells the real deletion date, if there still is one. */
const look = async (
  { ports }: Pipeline,
  { call, outcomes }: { readonly call: Call; readonly outcomes: readonly Outcome[] },
) => (call.keyArn !== null && outcomes.length > 0 ? ports.reader.describe(call.keyArn) : null);

/** People know a key by its alias: an alert names it even where no rule asked for it. */
const aliasesOf = async ({ ports }: Pipeline, { aliases, keyArn }: Facts): Promise<Facts['aliases']> =>
  aliases.known || aliases.reason !== 'not-fetched' ? aliases : ports.reader.aliases(keyArn);

const learn = async (pipeline: Pipeline, call: Call, facts: Facts): Promise<void> => {
  const { ledger } = pipeline.ports;
  const observation = observationOf(call, isOwnActor(call.actor, pipeline.ownRoles));
  if (observation !== null) await ledger.learn(observation);
  if (facts.rotation.known && facts.rotation.value.enabled) {
    const { of, periodInDays } = facts.rotation.value;
    const at = new Date(pipeline.ports.clock.now()).toISOString();
    await ledger.learn({ kind: 'rotation', keyArn: of, enabled: true, periodInDays, at, source: 'describe' });
  }
};

const report = (
  { guard, ports }: Pipeline,
  { call, intent, outcomes }: { readonly call: Call; readonly intent: Intent; readonly outcomes: readonly Outcome[] },
): void => {
  const { decision } = intent;
  ports.log.info('handled', { guard, eventID: call.eventID, eventName: call.eventName, decision, outcomes });
  ports.log.metric(`decision.${decision.action}`, 1, 'Count');
  for (const { remedy, outcome } of outcomes) ports.log.metric(`remedy.${remedy}.${outcome}`, 1, 'Count');
  ports.log.metric('eventToDecision', Math.max(0, ports.clock.now() - call.time), 'Milliseconds');
};
