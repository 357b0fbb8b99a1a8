import { kmsEventSource } from '../../calls/parse.ts';
import type { Trail } from '../../facts/trail.ts';
import type { Reason } from '../define-rule.ts';
import { listed } from '../policy/words.ts';
import { cut, reasonsOf, unknownData } from '../reason.ts';
import { narrowingFields, type Taken, takenBy, type TrailEvent } from './takes.ts';

export const trailTexts = {
  stopped: 'The trail {trail} does not log',
  excludesKms: 'The trail {trail} leaves the events of KMS out',
  readsOnly: 'The trail {trail} logs calls that read, and none that change a key',
  noManagementEvents: 'The trail {trail} logs no management events',
  narrowed: 'The trail {trail} selects events by {fields}: which calls of KMS it logs is unknown',
  unreadTrail: 'What the trail {trail} logs is unknown ({reason}): {detail}',
  unreadOrganizationTrail:
    'What the trail {trail} logs is unknown: it belongs to the organization, whose management account alone can read its selectors ({detail})',
} as const;
const reason = reasonsOf(trailTexts);

/** Does a trail log the calls that change keys? `blind` and `unknown` with the reason. */
export type Coverage =
  | { readonly sees: true }
  | { readonly sees: false; readonly kind: 'blind' | 'unknown'; readonly reason: Reason };

export const coverageOf = ({ arn, organization, logging, selectors }: Trail): Coverage => {
  const trail = cut(arn, 190);
  if (!logging.known) return unknown(reason('unreadTrail', { ...unknownData('status', logging), trail }));
  if (!logging.value) return blind(reason('stopped', { trail }));
  if (!selectors.known) {
    const id = organization ? 'unreadOrganizationTrail' : 'unreadTrail';
    return unknown(reason(id, { ...unknownData('selectors', selectors), trail }));
  }
  const takes = (event: TrailEvent): Taken => takenBy(selectors.value, event);
  const write = takes({ eventSource: kmsEventSource, readOnly: 'false' });
  if (write === 'yes') return { sees: true };
  if (write === 'perhaps')
    return unknown(reason('narrowed', { trail, fields: listed(narrowingFields(selectors.value)) }));
  if (takes({ eventSource: kmsEventSource, readOnly: 'true' }) !== 'no') return blind(reason('readsOnly', { trail }));
  const others = takes({ eventSource: anotherSource, readOnly: 'false' });
  return blind(reason(others === 'no' ? 'noManagementEvents' : 'excludesKms', { trail }));
};

const blind = (why: Reason): Coverage => ({ sees: false, kind: 'blind', reason: why });
const unknown = (why: Reason): Coverage => ({ sees: false, kind: 'unknown', reason: why });

/** Any service whose management events a trail can leave out no other way. */
const anotherSource = 'ec2.amazonaws.com';
