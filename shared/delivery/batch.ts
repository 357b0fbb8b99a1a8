import type { Log } from '../ports.ts';
import type { Handled } from './notifier.ts';

/** A record of a FIFO queue, as Lambda gets it. */
export type Received = {
  readonly messageId: string;
  readonly body: string;
  readonly group: string;
  /** From 1. */
  readonly receiveCount: number;
  readonly receiptHandle: string;
};

type Batch = {
  readonly handle: (body: string, group: string) => Promise<Handled>;
  /** Lets a record come back after so many seconds, and not at the end of the queue's own timeout. */
  readonly postpone: (received: Received, seconds: number) => Promise<void>;
  readonly log: Log;
};

/** 10, 20, 40 ... seconds, at most 15 minutes: with 100 deliveries of a message that is about a day. */
export const backoffInSeconds = (receiveCount: number): number => Math.min(900, 5 * 2 ** Math.min(receiveCount, 10));

/**
 * A batch of a FIFO queue: groups side by side, each in its order. After a failure the rest of its group goes back untried,
 * all of it as late as what failed. Returns the ids of what goes back.
 */
export const handleBatch = async (batch: Batch, records: readonly Received[]): Promise<readonly string[]> => {
  const groups = Map.groupBy(records, ({ group }) => group);
  const failed = await Promise.all([...groups.values()].map((group) => handleGroup(batch, group)));
  return failed.flat();
};

const handleGroup = async (batch: Batch, records: readonly Received[]): Promise<readonly string[]> => {
  for (const [index, record] of records.entries()) {
    const handled = await attempt(batch, record);
    if (handled.handled) continue;
    const rest = records.slice(index);
    const seconds = Math.max(handled.retryInSeconds ?? 0, backoffInSeconds(record.receiveCount));
    for (const each of rest) await postpone(batch, each, seconds);
    return rest.map(({ messageId }) => messageId);
  }
  return [];
};

const attempt = async ({ handle, log }: Batch, { body, group, messageId }: Received): Promise<Handled> => {
  try {
    const handled = await handle(body, group);
    if (!handled.handled) log.info(`message ${messageId} goes back to the outbox`, { detail: handled.detail });
    return handled;
  } catch (error) {
    log.error(`message ${messageId} goes back to the outbox`, error);
    return { handled: false, detail: 'fault', retryInSeconds: null };
  }
};

/** Without it the record comes back all the same, when the queue's timeout ends. */
const postpone = async ({ postpone: later, log }: Batch, record: Received, seconds: number): Promise<void> => {
  try {
    await later(record, Math.min(seconds, 43_200));
  } catch (error) {
    log.error(`message ${record.messageId} comes back when the timeout of the queue ends`, error);
  }
};
