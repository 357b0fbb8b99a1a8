import { type Fields, fields, items, maybeFlag, text, texts } from '../calls/fields.ts';
import { kmsEventSource } from '../calls/parse.ts';
import type { TrailSelectors } from '../facts/trail.ts';
import { takenBy } from '../rules/trails/takes.ts';

/** What a change of a trail takes from the guard's sight; null where it takes nothing. */
export type Narrowing = 'no-kms-writes' | 'one-region';

/**
 * `PutEventSelectors` names all of a trail's selectors anew, `UpdateTrail` only what it changes. Source: CloudTrail API
 * reference, `EventSelector` and `AdvancedFieldSelector`; a record writes their fields in lower case first.
 */
export const narrowedBy = (eventName: string, request: Fields): Narrowing | null => {
  if (eventName === 'UpdateTrail') return maybeFlag(request['isMultiRegionTrail']) === false ? 'one-region' : null;
  if (eventName !== 'PutEventSelectors') return null;
  const taken = takenBy(selectorsOf(request), { eventSource: kmsEventSource, readOnly: 'false' });
  return taken === 'yes' ? null : 'no-kms-writes';
};

const selectorsOf = (request: Fields): TrailSelectors => ({
  basic: items(request['eventSelectors'])
    .map(fields)
    .map((selector) => ({
      readWriteType: text(selector['readWriteType']) ?? 'All',
      includeManagementEvents: maybeFlag(selector['includeManagementEvents']) !== false,
      excludedSources: texts(selector['excludeManagementEventSources']),
    })),
  advanced: items(request['advancedEventSelectors'])
    .map(fields)
    .map((selector) =>
      items(selector['fieldSelectors'])
        .map(fields)
        .map((condition) => ({
          field: text(condition['field']) ?? '',
          equals: texts(condition['equals']),
          startsWith: texts(condition['startsWith']),
          endsWith: texts(condition['endsWith']),
          notEquals: texts(condition['notEquals']),
          notStartsWith: texts(condition['notStartsWith']),
          notEndsWith: texts(condition['notEndsWith']),
        })),
    ),
});
