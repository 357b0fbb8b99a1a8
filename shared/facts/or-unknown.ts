import { RetryableFault } from '../ports.ts';
import { type Fact, unknown } from './facts.ts';

/** What gives no answer even after the retries of the SDK, as an unknown fact. */
export const orUnknown = async <T>(read: () => Promise<Fact<T>>): Promise<Fact<T>> => {
  try {
    return await read();
  } catch (error) {
    if (error instanceof RetryableFault) return unknown('failed', error.message);
    throw error;
  }
};
