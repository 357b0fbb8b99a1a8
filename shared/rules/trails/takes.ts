import type { FieldSelector, TrailSelectors } from '../../facts/trail.ts';

/** A management event, as far as selectors see it. */
export type TrailEvent = { readonly eventSource: string; readonly readOnly: 'true' | 'false' };
/** `perhaps`: it depends on what differs from call to call, such as the name of the operation. */
export type Taken = 'yes' | 'no' | 'perhaps';

export const takenBy = ({ basic, advanced }: TrailSelectors, event: TrailEvent): Taken => {
  const written = event.readOnly === 'false' ? 'WriteOnly' : 'ReadOnly';
  const byBasic = basic.some(
    ({ readWriteType, includeManagementEvents, excludedSources }) =>
      includeManagementEvents &&
      !excludedSources.includes(event.eventSource) &&
      (readWriteType === 'All' || readWriteType === written),
  );
  if (byBasic) return 'yes';
  const byAdvanced = advanced.map((conditions) => meetsAll(conditions, event));
  if (byAdvanced.includes('yes')) return 'yes';
  return byAdvanced.includes('perhaps') ? 'perhaps' : 'no';
};

/** A selector without conditions is none that CloudTrail would take. */
const meetsAll = (conditions: readonly FieldSelector[], event: TrailEvent): Taken => {
  const met = conditions.map((condition) => meets(condition, event));
  if (met.length === 0 || met.includes('no')) return 'no';
  return met.includes('perhaps') ? 'perhaps' : 'yes';
};

const isFixed = (field: string): boolean => valueOf(field, { eventSource: '', readOnly: 'true' }) !== null;

const valueOf = (field: string, event: TrailEvent): string | null => {
  switch (field) {
    case 'eventCategory':
      return 'Management';
    case 'eventSource':
      return event.eventSource;
    case 'readOnly':
      return event.readOnly;
    default:
      return null;
  }
};

const meets = (condition: FieldSelector, event: TrailEvent): Taken => {
  const value = valueOf(condition.field, event);
  if (value === null) return 'perhaps';
  const { equals, startsWith, endsWith, notEquals, notStartsWith, notEndsWith } = condition;
  const wanted = equals.length + startsWith.length + endsWith.length > 0;
  if (wanted && !fits(value, equals, { startsWith, endsWith })) return 'no';
  return fits(value, notEquals, { startsWith: notStartsWith, endsWith: notEndsWith }) ? 'no' : 'yes';
};

type Ends = Pick<FieldSelector, 'startsWith' | 'endsWith'>;
const fits = (value: string, equals: readonly string[], { startsWith, endsWith }: Ends): boolean =>
  equals.includes(value) ||
  startsWith.some((start) => value.startsWith(start)) ||
  endsWith.some((end) => value.endsWith(end));

/** The fields of its conditions that differ from call to call: on these the answer hangs. */
export const narrowingFields = ({ advanced }: TrailSelectors): readonly string[] => [
  ...new Set(advanced.flat().flatMap(({ field }) => (isFixed(field) ? [] : [field]))),
];
