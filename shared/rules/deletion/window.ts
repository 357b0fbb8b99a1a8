import type { CallOf } from '../../calls/call.ts';

/** What KMS takes when the caller names no window. Source: KMS API reference, ScheduleKeyDeletion. */
export const defaultWindowInDays = 30;

/** The waiting period of a scheduling call, in days; null where CloudTrail left the request out for its size. */
export const windowOf = (call: CallOf<'ScheduleKeyDeletion'>): number | null =>
  call.pendingWindowInDays ?? (call.requestOmitted ? null : defaultWindowInDays);
