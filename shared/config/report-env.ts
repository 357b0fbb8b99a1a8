import * as z from 'zod/mini';

const filled = z.string().check(z.minLength(1));

/** The environment of the Lambda `report`: types its handler and its construct, parsed once at cold start. */
export const reportEnvSchema = z.object({
  /** Where sweeps leave their results. */
  SWEEP_BUCKET_NAME: filled,
  /** Where reports are kept. */
  BUCKET_NAME: filled,
  /** The ledger's DynamoDB table. */
  TABLE_NAME: filled,
  /** Where alerts go. */
  OUTBOX_URL: z.url(),
  /** The guard's own account. */
  ACCOUNT_ID: z.string().check(z.regex(/^\d{12}$/)),
  /** Names of the guards whose heartbeats count, separated by commas; empty for none. */
  GUARDS: z.string(),
});

export type ReportEnv = z.infer<typeof reportEnvSchema>;
