import * as z from 'zod/mini';
import {
  type ButtonAction,
  buttonActionOf,
  buttonActions,
  type ButtonValue,
  parseButtonValue,
} from '../alerts/slack/button-value.ts';

/** One click of one person, verified; what goes from `slack-actions` to `slack-answers`. */
export type SlackAnswer = {
  /** Of the signed request: a click has one id, however often its message is delivered. */
  readonly id: string;
  /** Slack user id. */
  readonly user: string;
  readonly action: ButtonAction;
  readonly value: ButtonValue;
  /** Where only this person reads an answer; null where Slack gave none. Checked again before it is used. */
  readonly responseUrl: string | null;
  /** ISO 8601. */
  readonly at: string;
};

/** Slack's `block_actions` payload, as far as it is read. Source: Slack, "block_actions payload". */
const interactionSchema = z.object({
  type: z.literal('block_actions'),
  user: z.object({ id: z.string().check(z.regex(/^[UW][A-Z0-9]{2,}$/)) }),
  response_url: z.optional(z.string()),
  actions: z
    .array(z.object({ action_id: z.string(), value: z.optional(z.string()) }))
    .check(z.minLength(1), z.maxLength(1)),
});

/** Reads a verified body; null where it is not a click on a button of kms-guard. */
export const parseAnswer = (body: Uint8Array, { id, at }: Pick<SlackAnswer, 'id' | 'at'>): SlackAnswer | null => {
  const payloads = new URLSearchParams(Buffer.from(body).toString('utf8')).getAll('payload');
  const [payload] = payloads;
  if (payload === undefined || payloads.length !== 1) return null;
  const parsed = interactionSchema.safeParse(jsonOf(payload));
  if (!parsed.success) return null;
  const { user, response_url: responseUrl, actions } = parsed.data;
  const [clicked] = actions;
  const action = buttonActionOf(clicked?.action_id ?? '');
  const value = parseButtonValue(clicked?.value ?? '');
  if (action === null || value === null) return null;
  return { id, user: user.id, action, value, responseUrl: responseUrl ?? null, at };
};

const jsonOf = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
};

const queuedSchema = z.object({
  id: z.string().check(z.minLength(1)),
  user: z.string().check(z.minLength(1)),
  action: z.string(),
  value: z.string(),
  responseUrl: z.nullable(z.string()),
  at: z.iso.datetime(),
});

/** As the queue carries it. */
export const answerText = ({ action, value, ...answer }: SlackAnswer): string =>
  JSON.stringify({ ...answer, action: buttonActions[action], value: JSON.stringify(value) });

/** Null for what is no answer of ours. */
export const readAnswer = (text: string): SlackAnswer | null => {
  const parsed = queuedSchema.safeParse(jsonOf(text));
  if (!parsed.success) return null;
  const action = buttonActionOf(parsed.data.action);
  const value = parseButtonValue(parsed.data.value);
  return action === null || value === null ? null : { ...parsed.data, action, value };
};
