import * as z from 'zod/mini';
import { remedyBudgets, remedyNames } from '../remedies/remedy-names.ts';
import { severities } from '../rules/define-rule.ts';
import { defenceAlertParts } from './defence-alert-schema.ts';
import { alertSchema } from './render.ts';
import { reportAlertParts } from './report-alert-schema.ts';

/**
 * The JSON form of an alert, as programs get it over SNS: a published contract. Fields may be added under the same version;
 * one that goes, or means something else, makes a new one. What is optional is missing only where `truncated` is true.
 */
const described = <S extends z.ZodMiniType>(schema: S, description: string): S => schema.check(z.describe(description));

const text = z.string();
const orNull = z.nullable(z.string());
const time = z.iso.datetime({ offset: true });
const remedy = z.enum(remedyNames);
const verdictKind = z.enum(['compliant', 'violation', 'notApplicable', 'undetermined']);

const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);
const data = z.record(
  z.string(),
  z.union([scalar, z.array(z.string()), z.array(z.catchall(z.object({ id: z.string() }), scalar))]),
);

const verdict = z.object({
  rule: described(text, 'The id of the rule: its page is docs/rules/<rule>.md.'),
  verdict: verdictKind,
  severity: z.enum(severities),
  message: described(orNull, "The id of the rule's message; `text` says it in words."),
  data: z.optional(described(data, "The values in the rule's message.")),
  remedy: z.optional(described(z.nullable(remedy), 'What would undo it; null where nothing does.')),
  text: z.optional(described(text, 'For people, one sentence.')),
  reasonTexts: z.optional(z.array(z.string())),
});

const outcome = z.object({
  remedy,
  outcome: described(
    z.enum(['done', 'already-so', 'refused', 'failed']),
    'done and already-so were verified by reading the key again.',
  ),
  detail: z.optional(text),
});

const decision = z.object({
  action: z.enum(['ignore', 'alert', 'remedy']),
  remedy: described(z.nullable(remedy), 'What the guard did.'),
  wouldRemedy: described(z.nullable(remedy), 'What it would have done in enforce mode, where it did not.'),
  severity: z.optional(z.enum(severities)),
  reasons: z.optional(
    described(z.array(z.catchall(z.object({ id: z.string() }), z.unknown())), 'Why, by id; more ids may come.'),
  ),
});

const change = z.object({
  who: z.enum(['public', 'external', 'conditional', 'service', 'trusted', 'organization', 'account']),
  principal: text,
  subject: described(text, 'The beginning of a sentence about them.'),
  actions: z.array(z.string()),
  statements: z.array(z.string()),
  certain: z.boolean(),
  delegated: described(z.boolean(), 'The account may hand it out by IAM policies.'),
});

const policyChange = z.object({
  since: time,
  gained: z.array(change),
  lost: z.array(change),
  more: z.object({ gained: z.int(), lost: z.int() }),
  becamePublic: z.boolean(),
  becameUnmanageable: z.boolean(),
});

const everyAlert = {
  schema: described(z.literal(alertSchema), 'The version of this form.'),
  severity: z.enum(severities),
  subject: described(z.string().check(z.minLength(1), z.maxLength(99)), 'Printable ASCII.'),
  text: described(text, 'The whole alert for people.'),
  truncated: z.optional(described(z.literal(true), 'Details were left out to fit into SNS.')),
};

const keyAlert = z.object({
  ...everyAlert,
  kind: z.literal('key'),
  eventID: described(text, "CloudTrail's id of the call."),
  eventName: text,
  eventTime: text,
  account: text,
  region: text,
  keyArn: described(orNull, 'Null where the call names no key that can be read.'),
  decision,
  outcomes: z.array(outcome),
  partition: z.optional(text),
  keyId: z.optional(described(orNull, 'As the caller wrote it.')),
  aliases: z.optional(z.array(z.string())),
  actor: z.optional(z.object({ arn: orNull, type: text, invokedBy: orNull })),
  sourceIPAddress: z.optional(orNull),
  verdicts: z.optional(z.array(verdict)),
  keyState: z.optional(described(orNull, 'From DescribeKey; null where it is unknown.')),
  deletionDate: z.optional(described(orNull, 'From DescribeKey; null where there is none or it is unknown.')),
  policyChange: z.optional(described(z.nullable(policyChange), 'Against the last policy in the ledger.')),
});

const unreadableAlert = z.object({
  ...everyAlert,
  kind: z.literal('unreadable'),
  guard: text,
  eventID: z.optional(orNull),
  reason: z.optional(text),
  excerpt: z.optional(described(text, 'The beginning of what could not be read, as it came: do not trust it.')),
});

const breakerAlert = z.object({
  ...everyAlert,
  kind: z.literal('breaker'),
  guard: text,
  account: z.optional(text),
  budget: z.optional(described(z.enum(remedyBudgets), 'Whose number is spent: that of rescues, or of others.')),
  limit: z.optional(z.int()),
  at: z.optional(time),
});

const sweepAlert = z.object({
  ...everyAlert,
  kind: z.literal('sweep'),
  guard: z.literal('sweep'),
  sweepId: z.optional(text),
  rule: z.optional(described(text, 'The rule that flagged, or sweep-incomplete.')),
  account: z.optional(described(text, 'An account, or several.')),
  at: z.optional(time),
  opened: z.optional(z.int()),
  reopened: z.optional(z.int()),
  resolved: z.optional(z.int()),
  worst: z.optional(
    described(
      z.array(
        z.object({
          id: described(text, "The finding's id, the same in events, sweeps and reports."),
          account: text,
          region: text,
          keyArn: orNull,
          severity: z.enum(severities),
          message: text,
          alias: orNull,
        }),
      ),
      'The worst few.',
    ),
  ),
  regions: z.optional(z.array(z.object({ account: text, region: text, reason: text }))),
  failure: z.optional(described(orNull, 'Why the sweep did not come to its end.')),
});

const waiverAlert = z.object({
  ...everyAlert,
  kind: z.literal('waivers'),
  guard: z.literal('sweep'),
  at: z.optional(time),
  ending: z.optional(z.int()),
  ended: z.optional(z.int()),
  waivers: z.optional(
    described(
      z.array(
        z.object({
          rule: text,
          owner: text,
          reason: text,
          expires: described(text, 'Its last day.'),
          state: z.enum(['ending', 'ended']),
          keys: described(z.array(z.string()), 'The first few of what it names.'),
        }),
      ),
      'The most urgent of them.',
    ),
  ),
});

const reportAlert = z.object({ ...everyAlert, ...reportAlertParts });
const defenceAlert = z.object({ ...everyAlert, ...defenceAlertParts });

export const alertJson = z.discriminatedUnion('kind', [
  keyAlert,
  unreadableAlert,
  breakerAlert,
  sweepAlert,
  waiverAlert,
  reportAlert,
  defenceAlert,
]);

/** JSON Schema 2020-12 of the same. Consumers must take fields that it does not name. */
export const alertJsonSchema = (): z.core.JSONSchema.BaseSchema => ({
  ...z.toJSONSchema(alertJson, { io: 'input' }),
  title: 'An alert of kms-guard',
  description: `Version ${alertSchema}. Fields may be added under the same version: take those that you do not know.`,
});

/** The text of `docs/alert.schema.json`. */
export const alertJsonSchemaText = (): string => `${JSON.stringify(alertJsonSchema(), null, 2)}\n`;
