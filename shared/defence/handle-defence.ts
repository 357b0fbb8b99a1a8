import { type DefenceAlert, defenceAlert } from '../alerts/defence-alert.ts';
import { parseHeartbeat } from '../heartbeat.ts';
import type { LedgerEntry } from '../ledger/entries.ts';
import { passHeartbeat } from '../pass-heartbeat.ts';
import { type GuardPorts, RetryableFault } from '../ports.ts';
import { handleUnreadable } from '../unreadable.ts';
import { judgeDefence } from './judge-defence.ts';
import { type DefenceCall, parseDefenceBody } from './parse-defence.ts';

export type SelfGuard = {
  readonly guard: 'self-guard';
  /** What the guard's resources are called, see `judge-defence.ts`. */
  readonly names: readonly string[];
  /** Longer than one attempt can take, so that only a crashed attempt is retaken. */
  readonly leaseInSeconds: number;
  readonly ports: Pick<GuardPorts, 'alerter' | 'clock' | 'deadLetters' | 'ledger' | 'log' | 'pulse'> & {
    readonly setAside: SetAside;
  };
};

/** Messages in each dead-letter queue of the guard, by its name. @throws RetryableFault */
export type SetAside = { readonly count: () => Promise<Readonly<Record<string, number>>> };

/** What became of one body. */
export type HandledDefence =
  | { readonly handled: 'unreadable'; readonly reason: string }
  /** Nothing of the guard. */
  | { readonly handled: 'ignored' }
  | { readonly handled: 'duplicate' }
  | { readonly handled: 'heartbeat' }
  | { readonly handled: 'alerted'; readonly alert: DefenceAlert };

/**
 * One call that may disarm the guard: parse, judge, claim, alert, record. Nothing is undone: who deploys decides that.
 * @throws RetryableFault when another attempt may succeed: the message then returns to its queue.
 */
export const handleDefence = async (self: SelfGuard, body: string): Promise<HandledDefence> => {
  const { guard, leaseInSeconds, names, ports } = self;
  const heartbeat = parseHeartbeat(body);
  if (heartbeat !== null) {
    // First: where the dead letters cannot be counted, no heartbeat comes through, and that raises its alarm.
    await countDeadLetters(ports);
    await passHeartbeat(self, heartbeat);
    return { handled: 'heartbeat' };
  }
  const parsed = parseDefenceBody(body);
  if (parsed.unreadable) {
    await handleUnreadable(self, { body, unreadable: parsed });
    return { handled: 'unreadable', reason: parsed.reason };
  }
  const { call } = parsed;
  if (call === null) return { handled: 'ignored' };
  const verdict = judgeDefence(call, names);
  // Most calls are about other people's resources: they cost no write.
  if (!verdict.own) return { handled: 'ignored' };
  const { eventID } = call;
  const { claim } = await ports.ledger.claim({ guard, eventID, now: ports.clock.now(), leaseInSeconds });
  if (claim === 'duplicate') return { handled: 'duplicate' };
  if (claim === 'busy') throw new RetryableFault(`event ${eventID} is being handled by another attempt`);
  const alert = defenceAlert(call, verdict);
  await ports.alerter.send(alert);
  await ports.ledger.settle(entryOf(call, alert, new Date(ports.clock.now()).toISOString()));
  report(self, alert);
  return { handled: 'alerted', alert };
};

const countDeadLetters = async ({ setAside, log }: SelfGuard['ports']): Promise<void> => {
  const queues = await setAside.count();
  const all = Object.values(queues).reduce((sum, count) => sum + count, 0);
  if (all > 0) log.info('dead letters', { queues });
  log.metric('deadLetters', all);
};

const entryOf = (call: DefenceCall, { guard, severity }: DefenceAlert, at: string): LedgerEntry => {
  const { eventID, eventName, eventTime, account, region, actor, errorCode } = call;
  const failure = errorCode === null ? null : { errorCode, errorMessage: null };
  return {
    guard,
    eventID,
    at,
    call: { eventName, eventTime, account, region, keyArn: null, keyId: null, actor, failure },
    verdicts: [],
    decision: { action: 'alert', remedy: null, wouldRemedy: null, severity, reasons: [] },
    outcomes: [],
    findings: [],
    resolved: [],
  };
};

const report = (
  { guard, ports }: SelfGuard,
  { eventID, eventName, eventTime, resources, severity }: DefenceAlert,
): void => {
  ports.log.info('handled', { guard, eventID, eventName, resources, severity });
  ports.log.metric('eventToDecision', Math.max(0, ports.clock.now() - Date.parse(eventTime)));
};
