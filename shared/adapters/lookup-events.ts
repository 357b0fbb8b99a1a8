import { type CloudTrailClient, LookupEventsCommand } from '@aws-sdk/client-cloudtrail';

/** CloudTrail allows two look-ups a second: so many pages of 50 events for each question. */
export const pagesRead = 3;
const eventsPerPage = 50;
export const eventsRead = pagesRead * eventsPerPage;

/** One question takes one attribute and a time; ISO 8601, null: all of the 90 days. */
export type Question = {
  readonly by: 'EventName' | 'ResourceName';
  readonly value: string;
  readonly since: string | null;
};

export type Looked = {
  /** Newest first; `record` is CloudTrail's own text, `time` is in milliseconds since the epoch. */
  readonly events: readonly { readonly record: string; readonly time: number }[];
  /** There are older ones that were not read. */
  readonly more: boolean;
};

/** CloudTrail's event history, which needs no trail: 90 days, one account, one Region, newest first. */
export const lookUpEvents = async (client: CloudTrailClient, { by, value, since }: Question): Promise<Looked> => {
  const events: Looked['events'][number][] = [];
  let NextToken: string | undefined;
  for (let page = 0; page < pagesRead; page += 1) {
    const answer = await client.send(
      new LookupEventsCommand({
        LookupAttributes: [{ AttributeKey: by, AttributeValue: value }],
        MaxResults: eventsPerPage,
        ...(since === null ? {} : { StartTime: new Date(since) }),
        ...(NextToken === undefined ? {} : { NextToken }),
      }),
    );
    for (const { CloudTrailEvent: record = '', EventTime } of answer.Events ?? []) {
      events.push({ record, time: EventTime?.getTime() ?? Number.POSITIVE_INFINITY });
    }
    NextToken = answer.NextToken;
    if (NextToken === undefined) return { events, more: false };
  }
  return { events, more: true };
};
