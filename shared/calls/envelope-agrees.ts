import type { Unreadable } from './call.ts';
import { type Fields, quoted } from './fields.ts';

type Placed = { readonly account: string; readonly region: string; readonly eventID: string };

/**
 * EventBridge itself writes an event's `account` and `region`, also when another account's rule passes it on; what is inside
 * was written by whoever sent it. An event is believed only about the account and Region that it comes from.
 * Source: EventBridge user guide, "Sending and receiving events between AWS accounts".
 */
export const believed = <C extends Placed>(
  parsed: { readonly unreadable: false; readonly call: C } | Unreadable,
  envelope: Fields,
): { readonly unreadable: false; readonly call: C } | Unreadable => {
  if (parsed.unreadable) return parsed;
  const { account, region, eventID } = parsed.call;
  const disagreement = differs(envelope, 'account', account) ?? differs(envelope, 'region', region);
  return disagreement === null ? parsed : { unreadable: true, reason: disagreement, eventID };
};

/** Null where both say the same, or the envelope says nothing: then it never was on a bus. */
const differs = (envelope: Fields, name: 'account' | 'region', told: string): string | null => {
  const sent = envelope[name];
  return sent === undefined || sent === told
    ? null
    : `$.${name}: forged, it comes from ${quoted(sent)} and tells of ${told}`;
};
