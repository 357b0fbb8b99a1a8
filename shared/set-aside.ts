import type { Call } from './calls/call.ts';
import { attemptThatSettles } from './carry-out.ts';
import type { Handled, Pipeline } from './pipeline.ts';
import { RetryableFault } from './ports.ts';
import { plain } from './rules/explain.ts';

type Work = { readonly body: string; readonly call: Call; readonly attempt: number };

const excerptLength = 1_000;

/**
 * A bug comes again at every attempt, and an alarm about dead letters names no key: from the third attempt on the call is told,
 * and set aside. Its claim is left to its lease, so that a redrive after the bug was mended takes it up.
 */
export const orSetAside = async (
  { guard, ports }: Pipeline,
  { body, call, attempt }: Work,
  handle: () => Promise<Handled>,
): Promise<Handled> => {
  try {
    return await handle();
  } catch (error) {
    if (error instanceof RetryableFault || attempt < attemptThatSettles) throw error;
    const { eventName, eventID, keyArn } = call;
    ports.log.error(`handling event ${eventID} crashed`, error);
    const why = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    const reason = `${eventName} of ${keyArn ?? 'a key that is not named'}: handling it crashed: ${plain(why)}`;
    await ports.deadLetters.send(body, reason);
    await ports.alerter.send({ kind: 'unreadable', eventID, guard, reason, excerpt: body.slice(0, excerptLength) });
    return { handled: 'unreadable', reason };
  }
};
