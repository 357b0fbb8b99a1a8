import * as z from 'zod/mini';
import { remedyNames } from '../remedies/remedy-names.ts';
import { severities } from '../rules/define-rule.ts';

/**
 * What programs get besides the alert itself: events on the guard's bus, and summaries over SNS. A published contract as in
 * `alert-schema.ts`: fields may be added under the same version.
 */
const described = <S extends z.ZodMiniType>(schema: S, description: string): S => schema.check(z.describe(description));

const text = z.string();
const orNull = z.nullable(z.string());
const time = z.iso.datetime({ offset: true });
const severity = z.enum(severities);
const remedy = z.nullable(z.enum(remedyNames));
const id = described(text, 'The same again where the event is repeated: whoever must not act twice compares it.');

const finding = z.object({
  schema: described(z.literal('kms-guard.finding/1'), 'detail-type kms-guard.finding: one event for each finding.'),
  id,
  alertId: text,
  findingId: described(orNull, 'The same in events, sweeps and reports; null where the alert is about no key.'),
  kind: z.enum(['key', 'unreadable', 'breaker', 'sweep', 'waivers', 'report', 'defence']),
  rule: text,
  severity,
  headline: text,
  account: text,
  region: text,
  keyArn: orNull,
  keyName: text,
  verdict: z.optional(z.enum(['violation', 'undetermined'])),
  text: z.optional(text),
  call: z.optional(z.object({ eventID: text, eventName: text, eventTime: text, actorArn: orNull })),
  decision: z.optional(z.object({ action: z.enum(['ignore', 'alert', 'remedy']), remedy, wouldRemedy: remedy })),
  outcomes: z.optional(
    z.array(z.object({ remedy: z.enum(remedyNames), outcome: z.enum(['done', 'already-so', 'refused', 'failed']) })),
  ),
  keyState: z.optional(orNull),
  deletionDate: z.optional(orNull),
});

const progress = z.object({
  schema: described(z.literal('kms-guard.progress/1'), 'detail-type kms-guard.progress: somebody answered an alert.'),
  id,
  alertId: orNull,
  keyArn: orNull,
  findingIds: z.array(text),
  status: z.enum(['open', 'cancelled', 'restored', 'approved', 'acknowledged', 'snoozed', 'kept', 'resolved']),
  by: text,
  what: text,
  at: time,
  until: described(z.nullable(time), 'The answer holds so long; null without end.'),
});

const reminder = z.object({
  schema: described(
    z.literal('kms-guard.reminder/1'),
    'detail-type kms-guard.reminder, and over SNS: a pending deletion that nobody answered.',
  ),
  id,
  alertId: text,
  keyArn: text,
  deletionDate: time,
  level: z.int(),
  of: z.int(),
  keyState: orNull,
  kind: z.optional(described(z.literal('reminder'), 'This and the rest over SNS only.')),
  severity: z.optional(severity),
  subject: z.optional(text),
  text: z.optional(text),
});

const listed = z.object({
  alertId: text,
  severity,
  headline: text,
  rules: z.array(text),
  keyArn: orNull,
  account: text,
  region: text,
  at: text,
});

const summary = {
  id,
  severity: described(severity, 'The worst of them.'),
  subject: text,
  count: described(z.int(), 'All of them, also those that are not listed.'),
  alerts: z.array(listed),
  truncated: z.boolean(),
  since: time,
};

const storm = z.object({
  schema: described(z.literal('kms-guard.storm/1'), 'Over SNS: many alerts alike in a short time.'),
  kind: z.literal('storm'),
  ...summary,
  stormId: text,
  closed: described(z.boolean(), 'Nothing more came for a while.'),
});

const digest = z.object({
  schema: described(z.literal('kms-guard.digest/1'), 'Over SNS: what could wait, once a day.'),
  kind: z.literal('digest'),
  ...summary,
  day: text,
  until: time,
});

export const eventJson = z.discriminatedUnion('schema', [finding, progress, reminder, storm, digest]);

/** JSON Schema 2020-12 of the same. Consumers must take fields that it does not name. */
export const eventJsonSchema = (): z.core.JSONSchema.BaseSchema => ({
  ...z.toJSONSchema(eventJson, { io: 'input' }),
  title: 'Events and summaries of kms-guard',
  description: '`schema` names the form and its version. Fields may be added under the same version.',
});

/** The text of `docs/event.schema.json`. */
export const eventJsonSchemaText = (): string => `${JSON.stringify(eventJsonSchema(), null, 2)}\n`;
