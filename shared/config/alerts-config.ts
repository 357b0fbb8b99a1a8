import * as z from 'zod/mini';
import { isTimeZone } from './time-zone.ts';

/** Where alerts go: channels, routes, quiet hours for what is not urgent, storms and reminders. */

const severity = z.enum(['info', 'low', 'medium', 'high', 'critical']);
const accountId = z.string().check(z.regex(/^\d{12}$/, 'must be a 12-digit account id'));
const secretArn = z
  .string()
  .check(z.regex(/^arn:[^:]+:secretsmanager:[^:]+:\d{12}:secret:.+/, 'must be the ARN of a secret of Secrets Manager'));
export const topicArn = z
  .string()
  .check(z.regex(/^arn:[^:]+:sns:[^:]+:\d{12}:[\w-]+$/, 'must be the ARN of a standard SNS topic'));
const channelName = z.string().check(z.regex(/^[a-z][a-z0-9-]{0,39}$/, 'must be a name such as key-owners'));
const whole = (minimum: number, maximum: number) => z.int().check(z.minimum(minimum), z.maximum(maximum));

/** Where a channel leads: exactly one of these. */
const ways = ['slackChannel', 'webhookSecretArn', 'topicArn', 'amazonQ'] as const;

const channel = z
  .strictObject({
    /** Needs `slackTokenSecretArn`. */
    slackChannel: z.optional(
      z.string().check(z.regex(/^[CG][A-Z0-9]{2,}$/, 'must be a Slack channel id such as C012AB3CD')),
    ),
    /** A secret whose text is the URL of an incoming webhook. */
    webhookSecretArn: z.optional(secretArn),
    topicArn: z.optional(topicArn),
    /** The guard's own topic for Amazon Q Developer in chat applications. */
    amazonQ: z.optional(z.literal(true)),
    /** For programs on a topic: each alert by itself, also in a storm. */
    each: z._default(z.boolean(), false),
  })
  .check(
    z.refine((made) => ways.filter((way) => made[way] !== undefined).length === 1, {
      error: `must have exactly one of ${ways.join(', ')}`,
    }),
  );

const route = z.strictObject({
  /** All that is given must fit; nothing given fits every alert. */
  when: z._default(
    z.strictObject({
      /** At least so severe. */
      severity: z._default(severity, 'info'),
      accounts: z._default(z.array(accountId), []),
      /** Tag key to value, `*` for any value: one that fits is enough. */
      tags: z._default(z.record(z.string(), z.string()), {}),
      rules: z._default(z.array(z.string()), []),
    }),
    { severity: 'info', accounts: [], tags: {}, rules: [] },
  ),
  /** Names of channels; `default` is the guard's own topic. */
  to: z.array(channelName).check(z.minLength(1, 'must name at least one channel')),
});

const quiet = z.strictObject({
  /** What is less severe waits for the daily digest, unless it is about a pending deletion. */
  below: severity,
  /** 0 to 23, in `timeZone`. */
  digestHour: z._default(whole(0, 23), 8),
  timeZone: z._default(z.string().check(z.refine(isTimeZone, 'must be a time zone such as Europe/Madrid')), 'UTC'),
});

export const alertsSchema = z
  .strictObject({
    channels: z._default(z.record(channelName, channel), {}),
    /** Every route that fits counts; an alert that none fits goes to `default`. */
    routes: z._default(z.array(route), []),
    quiet: z._default(z.nullable(quiet), null),
    /** The bot token of the Slack app: the secret's text, or JSON with `token`. */
    slackTokenSecretArn: z._default(z.nullable(secretArn), null),
    /** Alerts alike (see `fan-out.ts`): more than `after`, each at most `withinSeconds` after the one before, are one message. */
    storm: z._default(
      z.strictObject({
        after: z._default(whole(1, 1000), 1),
        withinSeconds: z._default(whole(10, 900), 60),
        /** Topics and webhooks get one summary at most so often. */
        summaryMinutes: z._default(whole(1, 60), 5),
      }),
      { after: 1, withinSeconds: 60, summaryMinutes: 5 },
    ),
    /** A pending deletion that nobody answered is raised again so many hours before its date. */
    escalation: z._default(
      z.strictObject({ hoursBefore: z._default(z.array(whole(1, 720)).check(z.maxLength(10)), [72, 24, 4]) }),
      { hoursBefore: [72, 24, 4] },
    ),
    accountNames: z._default(z.record(accountId, z.string().check(z.maxLength(80))), {}),
  })
  .check(
    z.refine(
      ({ channels, routes }) =>
        routes.every(({ to }) => to.every((name) => name === 'default' || Object.hasOwn(channels, name))),
      { path: ['routes'], error: 'must lead to channels of alerts.channels, or to "default"' },
    ),
    z.refine(({ channels }) => !['default', 'bus', 'reminders'].some((name) => Object.hasOwn(channels, name)), {
      path: ['channels'],
      error: 'must not take the names "default", "bus" and "reminders"',
    }),
    z.refine(
      ({ channels, slackTokenSecretArn }) =>
        slackTokenSecretArn !== null || Object.values(channels).every(({ slackChannel }) => slackChannel === undefined),
      { path: ['slackTokenSecretArn'], error: 'must be given for channels in Slack' },
    ),
  );

export type AlertsConfig = z.infer<typeof alertsSchema>;
export type ChannelConfig = z.infer<typeof channel>;

export const defaultAlerts: AlertsConfig = alertsSchema.parse({});
