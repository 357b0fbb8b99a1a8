import { unknown } from '../../shared/facts/facts.ts';
import { RetryableFault, type WriteResult } from '../../shared/ports.ts';
import type { Sent } from '../../shared/delivery/ports.ts';

/** One call of a port: which, of which attempt at the message (from 1), and the how manieth of that attempt (from 1). */
export type PortCall = {
  readonly of: 'guard' | 'notifier' | 'sweep';
  readonly attempt: number;
  readonly at: number;
  readonly port: string;
  readonly name: string;
};

/** What happens at a call. A kill ends the whole Lambda; `lose-answer`: the work is done, and the answer never comes. */
export type Reaction =
  | 'go'
  | 'kill'
  | 'kill-after'
  | 'throttle'
  | 'lose-answer'
  | 'deny'
  | { readonly meanwhile: () => Promise<void> };

export type Intercept = (call: PortCall) => Reaction;

/** One run of a Lambda: once it is killed, nothing of it does anything any more. */
export type Invocation = { dead: boolean };

export class Killed extends Error {
  override readonly name = 'Killed';
}

export type Gate = {
  readonly invocation: Invocation;
  /** Called once a port call: numbers it and tells what is to happen. */
  readonly react: (port: string, name: string) => Reaction;
};

const die = (invocation: Invocation): never => {
  invocation.dead = true;
  throw new Killed('the Lambda was killed');
};

/** Every method of a port goes through the gate. */
export const gated = <Port extends object>(port: string, target: Port, gate: Gate): Port =>
  new Proxy(target, {
    get: (object, name, receiver) => {
      const value: unknown = Reflect.get(object, name, receiver);
      if (typeof value !== 'function') return value;
      return (...args: unknown[]) => through(gate, port, String(name), async () => value.apply(object, args));
    },
  });

export const through = async (
  gate: Gate,
  port: string,
  name: string,
  work: () => Promise<unknown>,
): Promise<unknown> => {
  const { invocation } = gate;
  if (invocation.dead) throw new Killed('nothing runs after the kill');
  const reaction = gate.react(port, name);
  if (typeof reaction !== 'string') {
    await reaction.meanwhile();
    return work();
  }
  switch (reaction) {
    case 'go':
      return work();
    case 'kill':
      return die(invocation);
    case 'kill-after':
      await work();
      return die(invocation);
    case 'throttle':
      return failing(port, 'no');
    case 'lose-answer':
      await work();
      return failing(port, 'now');
    case 'deny':
      return denied(port);
  }
};

/** A clock cannot fail, but a Lambda can die between two port calls: while it parses, judges or plans. */
export const gatedNow = (gate: Gate, now: () => number) => (): number => {
  if (gate.invocation.dead) throw new Killed('nothing runs after the kill');
  const reaction = gate.react('clock', 'now');
  return reaction === 'kill' || reaction === 'kill-after' ? die(gate.invocation) : now();
};

const senders: ReadonlySet<string> = new Set(['topics', 'bus']);

/** After the retries of the SDK: the guard's ports throw, those of the notifier's destinations answer. */
const failing = (port: string, unsure: 'no' | 'now'): unknown => {
  const detail = 'ThrottlingException';
  if (senders.has(port)) {
    return { ok: false, reason: 'retryable', detail, retryAfterInSeconds: null, unsure } satisfies Sent;
  }
  if (port === 'slack') return { ok: false, reason: 'retryable', detail };
  throw new RetryableFault(`${port}: ${detail}`);
};

const facts: ReadonlySet<string> = new Set(['reader', 'history', 'approvals', 'waivers', 'lister', 'trails', 'estate']);

const denied = (port: string): unknown => {
  const detail = `${port} is not permitted`;
  if (facts.has(port)) return unknown('access-denied', detail);
  if (port === 'writer') return { ok: false, reason: 'access-denied', detail } satisfies WriteResult;
  if (senders.has(port)) return { ok: false, reason: 'refused', detail } satisfies Sent;
  if (port === 'slack') return { ok: false, reason: 'refused', error: 'not_in_channel' };
  throw new RetryableFault(`AccessDeniedException: ${detail}`);
};
