import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { readJson } from '../../shared/policy/read-json.ts';
import { passes, type SampleEvent } from '../../shared/rules/forwarding/passes.ts';
import { matchesPattern } from '../support/event-pattern.ts';

const event: SampleEvent = { source: 'a', region: 'b', detail: { eventName: 'a', awsRegion: 'ab' } };

const passed = (pattern: unknown, of: SampleEvent = event) => {
  const read = readJson(JSON.stringify(pattern));
  if (read.kind === 'error' || !(read.value instanceof Map)) throw new Error('not a pattern');
  return passes(read.value, of);
};

test('plain values are read as EventBridge reads them', () => {
  const values = fc.array(fc.oneof(fc.constantFrom('a', 'b', 'ab', 'A', ''), fc.integer(), fc.constant(null)), {
    minLength: 1,
    maxLength: 3,
  });
  const own = (...fields: readonly string[]) =>
    fc.record(Object.fromEntries(fields.map((field) => [field, values])), { requiredKeys: [] });
  const patterns = fc
    .tuple(own('source', 'region'), own('eventName', 'awsRegion'))
    .filter(([, detail]) => Object.keys(detail).length > 0)
    .map(([top, detail]) => ({ ...top, detail }));
  fc.assert(
    fc.property(patterns, (pattern) => {
      expect(passed(pattern)).toBe(matchesPattern(pattern, event) ? 'yes' : 'no');
    }),
    { numRuns: 500 },
  );
});

test.each<[string, unknown, string]>([
  ['a beginning', { source: [{ prefix: 'a' }] }, 'yes'],
  ['another beginning', { source: [{ prefix: 'b' }] }, 'no'],
  ['an end', { detail: { awsRegion: [{ suffix: 'b' }] } }, 'yes'],
  ['another end', { detail: { awsRegion: [{ suffix: 'a' }] } }, 'no'],
  ['anything but another', { source: [{ 'anything-but': 'b' }] }, 'yes'],
  ['anything but itself', { source: [{ 'anything-but': ['b', 'a'] }] }, 'no'],
  ['anything but a beginning', { source: [{ 'anything-but': { prefix: 'b' } }] }, 'perhaps'],
  ['one of two is enough', { source: [{ wildcard: '*' }, 'a'] }, 'yes'],
  ['one that is not read, one that is not met', { source: [{ wildcard: '*' }, 'b'] }, 'perhaps'],
  ['a condition that is not read', { source: [{ 'equals-ignore-case': 'A' }] }, 'perhaps'],
  ['a beginning whatever its case', { source: [{ prefix: { 'equals-ignore-case': 'A' } }] }, 'perhaps'],
  ['two operators in one', { source: [{ prefix: 'a', suffix: 'a' }] }, 'perhaps'],
  ['an operator of nothing', { source: [{}] }, 'perhaps'],
  ['a list in a list', { source: [['a']] }, 'perhaps'],
  ['no list', { source: 'a' }, 'perhaps'],
  ['nothing listed', { source: [] }, 'perhaps'],
  ['a field below a text', { source: { deeper: ['a'] } }, 'perhaps'],
  ['values for a part with fields', { detail: ['a'] }, 'perhaps'],
  ['a field that is not known', { source: ['a'], account: ['a'] }, 'perhaps'],
  ['one of several ways', { $or: [{ source: ['a'] }, { region: ['a'] }] }, 'perhaps'],
  ['what is not met decides, whatever else there is', { source: ['b'], $or: [] }, 'no'],
  ['no field at all', {}, 'perhaps'],
  ['no field at all below', { source: ['a'], detail: {} }, 'perhaps'],
  ['a name as one path', { 'detail.eventName': ['a'] }, 'perhaps'],
  ['a name that every object has', { constructor: ['a'] }, 'perhaps'],
])('%s', (_name, pattern, expected) => {
  expect(passed(pattern)).toBe(expected);
});
