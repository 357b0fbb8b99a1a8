import type { SlackBlock } from './block-schema.ts';

export type Metadata = { readonly event_type: string; readonly event_payload: Readonly<Record<string, unknown>> };

export type StoredMessage = {
  readonly ts: string;
  /** The root of the thread; the root itself has its own `ts` here once somebody replied. */
  readonly thread_ts?: string;
  readonly broadcast: boolean;
  readonly text: string;
  readonly blocks: readonly SlackBlock[];
  readonly metadata?: Metadata;
  /** How often it was updated. */
  readonly edits: number;
  /** The app that posted it, or `webhook`. */
  readonly botId: string;
};

type NewMessage = Omit<StoredMessage, 'ts' | 'edits'>;

export type MessageStore = {
  readonly channels: readonly string[];
  readonly has: (channel: string) => boolean;
  /** In the order of posting. */
  readonly messages: (channel: string) => readonly StoredMessage[];
  readonly add: (channel: string, message: NewMessage) => StoredMessage;
  /** The message as it stands now; null where there is none of that `ts`. */
  readonly get: (channel: string, ts: string) => StoredMessage | null;
  readonly replace: (channel: string, message: StoredMessage) => void;
  /** Called after every change; the answer ends it. */
  readonly watch: (changed: () => void) => () => void;
};

/** Messages by channel. `now`, milliseconds since the epoch, makes the timestamps, each unlike every other. */
export const messageStore = (channels: readonly string[], now: () => number): MessageStore => {
  const stored = new Map<string, StoredMessage[]>(channels.map((channel) => [channel, []]));
  const watchers = new Set<() => void>();
  let lastMicroseconds = 0;
  const nextTs = (): string => {
    lastMicroseconds = Math.max(lastMicroseconds + 1, Math.floor(now() * 1_000));
    return `${Math.floor(lastMicroseconds / 1_000_000)}.${String(lastMicroseconds % 1_000_000).padStart(6, '0')}`;
  };
  const changed = (): void => {
    for (const watcher of watchers) watcher();
  };
  const inChannel = (channel: string): StoredMessage[] => stored.get(channel) ?? [];
  const replace: MessageStore['replace'] = (channel, message) => {
    const list = inChannel(channel);
    const index = list.findIndex(({ ts }) => ts === message.ts);
    if (index >= 0) list[index] = message;
    changed();
  };
  const get: MessageStore['get'] = (channel, ts) => inChannel(channel).find((each) => each.ts === ts) ?? null;
  return {
    channels,
    has: (channel) => stored.has(channel),
    messages: (channel) => [...inChannel(channel)],
    get,
    replace,
    add: (channel, message) => {
      const added = { ...message, ts: nextTs(), edits: 0 };
      inChannel(channel).push(added);
      const root = message.thread_ts === undefined ? null : get(channel, message.thread_ts);
      if (root !== null && root.thread_ts === undefined) replace(channel, { ...root, thread_ts: root.ts });
      changed();
      return added;
    },
    watch: (watcher) => {
      watchers.add(watcher);
      return () => watchers.delete(watcher);
    },
  };
};
