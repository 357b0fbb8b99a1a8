import * as z from 'zod/mini';

/** Answers from Slack: who people are, who may approve, and where the signing secret is. */

const slackUser = z.string().check(z.regex(/^[UW][A-Z0-9]{2,}$/, 'must be a Slack user id such as U012AB3CD'));
const principalPattern = z
  .string()
  .check(z.regex(/^arn:/, 'must be the ARN of an AWS principal, where * stands for any text'));
const secretArn = z
  .string()
  .check(z.regex(/^arn:[^:]+:secretsmanager:[^:]+:\d{12}:secret:.+/, 'must be the ARN of a secret of Secrets Manager'));
const hours = (maximum: number) => z.int().check(z.minimum(1), z.maximum(maximum));

const person = z.strictObject({
  name: z.string().check(z.minLength(1), z.maxLength(100)),
  /** ARNs of users, roles or role sessions that only this person uses, or that several people share. */
  principals: z.array(principalPattern).check(z.minLength(1, 'must name at least one principal')),
});

export const slackSchema = z
  .strictObject({
    /** The app's signing secret: the secret's text is the signing secret itself, or JSON with `signingSecret`. */
    signingSecretArn: secretArn,
    /** People, by their Slack user id. */
    users: z.record(slackUser, person),
    /** Who may approve a deletion: Slack user ids out of `users`. */
    approvers: z._default(z.array(slackUser), []),
    /** After the guard cancelled, an approval lets the requester schedule again for so long. */
    approvalHours: z._default(hours(720), 24),
    /** What the button Snooze means. */
    snoozeHours: z._default(hours(168), 4),
  })
  .check(
    z.refine(({ users, approvers }) => approvers.every((id) => Object.hasOwn(users, id)), {
      path: ['approvers'],
      error: 'must name people of slack.users only',
    }),
  );

export type SlackConfig = z.infer<typeof slackSchema>;
