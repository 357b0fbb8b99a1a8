/** How long things may take, in seconds. The visibility timeout is AWS's six times the function timeout. */
export type Timings = {
  readonly functionTimeout: number;
  readonly visibilityTimeout: number;
  /** Deliveries of one message before it goes to the dead-letter queue. */
  readonly maxReceiveCount: number;
  /** Age of the oldest waiting message that raises an alarm. */
  readonly queueAgeAlarm: number;
  /** Of the sweep's functions; so long before it a run of `sweep-keys` begins no further key, at least 30. */
  readonly sweepTimeout: number;
  readonly sweepStopBefore: number;
  /** A call that a sweep finds is brought to the guard when it is so old: before, its event is probably on its way. */
  readonly bringAfter: number;
};

export const timings: Timings = {
  functionTimeout: 60,
  visibilityTimeout: 360,
  maxReceiveCount: 5,
  queueAgeAlarm: 900,
  sweepTimeout: 900,
  sweepStopBefore: 60,
  bringAfter: 900,
};

/**
 * `-c fast=true`, for runs on a laptop: a failed message comes back within seconds, as soon as the lease of the attempt
 * before it (the function timeout and 5 seconds) has run out. A sweep's run stops after four seconds, so that runs follow it.
 */
export const fastTimings: Timings = {
  ...timings,
  functionTimeout: 10,
  visibilityTimeout: 16,
  sweepTimeout: 60,
  sweepStopBefore: 56,
  bringAfter: 0,
};
