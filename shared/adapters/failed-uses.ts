import type { CloudTrailClient } from '@aws-sdk/client-cloudtrail';
import { failedUseOf } from '../calls/failed-use.ts';
import { parseBody } from '../calls/parse-body.ts';
import { type Fact, type FailedUse, known } from '../facts/facts.ts';
import { eventsRead, type Looked, lookUpEvents } from './lookup-events.ts';

/** What applications ask most; in a busy Region their newest events reach back a moment only. */
const commonest = ['Decrypt', 'GenerateDataKey'] as const;

/**
 * Failed uses of one key. It is asked for by its ARN; that CloudTrail files a failed call under the key is not documented, so
 * where that shows none, the newest calls of the commonest operations are searched for it too. None found proves nothing.
 */
export const failedUses = async (
  client: CloudTrailClient,
  keyArn: string,
  since: string | null,
): Promise<Fact<readonly FailedUse[]>> => {
  const ofKey = await lookUpEvents(client, { by: 'ResourceName', value: keyArn, since });
  const found = usesIn(ofKey, keyArn, since);
  if (found.length > 0) return told(found, ofKey.more);
  let more = ofKey.more;
  const others: FailedUse[] = [];
  for (const value of commonest) {
    // Without a time, so that one answer serves every key of the Region.
    const looked = await lookUpEvents(client, { by: 'EventName', value, since: null });
    others.push(...usesIn(looked, keyArn, since));
    more ||= looked.more;
  }
  return told(others, more);
};

const usesIn = ({ events }: Looked, keyArn: string, since: string | null): readonly FailedUse[] =>
  events.flatMap(({ record }) => {
    const parsed = parseBody(record);
    if (parsed.unreadable || (since !== null && parsed.call.time < Date.parse(since))) return [];
    return failedUseOf(parsed.call, keyArn) ?? [];
  });

const told = (uses: readonly FailedUse[], more: boolean): Fact<readonly FailedUse[]> =>
  known(
    uses.toSorted((a, b) => Date.parse(b.at) - Date.parse(a.at)),
    more ? `CloudTrail holds more calls in this Region than the newest ${eventsRead} that were read` : undefined,
  );
