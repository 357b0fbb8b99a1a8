import { type Fact, unknown } from '../facts/facts.ts';
import { RetryableFault } from '../ports.ts';

/** Refusals of AWS that another attempt may cure, in the names that its services use. */
const throttling: ReadonlySet<string> = new Set([
  'Throttling',
  'ThrottlingException',
  'ThrottledException',
  'RequestThrottled',
  'RequestLimitExceeded',
  'TooManyRequestsException',
  'SlowDown',
]);

/** Did the service ask for fewer calls? */
export const isThrottling = (error: unknown): boolean => error instanceof Error && throttling.has(error.name);

const detailLength = 300;

/**
 * Asks AWS for a fact. An answer that says no is an unknown fact; throttling, faults of the service and of the network,
 * which the SDK has retried already, are a RetryableFault with their cause.
 */
export const askAws = async <T>(permission: string, ask: () => Promise<Fact<T>>): Promise<Fact<T>> => {
  try {
    return await ask();
  } catch (error) {
    if (!isRefusal(error)) throw new RetryableFault(`${permission} gave no answer`, { cause: error });
    const detail = `${error.name}: ${error.message}`.slice(0, detailLength);
    switch (error.name) {
      case 'AccessDenied':
      case 'AccessDeniedException':
        return unknown('access-denied', `${permission} is not permitted: ${error.message}`.slice(0, detailLength));
      case 'NotFoundException':
        return unknown('not-found', detail);
      case 'UnsupportedOperationException':
        return unknown('unsupported', detail);
      default:
        return unknown('failed', `${permission}: ${detail}`.slice(0, detailLength));
    }
  }
};

/** The service answered, and its answer would be the same again. */
const isRefusal = (error: unknown): error is Error =>
  error instanceof Error && '$fault' in error && error.$fault === 'client' && !throttling.has(error.name);
