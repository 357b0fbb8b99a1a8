import * as z from 'zod/mini';

const text = z.string();
const orNull = z.nullable(z.string());

/** The alert about the guard itself, as programs get it; see `alert-schema.ts`. */
export const defenceAlertParts = {
  kind: z.literal('defence'),
  guard: z.literal('self-guard'),
  eventID: z.optional(text.check(z.describe("CloudTrail's id of the call."))),
  eventName: z.optional(text),
  eventSource: z.optional(text),
  eventTime: z.optional(text),
  account: z.optional(text),
  region: z.optional(text),
  actor: z.optional(z.object({ arn: orNull, type: text, invokedBy: orNull })),
  sourceIPAddress: z.optional(orNull),
  resources: z.optional(z.array(text).check(z.describe('Names and ARNs as the call gave them.'))),
  does: z.optional(text.check(z.describe('The end of a sentence that begins with the call.'))),
  failed: z.optional(z.boolean().check(z.describe('True for an attempt: the call did not go through.'))),
  why: z.optional(
    z.array(z.catchall(z.object({ id: z.string() }), z.unknown())).check(z.describe('Why, by id; more ids may come.')),
  ),
};
