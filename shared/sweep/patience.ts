import { type Fact, unknown } from '../facts/facts.ts';
import { type Clock, RetryableFault } from '../ports.ts';

/** Waits before another try, in milliseconds; the SDK has tried by itself before each. */
const waits = [1_000, 5_000];

/**
 * Asks again after a fault that may pass; what does not pass is an unknown fact, so that it never hides the rest. `isLast`: after
 * this try nobody waits any longer.
 */
export const patiently = async <T>(
  clock: Pick<Clock, 'sleep'>,
  ask: (isLast: boolean) => Promise<Fact<T>>,
): Promise<Fact<T>> => {
  for (let attempt = 0; ; attempt += 1) {
    const wait = waits[attempt];
    try {
      return await ask(wait === undefined);
    } catch (error) {
      if (!(error instanceof RetryableFault)) throw error;
      if (wait === undefined) return unknown('failed', faultText(error));
      await clock.sleep(wait);
    }
  }
};

const faultText = (error: RetryableFault): string =>
  error.cause instanceof Error
    ? `${error.message}: ${error.cause.name}: ${error.cause.message}`.slice(0, 300)
    : error.message;
