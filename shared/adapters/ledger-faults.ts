import { RetryableFault } from '../ports.ts';

/** What DynamoDB throws, after the SDK's own retries, as a RetryableFault with its cause. */
export const faultsAreRetryable = async <T>(work: Promise<T>): Promise<T> => {
  try {
    return await work;
  } catch (error) {
    if (error instanceof RetryableFault) throw error;
    throw new RetryableFault('the ledger did not answer', { cause: error });
  }
};
