import * as z from 'zod/mini';

/** A synthetic event that goes the whole way of a call, to prove that the way is open. */
export type Heartbeat = {
  /** Of one execution of the schedule. */
  readonly id: string;
  /** When it was due, ISO 8601. */
  readonly at: string;
};

/** EventBridge's `source` and `detail-type` of it; no AWS service, so nobody's `aws.*` rule sees it. */
export const heartbeatSource = 'kms-guard.heartbeat';
export const heartbeatDetailType = 'kms-guard heartbeat';

const heartbeatSchema = z.object({
  source: z.literal(heartbeatSource),
  detail: z.object({ id: z.string().check(z.minLength(1), z.maxLength(200)), at: z.iso.datetime() }),
});

/** Null for anything else, also for what is no JSON. */
export const parseHeartbeat = (body: string): Heartbeat | null => {
  // Every call comes by here: only what can be one is parsed for it.
  if (!body.includes(heartbeatSource)) return null;
  try {
    return heartbeatSchema.parse(JSON.parse(body)).detail;
  } catch {
    return null;
  }
};
