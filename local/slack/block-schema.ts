import * as z from 'zod/mini';

/**
 * The blocks that the guard uses, as strict as Slack: by the type definitions of `@slack/types` 3.2.0 and docs.slack.dev.
 * Every other block or element is refused, also one that Slack would take: the guard should not send it unseen.
 */
const text = (most: number) => z.string().check(z.minLength(1), z.maxLength(most));
const id = z.optional(z.string().check(z.maxLength(255)));

const plainText = (most: number) =>
  z.strictObject({ type: z.literal('plain_text'), text: text(most), emoji: z.optional(z.boolean()) });
const mrkdwn = (most: number) =>
  z.strictObject({ type: z.literal('mrkdwn'), text: text(most), verbatim: z.optional(z.boolean()) });
const anyText = (most: number) => z.discriminatedUnion('type', [plainText(most), mrkdwn(most)]);

const confirm = z.strictObject({
  title: plainText(100),
  text: anyText(300),
  confirm: plainText(30),
  deny: plainText(30),
  style: z.optional(z.enum(['primary', 'danger'])),
});

const button = z.strictObject({
  type: z.literal('button'),
  text: plainText(75),
  action_id: id,
  url: z.optional(z.string().check(z.maxLength(3_000))),
  value: z.optional(z.string().check(z.maxLength(2_000))),
  style: z.optional(z.enum(['primary', 'danger'])),
  confirm: z.optional(confirm),
  accessibility_label: z.optional(text(75)),
});

const section = z
  .strictObject({
    type: z.literal('section'),
    block_id: id,
    text: z.optional(anyText(3_000)),
    fields: z.optional(z.array(anyText(2_000)).check(z.minLength(1), z.maxLength(10))),
    accessory: z.optional(button),
    expand: z.optional(z.boolean()),
  })
  .check(z.refine((block) => block.text !== undefined || block.fields !== undefined, 'missing required field: text'));

const context = z.strictObject({
  type: z.literal('context'),
  block_id: id,
  elements: z.array(anyText(3_000)).check(z.minLength(1), z.maxLength(10)),
});

const actions = z
  .strictObject({
    type: z.literal('actions'),
    block_id: id,
    elements: z.array(button).check(z.minLength(1), z.maxLength(25)),
  })
  .check(
    z.refine(({ elements }) => {
      const ids = elements.map((each) => each.action_id).filter((each) => each !== undefined);
      return new Set(ids).size === ids.length;
    }, 'action_id must be unique'),
  );

const block = z.discriminatedUnion('type', [
  section,
  context,
  actions,
  z.strictObject({ type: z.literal('header'), block_id: id, text: plainText(150) }),
  z.strictObject({ type: z.literal('divider'), block_id: id }),
]);

export const blocksSchema = z.array(block).check(z.maxLength(50));
export type SlackBlock = z.infer<typeof block>;
export type SlackText = z.infer<ReturnType<typeof anyText>>;
export type SlackButton = z.infer<typeof button>;
