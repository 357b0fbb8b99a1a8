import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { Refusal } from './refusal.ts';

/** Slack's own limit for requests that are too old; here also for such that are too young. In seconds. */
const toleranceInSeconds = 300;

/** What Slack signed: the body exactly as it came, before anything is read of it. */
export type SignedBody = {
  /** `X-Slack-Signature`. */
  readonly signature: string;
  /** `X-Slack-Request-Timestamp`, seconds since the epoch. */
  readonly timestamp: string;
  readonly body: Uint8Array;
};

/** Null: it is young enough. `now` in milliseconds since the epoch. */
export const timeRefusal = (timestamp: string, now: number): Refusal | null => {
  if (!/^\d{1,12}$/.test(timestamp)) return 'no-timestamp';
  const age = now / 1000 - Number(timestamp);
  if (age > toleranceInSeconds) return 'stale';
  return age < -toleranceInSeconds ? 'future' : null;
};

/**
 * Is this body signed with this secret? Compared in constant time. Source: Slack, "Verifying requests from Slack": version
 * v0, HMAC-SHA256 of `v0:timestamp:body`.
 */
export const isSignedWith = (secret: string, { signature, timestamp, body }: SignedBody): boolean => {
  if (secret === '' || !isSignature(signature)) return false;
  const expected = createHmac('sha256', secret).update(`v0:${timestamp}:`).update(body).digest();
  const given = Buffer.from(signature.slice('v0='.length), 'hex');
  return given.length === expected.length && timingSafeEqual(given, expected);
};

export const isSignature = (text: string): boolean => /^v0=[0-9a-f]{64}$/.test(text);

/** Names a signed request: the same body at the same second has the same name, and none can be made without the secret. */
export const requestId = ({ signature }: Pick<SignedBody, 'signature'>): string =>
  createHash('sha256').update(signature).digest('hex').slice(0, 32);
