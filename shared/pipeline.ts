import { isOver, isTold, withBringer } from './brought.ts';
import { workId } from './calls/brought.ts';
import type { Call } from './calls/call.ts';
import { parseBody } from './calls/parse-body.ts';
import { attemptThatSettles, carryOut } from './carry-out.ts';
import { applyBreaker } from './decide.ts';
import type { Outcome } from './decision.ts';
import { decideExempted } from './decide-exempted.ts';
import { type GuardSettings, judgeAll } from './evaluate.ts';
import { resolvedMove } from './delivery/resolved-move.ts';
import { showsEffect } from './facts/effect.ts';
import type { FactName, Facts } from './facts/facts.ts';
import { gatherFacts } from './facts/gather.ts';
import { needsToAct, rulesFor, stored } from './judge.ts';
import { parseHeartbeat } from './heartbeat.ts';
import { judgedPolicyOf, withJudgedPolicy } from './judged-policy.ts';
import { learn, learnCall } from './learn.ts';
import type { Intent } from './ledger/entries.ts';
import { ledgerEntry } from './ledger/ledger-entry.ts';
import { passHeartbeat } from './pass-heartbeat.ts';
import type { PolicyParts } from './policy-parts.ts';
import { type GuardPorts, RetryableFault } from './ports.ts';
import { budgetOf } from './remedies/remedy-budget.ts';
import { reconsider } from './reconsider.ts';
import { orSetAside } from './set-aside.ts';
import { tellCall } from './tell-call.ts';
import { handleUnreadable } from './unreadable.ts';

export type Pipeline = GuardSettings & {
  readonly guard: string;
  /** Null in a guard that judges no policies. */
  readonly policyParts: PolicyParts | null;
  /** Longer than one attempt can take, so that only a crashed attempt is retaken. */
  readonly leaseInSeconds: number;
  readonly ports: GuardPorts;
};

/** What became of one body. */
export type Handled =
  | { readonly handled: 'unreadable'; readonly reason: string }
  | { readonly handled: 'duplicate' }
  | { readonly handled: 'heartbeat' }
  | { readonly handled: 'judged'; readonly intent: Intent; readonly outcomes: readonly Outcome[] };

/**
 * One call through the house: parse, claim, gather, judge, decide, act, alert, record.
 * @throws RetryableFault when another attempt may succeed: the message then returns to its queue.
 */
export const handleBody = async (pipeline: Pipeline, body: string): Promise<Handled> => {
  const heartbeat = parseHeartbeat(body);
  if (heartbeat !== null) {
    await passHeartbeat(pipeline, heartbeat);
    return { handled: 'heartbeat' };
  }
  const parsed = parseBody(body);
  if (parsed.unreadable) {
    await handleUnreadable(pipeline, { body, unreadable: parsed });
    return { handled: 'unreadable', reason: parsed.reason };
  }
  const { guard, leaseInSeconds, ports } = pipeline;
  const { call } = parsed;
  const claim = await ports.ledger.claim({
    guard,
    eventID: workId(call.eventID, call.broughtBy),
    now: ports.clock.now(),
    leaseInSeconds,
  });
  switch (claim.claim) {
    case 'duplicate':
      return { handled: 'duplicate' };
    case 'busy':
      throw new RetryableFault(`event ${call.eventID} is being handled by another attempt`);
    case 'claimed':
      return orSetAside(pipeline, { body, call, attempt: claim.attempt }, () =>
        handleCall(pipeline, { call, attempt: claim.attempt, saved: claim.intent }),
      );
  }
};

type Attempt = { readonly call: Call; readonly attempt: number; readonly saved: Intent | null };

const handleCall = async (pipeline: Pipeline, { call, attempt, saved }: Attempt): Promise<Handled> => {
  const { ports, config } = pipeline;
  // First of all: a rescue of the same key, going on at this moment, may need it.
  await learnCall(pipeline, call);
  const gathered = await gather(pipeline, { call, attempt, saved });
  const now = ports.clock.now();
  // A crashed attempt may have changed the key already: judging it again would find nothing to do, and tell nobody.
  const intent =
    saved === null
      ? await resolve(pipeline, { call, facts: gathered, attempt })
      : await reconsider(pipeline, { call, facts: gathered, attempt, saved });
  const facts = intent.policy === undefined ? gathered : withJudgedPolicy(gathered, intent.policy);
  const outcomes = await carryOut(pipeline, { call, attempt, intent, facts, gathered, begun: saved !== null });
  if (isTold(intent.decision) || intent.withdrawn !== undefined)
    await tellCall(pipeline, { call, facts, intent, outcomes });
  // What was judged by an attempt before was in force then.
  const lookedAt = saved?.policy === undefined ? now : Date.parse(saved.decidedAt ?? call.eventTime);
  await learn(pipeline, { call, facts, lookedAt, intent, outcomes });
  const entry = ledgerEntry({ guard: pipeline.guard, call, intent, outcomes, now: ports.clock.now() });
  const move = resolvedMove(config.alerts, entry);
  if (move !== null) await ports.progress.moved(move);
  await ports.ledger.settle(entry);
  report(pipeline, { call, intent, outcomes });
  return { handled: 'judged', intent, outcomes };
};

/** A call this young may not show in the facts yet: then they are gathered again, after so many milliseconds each time. */
const youngInMilliseconds = 120_000;
const looks = [1_000, 2_000, 4_000] as const;

/** A saved decision stands, and what it changed shows no more: then one look is enough. */
const gather = async (pipeline: Pipeline, { call, attempt, saved }: Attempt): Promise<Facts> => {
  const { keyArn, account, region } = call;
  const asked = needsToAct(rulesFor(pipeline.rules, call, pipeline.config));
  // A policy is compared with the one before, whichever rule asked for it.
  const needs: ReadonlySet<FactName> = asked.has('policy') ? new Set([...asked, 'policyHistory']) : asked;
  const about = { keyArn, account, region, needs, eventID: call.eventID, ...pipeline.ports };
  const look = () => gatherFacts({ ...about, settleForUnknown: attempt >= attemptThatSettles });
  const { clock } = pipeline.ports;
  const isEnough = (facts: Facts): boolean =>
    saved !== null || showsEffect(call, facts) || clock.now() - call.time > youngInMilliseconds;
  let facts = await look();
  for (const wait of looks) {
    if (isEnough(facts)) return facts;
    await clock.sleep(wait);
    facts = await look();
  }
  // Saved by somebody already, or KMS is far behind: a key is not given up on the word of one moment.
  if (attempt === 1 && call.operation === 'ScheduleKeyDeletion' && !isEnough(facts)) {
    throw new RetryableFault(`KMS does not show yet what event ${call.eventID} did: another attempt looks again`);
  }
  return facts;
};

/** Judges, decides, asks the breaker, and writes the intent down before anything is changed. */
const resolve = async (
  pipeline: Pipeline,
  { call, facts, attempt }: { readonly call: Call; readonly facts: Facts; readonly attempt: number },
): Promise<Intent> => {
  const { guard, ports, config } = pipeline;
  const now = ports.clock.now();
  const decidedAt = new Date(now).toISOString();
  const ruled = isOver(call, facts) ? [] : judgeAll(pipeline, { call, facts, now });
  const settleForUnknown = attempt >= attemptThatSettles;
  const asked = { call, facts, verdicts: ruled, now, settleForUnknown };
  const decided = withBringer(call, await decideExempted(pipeline, asked));
  const verdicts = ruled.map(stored);
  if (decided.remedy === null) return { verdicts, decision: decided };
  const limitPerHour = config.safety.remediesPerHour;
  const { account } = call;
  const eventID = workId(call.eventID, call.broughtBy);
  const budget = budgetOf(decided.remedy);
  const slot = await ports.ledger.takeRemedySlot({ account, budget, eventID, now, limitPerHour });
  if (!slot.granted && slot.first) {
    await ports.alerter.send({ kind: 'breaker', guard, account, budget, limit: limitPerHour, at: decidedAt });
  }
  const decision = applyBreaker(decided, slot, limitPerHour);
  const judged = decision.remedy === 'restoreKeyPolicy' ? judgedPolicyOf(facts) : null;
  const intent: Intent = { verdicts, decision, decidedAt, ...(judged === null ? {} : { policy: judged }) };
  await ports.ledger.saveIntent({ guard, eventID, intent });
  return intent;
};

const report = (
  { guard, ports }: Pipeline,
  { call, intent, outcomes }: { readonly call: Call; readonly intent: Intent; readonly outcomes: readonly Outcome[] },
): void => {
  const { decision } = intent;
  ports.log.info('handled', { guard, eventID: call.eventID, eventName: call.eventName, decision, outcomes });
  const late = Math.max(0, ports.clock.now() - call.time);
  // What a sweep brought tells nothing of how fast events are.
  const isEvent = call.broughtBy === null;
  if (isEvent) ports.log.metric('eventToDecision', late);
  if (isEvent && outcomes.some(({ outcome }) => outcome === 'done')) ports.log.metric('eventToRemedy', late);
  const failed = outcomes.filter(({ outcome }) => outcome === 'failed').length;
  if (failed > 0) ports.log.metric('remedyFailed', failed);
};
