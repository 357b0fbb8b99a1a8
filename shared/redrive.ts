/** One message of a dead-letter queue. */
export type DeadLetter = {
  readonly messageId: string;
  readonly body: string;
  /** Of a FIFO queue; null otherwise. */
  readonly group: string | null;
  /** Takes it off the dead-letter queue. */
  readonly remove: () => Promise<void>;
};

/** A queue of the guard and where its dead letters lie. */
export type RedriveQueues = {
  /** Up to ten that nobody else is looking at; none: that was all. */
  readonly receive: () => Promise<readonly DeadLetter[]>;
  readonly putBack: (letter: DeadLetter) => Promise<void>;
};

export type Redriven = {
  readonly moved: number;
  /** Messages that no handler could read: put back they would come here again, and nobody would be told twice. */
  readonly kept: readonly { readonly messageId: string; readonly reason: string }[];
};

/**
 * Puts dead letters back to where they came from. Each is put back before it is removed: a crash between the two makes a
 * duplicate, which the guard knows by its claim, and never a loss.
 */
export const redrive = async (
  { receive, putBack }: RedriveQueues,
  unreadable: (body: string) => string | null,
): Promise<Redriven> => {
  let moved = 0;
  const kept = new Map<string, string>();
  for (;;) {
    const letters = await receive();
    const fresh = letters.filter(({ messageId }) => !kept.has(messageId));
    // A queue may show a message again that was left in it: then everything has been seen.
    if (fresh.length === 0) break;
    for (const letter of fresh) {
      const reason = unreadable(letter.body);
      if (reason !== null) {
        kept.set(letter.messageId, reason);
        continue;
      }
      await putBack(letter);
      await letter.remove();
      moved += 1;
    }
  }
  return { moved, kept: [...kept].map(([messageId, reason]) => ({ messageId, reason })) };
};
