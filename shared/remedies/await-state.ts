import type { Fact, KeyMetadata, KeyState, Unknown } from '../facts/facts.ts';
import type { Clock, KeyReader } from '../ports.ts';

/** KMS is eventually consistent: waits between looks, in milliseconds, about nine seconds in all. */
const waits = [200, 400, 800, 1_500, 2_500, 3_500] as const;

/** Looks at a key until it is in a state that `accept` takes, or the looks are spent. Returns the last look. */
export const awaitState = async (
  ports: { readonly reader: KeyReader; readonly clock: Clock },
  keyArn: string,
  accept: (state: KeyState) => boolean,
): Promise<Fact<KeyMetadata>> => {
  let look = await ports.reader.describe(keyArn);
  for (const wait of waits) {
    if (look.known ? accept(look.value.keyState) : isFinal(look)) return look;
    await ports.clock.sleep(wait);
    look = await ports.reader.describe(keyArn);
  }
  return look;
};

/** No later look would tell more, or the permission to look is missing. */
const isFinal = ({ reason }: Unknown): boolean => reason === 'not-found' || reason === 'access-denied';

export const isPending = (state: KeyState): boolean =>
  state === 'PendingDeletion' || state === 'PendingReplicaDeletion';
