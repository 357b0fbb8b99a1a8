import * as z from 'zod/mini';
import { checkMessage } from './check-message.ts';
import type { MessageStore, StoredMessage } from './message-store.ts';

/** Arguments of a Web API call, from a form or from JSON. */
export type Arguments = Readonly<Record<string, unknown>>;
export type Answer = Readonly<Record<string, unknown>> & { readonly ok: boolean };

export const failure = (error: string, messages: readonly string[] = []): Answer => ({
  ok: false,
  error,
  ...(messages.length > 0 ? { errors: messages, response_metadata: { messages } } : {}),
});

const metadataSchema = z.strictObject({
  event_type: z.string().check(z.minLength(1), z.maxLength(255)),
  event_payload: z.record(z.string(), z.unknown()),
});

const word = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
const isTrue = (value: unknown): boolean => value === true || value === 'true' || value === '1';

/** Undefined where there is none; null where Slack would refuse it. */
const metadataOf = (value: unknown): z.infer<typeof metadataSchema> | undefined | null => {
  if (value === undefined) return undefined;
  try {
    return metadataSchema.safeParse(typeof value === 'string' ? JSON.parse(value) : value).data ?? null;
  } catch {
    return null;
  }
};

/** As the API shows a message: metadata only to who asks for it. */
const shown = (message: StoredMessage, withMetadata: boolean) => {
  const { ts, thread_ts, text, blocks, metadata, edits, botId, broadcast } = message;
  return {
    type: 'message',
    ...(broadcast ? { subtype: 'thread_broadcast' } : {}),
    ts,
    text,
    blocks,
    bot_id: botId,
    ...(thread_ts === undefined ? {} : { thread_ts }),
    ...(edits > 0 ? { edited: { ts } } : {}),
    ...(withMetadata && metadata !== undefined ? { metadata } : {}),
  };
};

type Method = (input: Arguments, store: MessageStore, botId: string) => Answer;

const postMessage: Method = (input, store, botId) => {
  const channel = word(input['channel']) ?? '';
  const threadTs = word(input['thread_ts']);
  if (!store.has(channel)) return failure('channel_not_found');
  if (threadTs !== undefined && store.get(channel, threadTs) === null) return failure('thread_not_found');
  const metadata = metadataOf(input['metadata']);
  if (metadata === null) return failure('invalid_metadata_format');
  const checked = checkMessage({ text: input['text'], blocks: input['blocks'] });
  if ('refusal' in checked) return failure(checked.refusal.error, checked.refusal.messages);
  const message = store.add(channel, {
    ...checked.message,
    ...(threadTs === undefined ? {} : { thread_ts: threadTs }),
    ...(metadata === undefined ? {} : { metadata }),
    broadcast: threadTs !== undefined && isTrue(input['reply_broadcast']),
    botId,
  });
  return { ok: true, channel, ts: message.ts, message: shown(message, true) };
};

const update: Method = (input, store, botId) => {
  const channel = word(input['channel']) ?? '';
  if (!store.has(channel)) return failure('channel_not_found');
  const message = store.get(channel, word(input['ts']) ?? '');
  if (message === null) return failure('message_not_found');
  if (message.botId !== botId) return failure('cant_update_message');
  const metadata = metadataOf(input['metadata']);
  if (metadata === null) return failure('invalid_metadata_format');
  const checked = checkMessage({ text: input['text'], blocks: input['blocks'] });
  if ('refusal' in checked) return failure(checked.refusal.error, checked.refusal.messages);
  store.replace(channel, {
    ...message,
    ...checked.message,
    ...(metadata === undefined ? {} : { metadata }),
    edits: message.edits + 1,
  });
  return { ok: true, channel, ts: message.ts, text: checked.message.text };
};

/** One page of a list, `oldest` exclusive as in Slack. */
const page = (list: readonly StoredMessage[], input: Arguments): Answer => {
  const oldest = Number(input['oldest'] ?? 0);
  const latest = Number(input['latest'] ?? Number.POSITIVE_INFINITY);
  const limit = Math.min(999, Math.max(1, Number(input['limit'] ?? 100)));
  const cursor = word(input['cursor']) ?? '';
  const from = cursor === '' ? 0 : Number(Buffer.from(cursor, 'base64').toString('utf8'));
  if (!Number.isInteger(from)) return failure('invalid_cursor');
  const inclusive = isTrue(input['inclusive']);
  const matching = list.filter(({ ts }) => {
    const at = Number(ts);
    return inclusive ? at >= oldest && at <= latest : at > oldest && at < latest;
  });
  const next = from + limit < matching.length ? Buffer.from(String(from + limit)).toString('base64') : '';
  const messages = matching.slice(from, from + limit).map((each) => shown(each, isTrue(input['include_all_metadata'])));
  return { ok: true, messages, has_more: next !== '', response_metadata: { next_cursor: next } };
};

const history: Method = (input, store) => {
  const channel = word(input['channel']) ?? '';
  if (!store.has(channel)) return failure('channel_not_found');
  const inChannel = store
    .messages(channel)
    .filter(({ ts, thread_ts, broadcast }) => thread_ts === undefined || thread_ts === ts || broadcast);
  return page(inChannel.toReversed(), input);
};

const replies: Method = (input, store) => {
  const channel = word(input['channel']) ?? '';
  const root = word(input['ts']) ?? '';
  if (!store.has(channel)) return failure('channel_not_found');
  if (store.get(channel, root) === null) return failure('thread_not_found');
  return page(
    store.messages(channel).filter(({ ts, thread_ts }) => ts === root || thread_ts === root),
    input,
  );
};

/** The Web API methods that the guard calls. */
export const methods: Readonly<Record<string, Method>> = {
  'chat.postMessage': postMessage,
  'chat.update': update,
  'conversations.history': history,
  'conversations.replies': replies,
  'auth.test': (_input, _store, botId) => ({ ok: true, bot_id: botId, team_id: 'T0LOCAL', user_id: 'U0GUARD' }),
};
