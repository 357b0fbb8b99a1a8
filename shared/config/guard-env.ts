import * as z from 'zod/mini';

/** The environment of a guard's Lambda: types its handler and its construct, parsed once at cold start. */
export const guardEnvSchema = z.object({
  /** The ledger's DynamoDB table. */
  TABLE_NAME: z.string().check(z.minLength(1)),
  /** Where alerts are put: the notifier takes them from there. */
  OUTBOX_URL: z.url(),
  /** Where a body that cannot be read goes at once. */
  DEAD_LETTER_QUEUE_URL: z.url(),
  /** The guards' own roles, separated by commas: their calls are never acted upon. */
  GUARD_ROLE_ARNS: z.string().check(z.startsWith('arn:')),
});

export type GuardEnv = z.infer<typeof guardEnvSchema>;

export const ownRolesOf = (env: GuardEnv): readonly string[] => env.GUARD_ROLE_ARNS.split(',');

/** Beside each bundle in its Lambda; written at synthesis, already validated. */
export const configFileName = 'guard.config.json';
