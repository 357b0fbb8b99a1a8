import type { Sent } from '../delivery/ports.ts';
import { isThrottling } from './aws-faults.ts';

const detailLength = 300;

/** What AWS threw, as the queue understands it: a refusal would be refused again, everything else may pass. */
export const sentOf = (error: unknown): Sent => {
  const detail = (error instanceof Error ? `${error.name}: ${error.message}` : String(error)).slice(0, detailLength);
  const refusal = error instanceof Error && '$fault' in error && error.$fault === 'client' && !isThrottling(error);
  if (refusal) return { ok: false, reason: 'refused', detail };
  return { ok: false, reason: 'retryable', detail, retryAfterInSeconds: null, unsure: 'now' };
};
