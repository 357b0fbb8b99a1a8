import { timings } from '../../infra/timings.ts';

type Held = { readonly messageId: string; readonly body: string; visibleAt: number; receives: number };

export type InboxMessage = { readonly messageId: string; readonly body: string };

/** A standard queue of SQS in memory: no order, at least once, visibility timeout, dead letters; with the deployed timings. */
export type Inbox = {
  readonly send: (body: string) => void;
  /** Up to a batch of what is visible; it stays invisible for the timeout. */
  readonly receive: () => readonly InboxMessage[];
  readonly remove: (messageId: string) => void;
  readonly size: () => number;
  /** When the next message is visible, milliseconds since the epoch; null: there is none. */
  readonly nextTime: () => number | null;
  readonly dead: string[];
  /** `kms-guard redrive`: dead letters go back to the queue. */
  readonly redrive: () => void;
};

/** As `infra/constructs/guard-function.ts` has it. */
const batchSize = 5;

export const memoryInbox = (now: () => number): Inbox => {
  const held = new Map<string, Held>();
  const dead: string[] = [];
  let sent = 0;
  const send = (body: string): void => {
    sent += 1;
    held.set(`i${sent}`, { messageId: `i${sent}`, body, visibleAt: now(), receives: 0 });
  };
  const take = (message: Held): boolean => {
    if (message.receives >= timings.maxReceiveCount) {
      held.delete(message.messageId);
      dead.push(message.body);
      return false;
    }
    message.receives += 1;
    message.visibleAt = now() + timings.visibilityTimeout * 1000;
    return true;
  };
  return {
    send,
    receive: () => {
      const batch: Held[] = [];
      for (const message of held.values()) {
        if (batch.length === batchSize) break;
        if (message.visibleAt <= now() && take(message)) batch.push(message);
      }
      return batch.map(({ messageId, body }) => ({ messageId, body }));
    },
    remove: (messageId) => {
      held.delete(messageId);
    },
    size: () => held.size,
    nextTime: () => {
      let next: number | null = null;
      for (const { visibleAt } of held.values()) if (next === null || visibleAt < next) next = visibleAt;
      return next;
    },
    dead,
    redrive: () => {
      for (const body of dead.splice(0)) send(body);
    },
  };
};
