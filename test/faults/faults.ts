import { body, record } from '../support/records.ts';
import { oneThrough, revokedMeanwhile, scheduledTwice, throughOrSaved } from './approved-faults.ts';
import { approved } from './approved-paths.ts';
import { type House, keyOf } from './house.ts';
import { type Ending, when } from './invariants.ts';
import { invokeGuard } from './lambdas.ts';
import { deletion, type Path, policy } from './paths.ts';
import type { Intercept } from './port-calls.ts';
import { again, isSame, once } from './strikes.ts';
import type { TracedCall } from './trace.ts';

/** One kind of fault at one port call. `plan` is made anew for each run. */
export type Fault = {
  readonly id: string;
  readonly strikes: (call: TracedCall) => boolean;
  /** `variant` counts from 1 to `variants`. */
  readonly plan: (call: TracedCall, house: House, variant: number) => Intercept;
  readonly ending: Ending;
  /** @default 1 */
  readonly variants?: number;
  /** @default every path */
  readonly paths?: readonly Path[];
  /** What the key must be like, where it is not the path's own end. */
  readonly right?: (house: House) => readonly string[];
  /** It lasts: what is set aside then is put back when it is over, as `kms-guard redrive` does. */
  readonly lasts?: true;
};

const everyCall = (): boolean => true;
const isGuard = ({ of }: TracedCall): boolean => of === 'guard';
const isLambda = ({ port }: TracedCall): boolean => port === 'lambda';
const isClock = ({ port }: TracedCall): boolean => port === 'clock';
const answers = (call: TracedCall): boolean => !isLambda(call) && !isClock(call);
const ofKms: ReadonlySet<string> = new Set(['reader', 'writer', 'history']);
const isKms = ({ of, port }: TracedCall): boolean => of === 'guard' && ofKms.has(port);
const isLedger = ({ port }: TracedCall): boolean =>
  ['ledger', 'approvals', 'waivers', 'deliveries', 'storms', 'heartbeats'].includes(port);
const isQueue = ({ port }: TracedCall): boolean =>
  ['alerter', 'progress', 'deadLetters', 'outbox', 'schedules', 'pulse', 'setAside'].includes(port);
const isDestination = ({ port }: TracedCall): boolean => ['topics', 'bus', 'slack'].includes(port);

const ofGuard = (call: TracedCall): boolean => isGuard(call) && answers(call);

/** The same event, delivered to another Lambda at this very moment. */
const duplicate = (target: TracedCall, house: House): Intercept =>
  once({
    meanwhile: async () => {
      house.inbox.send(house.path.event);
      await invokeGuard(house, () => 'go');
    },
  })(target);

/** A late event about the same key is handled by another Lambda at this very moment: both write the key's items. */
const late = body(record({ eventName: 'EnableKey', eventID: 'late', eventTime: '2026-11-19T08:00:00Z' }));
const lateEvent = (target: TracedCall, house: House): Intercept =>
  once({
    meanwhile: async () => {
      house.inbox.send(late);
      await invokeGuard(house, () => 'go');
    },
  })(target);

/** Every call to the member account is denied from here on: AssumeRole is. */
const vanishing = (target: TracedCall): Intercept => {
  let gone = false;
  return (call) => {
    gone ||= call.of === target.of && call.at === target.at && call.attempt === 1;
    return gone && call.of === 'guard' && ofKms.has(call.port) ? 'deny' : 'go';
  };
};

/** Killed here, and the next Lambda runs on a host whose clock is ten minutes behind. */
const clockBack = (target: TracedCall, house: House): Intercept => {
  const kill = once('kill-after')(target);
  return (call) => {
    const reaction = kill(call);
    if (reaction !== 'go') house.skew.milliseconds = -600_000;
    return reaction;
  };
};

/** Killed here, and the next attempt at another call: all pairs. */
const killedTwice = (target: TracedCall, _: House, variant: number): Intercept => {
  const first = once('kill-after')(target);
  return (call) => (call.of === 'guard' && call.attempt === 2 && call.at === variant ? 'kill-after' : first(call));
};

/** Killed here; before the next attempt somebody disables the key that was just saved. That is theirs to choose. */
const disabledMeanwhile = (target: TracedCall, house: House): Intercept => {
  const kill = once('kill-after')(target);
  return (call) => {
    if (call.of === 'guard' && call.attempt === 2 && call.at === 1) disable(house);
    return kill(call);
  };
};

const disable = (house: House): void => {
  const key = keyOf(house);
  if (key.metadata.keyState !== 'Enabled') return;
  key.metadata = { ...key.metadata, keyState: 'Disabled' };
  const at = new Date(house.told.clock.time).toISOString();
  key.changes.unshift({ state: 'Disabled', at, actorArn: null, source: 'theirs' });
};

const staysDisabled = (house: House): readonly string[] => {
  const { changes, metadata } = keyOf(house);
  const wanted = changes[0]?.source === 'theirs' ? 'Disabled' : 'Enabled';
  return when(metadata.keyState !== wanted, `the key is ${metadata.keyState}, and should be ${wanted}`);
};

/** Down for an hour from the moment of this call. */
const downForAnHour = (target: TracedCall, house: House): Intercept => {
  let until: number | null = null;
  const matches = isSame(target);
  return (call) => {
    if (call.of === target.of && call.at === target.at) until ??= house.told.clock.time + 3_600_000;
    return until !== null && house.told.clock.time < until && matches(call) ? 'throttle' : 'go';
  };
};

export const faults: readonly Fault[] = [
  { id: 'Lambda killed before the call', strikes: everyCall, plan: once('kill'), ending: 'well' },
  { id: 'Lambda killed after the call', strikes: everyCall, plan: once('kill-after'), ending: 'well' },
  { id: 'Lambda killed there four times', strikes: everyCall, plan: again('kill-after', 4), ending: 'well' },
  { id: 'Lambda killed there every time', strikes: everyCall, plan: again('kill'), ending: 'well', lasts: true },
  {
    id: 'Lambda killed there, and its next attempt anywhere',
    strikes: isGuard,
    plan: killedTwice,
    ending: 'well',
    variants: 30,
    paths: [deletion, policy, approved],
  },
  { id: 'Lambda killed, next host 10 min behind', strikes: everyCall, plan: clockBack, ending: 'well' },
  {
    id: 'Lambda killed, then somebody disables the key',
    strikes: isGuard,
    plan: disabledMeanwhile,
    ending: 'well',
    paths: [deletion],
    right: staysDisabled,
  },
  { id: 'KMS, CloudTrail throttled once', strikes: isKms, plan: once('throttle'), ending: 'well' },
  { id: 'KMS, CloudTrail throttled for ever', strikes: isKms, plan: again('throttle'), ending: 'told', lasts: true },
  { id: 'KMS, CloudTrail: answer lost', strikes: isKms, plan: once('lose-answer'), ending: 'well' },
  { id: 'KMS, CloudTrail access denied', strikes: isKms, plan: again('deny'), ending: 'told' },
  { id: 'responder role vanishes', strikes: isKms, plan: vanishing, ending: 'told' },
  { id: 'DynamoDB conflict or throttling, once', strikes: isLedger, plan: once('throttle'), ending: 'well' },
  { id: 'DynamoDB conflict, four times', strikes: isLedger, plan: again('throttle', 4), ending: 'told' },
  { id: 'DynamoDB down for ever', strikes: isLedger, plan: again('throttle'), ending: 'told', lasts: true },
  { id: 'DynamoDB: answer lost', strikes: isLedger, plan: once('lose-answer'), ending: 'well' },
  { id: 'SQS, Scheduler down once', strikes: isQueue, plan: once('throttle'), ending: 'well' },
  { id: 'SQS, Scheduler: answer lost', strikes: isQueue, plan: once('lose-answer'), ending: 'well' },
  { id: 'SQS, Scheduler down for ever', strikes: isQueue, plan: again('throttle'), ending: 'well', lasts: true },
  { id: 'SNS, Slack, bus down for an hour', strikes: isDestination, plan: downForAnHour, ending: 'well' },
  { id: 'SNS, Slack, bus: answer lost', strikes: isDestination, plan: once('lose-answer'), ending: 'well' },
  { id: 'SNS, Slack, bus down for ever', strikes: isDestination, plan: again('throttle'), ending: 'well', lasts: true },
  {
    id: 'approval revoked at this moment',
    strikes: ofGuard,
    plan: revokedMeanwhile,
    ending: 'well',
    paths: [approved],
    right: throughOrSaved,
  },
  {
    id: 'a second deletion at this moment, one approval',
    strikes: ofGuard,
    plan: scheduledTwice,
    ending: 'well',
    paths: [approved],
    right: oneThrough,
  },
  { id: 'duplicate at this moment', strikes: answers, plan: duplicate, ending: 'well' },
  { id: 'late event of the key at this moment', strikes: answers, plan: lateEvent, ending: 'well' },
];
