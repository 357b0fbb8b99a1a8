import type { JsonObject, JsonValue } from '../../policy/read-json.ts';

/** An event, as far as it is the same for every call of a name. */
export type SampleEvent = { readonly [field: string]: string | SampleEvent };
/** `perhaps`: it depends on what differs from call to call, or on a condition that is not understood here. */
export type Passed = 'yes' | 'no' | 'perhaps';

/**
 * Does an event pattern let the event pass? Every field of the pattern must. EventBridge user guide, "Amazon EventBridge event
 * patterns" and "Comparison operators": what is not read here (`$or`, `wildcard`, `numeric`, case) is `perhaps`.
 */
export const passes = (pattern: JsonObject, event: SampleEvent): Passed => {
  const fields = [...pattern].map(([field, wanted]) =>
    meets(wanted, Object.hasOwn(event, field) ? event[field] : undefined),
  );
  // EventBridge refuses a pattern without a field.
  if (fields.includes('no')) return 'no';
  return fields.length === 0 || fields.includes('perhaps') ? 'perhaps' : 'yes';
};

const meets = (wanted: JsonValue, found: string | SampleEvent | undefined): Passed => {
  if (found === undefined) return 'perhaps';
  if (isObject(wanted)) return typeof found === 'string' ? 'perhaps' : passes(wanted, found);
  if (!isList(wanted) || typeof found !== 'string') return 'perhaps';
  const matched = wanted.map((condition) => matches(condition, found));
  if (matched.includes('yes')) return 'yes';
  return matched.length === 0 || matched.includes('perhaps') ? 'perhaps' : 'no';
};

const matches = (condition: JsonValue, found: string): Passed => {
  if (!isObject(condition)) return isList(condition) ? 'perhaps' : sure(condition === found);
  const [[operator, operand] = [], ...more] = [...condition];
  if (operand === undefined || more.length > 0) return 'perhaps';
  switch (operator) {
    case 'prefix':
      return typeof operand === 'string' ? sure(found.startsWith(operand)) : 'perhaps';
    case 'suffix':
      return typeof operand === 'string' ? sure(found.endsWith(operand)) : 'perhaps';
    case 'anything-but': {
      const unwanted = isList(operand) ? operand : [operand];
      return unwanted.every((each) => typeof each === 'string') ? sure(!unwanted.includes(found)) : 'perhaps';
    }
    default:
      return 'perhaps';
  }
};

const sure = (yes: boolean): Passed => (yes ? 'yes' : 'no');
const isObject = (value: JsonValue): value is JsonObject => value instanceof Map;
const isList = (value: JsonValue): value is readonly JsonValue[] => Array.isArray(value);
