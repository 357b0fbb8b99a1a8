import type * as z from 'zod/mini';
import { blocksSchema, type SlackBlock } from './block-schema.ts';

/** What Slack answers to a message that it does not take. */
export type Refusal = { readonly error: string; readonly messages: readonly string[] };

export type CheckedMessage = { readonly text: string; readonly blocks: readonly SlackBlock[] };

/** Of the texts of all blocks. Slack documents none; 11,341 were seen refused (slackapi/bolt-js issue 2867). */
const mostTextInBlocks = 11_000;
/** Slack cuts longer texts. */
const mostText = 40_000;

const refused = (error: string, messages: readonly string[] = []): { readonly refusal: Refusal } => ({
  refusal: { error, messages },
});

/** A message as Slack would store it, or its refusal. `blocks` is a JSON text or a value. */
export const checkMessage = (message: {
  readonly text: unknown;
  readonly blocks: unknown;
}): { readonly message: CheckedMessage } | { readonly refusal: Refusal } => {
  const { text = '' } = message;
  if (typeof text !== 'string') return refused('invalid_arguments');
  const raw = message.blocks === undefined ? [] : decoded(message.blocks);
  if (!Array.isArray(raw)) return refused('invalid_blocks_format');
  const parsed = blocksSchema.safeParse(raw, { reportInput: true });
  if (!parsed.success)
    return refused(
      'invalid_blocks',
      parsed.error.issues.flatMap((issue) => complaints(issue, '/blocks')),
    );
  const blocks = parsed.data;
  const ids = blocks.map((block) => block.block_id).filter((id) => id !== undefined);
  if (new Set(ids).size < ids.length)
    return refused('invalid_blocks', ['[ERROR] block_id must be unique [json-pointer:/blocks]']);
  if (textLength(blocks) > mostTextInBlocks) return refused('msg_blocks_too_long');
  if (text === '' && blocks.length === 0) return refused('no_text');
  return { message: { text: text.slice(0, mostText), blocks } };
};

const decoded = (value: unknown): unknown => {
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value);
  } catch {
    return null;
  }
};

const textLength = (value: unknown): number => {
  if (Array.isArray(value)) return value.reduce((sum: number, each) => sum + textLength(each), 0);
  if (typeof value !== 'object' || value === null) return 0;
  return Object.entries(value).reduce(
    (sum, [name, each]) => sum + (name === 'text' && typeof each === 'string' ? each.length : textLength(each)),
    0,
  );
};

/** In the words and with the pointers of Slack's `response_metadata.messages`. */
const complaints = (issue: z.core.$ZodIssue, at: string): readonly string[] => {
  const pointer = [at, ...issue.path.map(String)].join('/');
  if (issue.code === 'invalid_union' && issue.errors.length > 0) {
    return issue.errors.flatMap((branch) => branch.flatMap((each) => complaints(each, pointer)));
  }
  return [`[ERROR] ${complaint(issue)} [json-pointer:${pointer}]`];
};

const complaint = (issue: z.core.$ZodIssue): string => {
  switch (issue.code) {
    case 'too_big':
      return issue.origin === 'string'
        ? `must be less than ${Number(issue.maximum) + 1} characters`
        : `no more than ${issue.maximum} items allowed`;
    case 'too_small':
      return issue.origin === 'string'
        ? `must be more than ${Number(issue.minimum) - 1} characters`
        : `no less than ${issue.minimum} items required`;
    case 'unrecognized_keys':
      return `invalid additional property: ${issue.keys.join(', ')}`;
    case 'invalid_union':
      return 'unsupported type';
    case 'invalid_type':
      return issue.input === undefined
        ? `missing required field: ${String(issue.path.at(-1))}`
        : `must be a ${issue.expected}`;
    case 'custom':
      return issue.message;
    default:
      return `failed to match all allowed schemas`;
  }
};
