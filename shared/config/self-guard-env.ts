import * as z from 'zod/mini';

/** The environment of the Lambda that watches over the guard itself. */
export const selfGuardEnvSchema = z.object({
  /** The ledger's DynamoDB table. */
  TABLE_NAME: z.string().check(z.minLength(1)),
  /** Where alerts are put: the notifier takes them from there. */
  OUTBOX_URL: z.url(),
  /** Where a body that cannot be read goes at once. */
  DEAD_LETTER_QUEUE_URL: z.url(),
  /** Every dead-letter queue of the stack, separated by commas: what waits in them is counted. */
  DEAD_LETTER_QUEUE_URLS: z.string().check(z.minLength(1)),
  /** What the guard's resources are called, separated by commas; a `*` at the end of one stands for whatever follows. */
  GUARD_NAMES: z.string().check(z.minLength(1)),
});

export type SelfGuardEnv = z.infer<typeof selfGuardEnvSchema>;

export const deadLetterQueuesOf = (env: SelfGuardEnv): readonly string[] => env.DEAD_LETTER_QUEUE_URLS.split(',');

export const namesOf = (env: SelfGuardEnv): readonly string[] => env.GUARD_NAMES.split(',');
