import * as z from 'zod/mini';

/** The environments of the sweep's Lambdas: each types its handler and its construct, parsed once at cold start. */

const filled = z.string().check(z.minLength(1));

export const sweepPlanEnvSchema = z.object({
  /** Where a sweep leaves its results. */
  BUCKET_NAME: filled,
});

export const sweepKeysEnvSchema = z.object({
  BUCKET_NAME: filled,
  /** The ledger's DynamoDB table. */
  TABLE_NAME: filled,
  /** The guards' own roles, separated by commas; empty where no guard is deployed. */
  GUARD_ROLE_ARNS: z.string(),
  /** Where member accounts pass their calls on to; empty without an organization. */
  MEMBERS_BUS_ARN: z.string(),
  /** So long before its time runs out a run begins no further key. */
  STOP_BEFORE_SECONDS: z.pipe(
    z.string(),
    z.transform((text) => z.int().check(z.minimum(1)).parse(Number(text))),
  ),
  /** The deletion-guard's inbox; empty where no deletion is cancelled. */
  INBOX_URL: z.union([z.literal(''), z.url()]),
  /** Without an organization the one Region of its own account that the guard reaches keys in; else `*`. */
  GUARDED_REGION: filled,
  /** The call that scheduled a deletion is brought to the guard when it is so old. */
  BRING_AFTER_SECONDS: z.pipe(
    z.string(),
    z.transform((text) => z.int().check(z.minimum(0)).parse(Number(text))),
  ),
});

export const sweepCloseEnvSchema = z.object({
  BUCKET_NAME: filled,
  TABLE_NAME: filled,
  /** Where alerts go. */
  OUTBOX_URL: z.url(),
});

export type SweepPlanEnv = z.infer<typeof sweepPlanEnvSchema>;
export type SweepKeysEnv = z.infer<typeof sweepKeysEnvSchema>;
export type SweepCloseEnv = z.infer<typeof sweepCloseEnvSchema>;
