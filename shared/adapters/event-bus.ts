import { type EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import type { Bus, BusEvent, Sent } from '../delivery/ports.ts';
import { sentOf } from './sent-of.ts';

/** What one PutEvents takes. */
const entriesPerCall = 10;
const tries = 3;

/** The guard's own bus. PutEvents may take some events and not others: only these are put again. */
export const eventBus = (client: EventBridgeClient, busName: string): Bus => ({
  put: async (events) => {
    for (let at = 0; at < events.length; at += entriesPerCall) {
      const sent = await putSome(client, busName, events.slice(at, at + entriesPerCall));
      if (!sent.ok) return sent;
    }
    return { ok: true };
  },
});

const putSome = async (client: EventBridgeClient, busName: string, events: readonly BusEvent[]): Promise<Sent> => {
  let left = events;
  let detail = '';
  for (let attempt = 1; attempt <= tries && left.length > 0; attempt += 1) {
    try {
      const { Entries: answers = [] } = await client.send(
        new PutEventsCommand({ Entries: left.map((event) => entryOf(event, busName)) }),
      );
      detail = answers.find(({ ErrorCode }) => ErrorCode !== undefined)?.ErrorCode ?? '';
      left = left.filter((_, index) => answers[index]?.ErrorCode !== undefined);
    } catch (error) {
      return sentOf(error);
    }
  }
  if (left.length === 0) return { ok: true };
  return { ok: false, reason: 'retryable', detail: `PutEvents: ${detail}`, retryAfterInSeconds: null, unsure: 'no' };
};

const entryOf = ({ detailType, time, detail, resources }: BusEvent, busName: string) => {
  const at = Date.parse(time);
  return {
    EventBusName: busName,
    Source: 'kms-guard',
    DetailType: detailType,
    Detail: detail,
    Resources: [...resources],
    ...(Number.isNaN(at) ? {} : { Time: new Date(at) }),
  };
};
