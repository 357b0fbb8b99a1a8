import * as z from 'zod/mini';

/** The environment of the notifier: types its handler and its construct, parsed once at cold start. */
export const notifierEnvSchema = z.object({
  /** The ledger's DynamoDB table. */
  TABLE_NAME: z.string().check(z.minLength(1)),
  OUTBOX_URL: z.url(),
  OUTBOX_ARN: z.string().check(z.startsWith('arn:')),
  /** FIFO, as the outbox is. */
  DEAD_LETTER_QUEUE_URL: z.url(),
  /** Where alerts go that no route leads elsewhere. */
  TOPIC_ARN: z.string().check(z.startsWith('arn:')),
  /** Empty where no channel is for Amazon Q Developer. */
  AMAZON_Q_TOPIC_ARN: z.string(),
  /** The guard's own event bus. */
  EVENT_BUS_NAME: z.string().check(z.minLength(1)),
  SCHEDULE_GROUP: z.string().check(z.minLength(1)),
  /** Assumed by EventBridge Scheduler. */
  SCHEDULE_ROLE_ARN: z.string().check(z.startsWith('arn:')),
  /** The notifier's own role. */
  ROLE_ARN: z.string().check(z.startsWith('arn:')),
  /** Only on a laptop: where the fake Slack is. Its default is Slack itself. */
  SLACK_API_URL: z.optional(z.url()),
});

export type NotifierEnv = z.infer<typeof notifierEnvSchema>;
