/**
 * EventBridge's pattern matching, as far as the guard's patterns use it: every field of the pattern must be in the event
 * with one of the listed values, or begin with one, whatever its case; an array in the event matches by any of its elements.
 * Source: EventBridge user guide, "Amazon EventBridge event patterns".
 */
export const matchesPattern = (pattern: unknown, event: unknown): boolean => {
  if (!isObject(pattern)) throw new Error(`a pattern must be an object: ${JSON.stringify(pattern)}`);
  if (!isObject(event)) return false;
  return Object.entries(pattern).every(([field, wanted]) => {
    const found = event[field];
    if (!Array.isArray(wanted)) return matchesPattern(wanted, found);
    if (wanted.length === 0) throw new Error(`"${field}" lists no value: EventBridge refuses that`);
    const values: readonly unknown[] = Array.isArray(found) ? found : [found];
    return wanted.some((value: unknown) => values.some((candidate) => matchesValue(field, value, candidate)));
  });
};

const matchesValue = (field: string, wanted: unknown, found: unknown): boolean => {
  if (isObject(wanted)) {
    const { prefix, ...others } = wanted;
    const start = isObject(prefix) ? prefix['equals-ignore-case'] : undefined;
    if (typeof start !== 'string' || Object.keys(others).length > 0)
      throw new Error(`"${field}": content filters are not supported here`);
    return typeof found === 'string' && found.toLowerCase().startsWith(start.toLowerCase());
  }
  return found !== undefined && wanted === found;
};

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
