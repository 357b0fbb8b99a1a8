import { groupOf, type OutboxMessage } from '../../shared/delivery/outbox-message.ts';
import type { Received } from '../../shared/delivery/batch.ts';
import type { Outbox, Schedules } from '../../shared/delivery/ports.ts';

type Held = {
  readonly messageId: string;
  readonly body: string;
  readonly group: string;
  readonly order: number;
  visibleAt: number;
  receives: number;
};

export type MemoryOutbox = Outbox &
  Schedules & {
    /** Up to ten messages, of groups that have none in flight, oldest first; they are invisible for `timeout` milliseconds. */
    readonly receive: () => readonly Received[];
    readonly remove: (messageId: string) => void;
    readonly postpone: (received: Received, seconds: number) => Promise<void>;
    /** Messages that are there, in flight or not, and schedules that are not yet due. */
    readonly size: () => number;
    readonly pending: () => readonly OutboxMessage[];
    /** When there is something to do again, milliseconds since the epoch; null for never. */
    readonly nextTime: () => number | null;
    readonly schedules: Map<string, { readonly time: number; readonly message: OutboxMessage }>;
    /** What came too often. */
    readonly dead: { readonly body: string; readonly reason: string }[];
  };

const timeout = 360_000;
const deduplicationWindow = 300_000;
const batchSize = 10;
const maxReceiveCount = 100;

/** SQS FIFO and EventBridge Scheduler in memory: order by group, deduplication for five minutes, visibility, dead letters. */
export const memoryOutbox = (clock: { readonly now: () => number }): MemoryOutbox => {
  const groups = new Map<string, Held[]>();
  const seen = new Map<string, number>();
  const schedules: MemoryOutbox['schedules'] = new Map();
  const dead: MemoryOutbox['dead'] = [];
  let order = 0;
  const add = (message: OutboxMessage): void => {
    const group = groupOf(message);
    const id = `${group}/${message.id}`;
    if ((seen.get(id) ?? -Infinity) > clock.now() - deduplicationWindow) return;
    seen.set(id, clock.now());
    order += 1;
    const held = { messageId: `m${order}`, body: JSON.stringify(message), group, order, visibleAt: 0, receives: 0 };
    groups.set(group, [...(groups.get(group) ?? []), held]);
  };
  const fire = (): void => {
    for (const [name, { time, message }] of schedules) {
      if (time > clock.now()) continue;
      schedules.delete(name);
      add(message);
    }
  };
  const all = (): readonly Held[] => [...groups.values()].flat();
  const drop = ({ group, messageId }: Held): void => {
    const left = (groups.get(group) ?? []).filter((held) => held.messageId !== messageId);
    if (left.length === 0) groups.delete(group);
    else groups.set(group, left);
  };
  const received = (held: Held): Received => {
    held.visibleAt = clock.now() + timeout;
    held.receives += 1;
    const { messageId, body, group, receives } = held;
    return { messageId, body, group, receiveCount: receives, receiptHandle: messageId };
  };
  return {
    put: async (message) => add(structuredClone(message)),
    at: async ({ name, time, message }) => {
      if (!schedules.has(name)) schedules.set(name, { time, message });
    },
    receive: () => {
      fire();
      const ready: Held[] = [];
      for (const held of groups.values()) {
        if (ready.length >= batchSize) break;
        if (held.some(({ visibleAt }) => visibleAt > clock.now())) continue;
        for (const each of held.slice(0, batchSize - ready.length)) {
          if (each.receives < maxReceiveCount) ready.push(each);
          else {
            dead.push({ body: each.body, reason: 'received too often' });
            drop(each);
          }
        }
      }
      return ready.map(received);
    },
    remove: (messageId) => {
      const held = all().find((each) => each.messageId === messageId);
      if (held !== undefined) drop(held);
    },
    postpone: async ({ messageId, group }, seconds) => {
      const held = groups.get(group)?.find((each) => each.messageId === messageId);
      if (held !== undefined) held.visibleAt = clock.now() + seconds * 1000;
    },
    size: () => all().length,
    pending: () => all().map(({ body }): OutboxMessage => JSON.parse(body)),
    nextTime: () => {
      const times = [
        ...[...groups.values()].map((held) => Math.max(...held.map(({ visibleAt }) => visibleAt))),
        ...[...schedules.values()].map(({ time }) => time),
      ];
      return times.length === 0 ? null : Math.min(...times);
    },
    schedules,
    dead,
  };
};
