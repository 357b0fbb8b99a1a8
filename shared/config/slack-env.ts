import * as z from 'zod/mini';

/** The environments of the Lambdas that answer Slack: each types its handler and its construct, parsed once at cold start. */

const filled = z.string().check(z.minLength(1));
const arn = z.string().check(z.startsWith('arn:'));

export const slackActionsEnvSchema = z.object({
  /** The ledger's DynamoDB table. */
  TABLE_NAME: filled,
  SIGNING_SECRET_ARN: arn,
  /** Where verified answers wait for `slack-answers`. */
  ANSWERS_URL: z.url(),
});

export const slackAnswersEnvSchema = z.object({
  TABLE_NAME: filled,
  /** Where the step goes that an answer makes. */
  OUTBOX_URL: z.url(),
  /** The guards' own roles and this one's, separated by commas. */
  GUARD_ROLE_ARNS: arn,
  /** Only on a laptop: where `response_url`s lead. Its default is Slack itself. */
  SLACK_HOOKS_ORIGIN: z.optional(z.url()),
});

export type SlackActionsEnv = z.infer<typeof slackActionsEnvSchema>;
export type SlackAnswersEnv = z.infer<typeof slackAnswersEnvSchema>;
