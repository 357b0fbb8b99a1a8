import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  buttonActionOf,
  buttonActions,
  buttonValueText,
  parseButtonValue,
} from '../../../shared/alerts/slack/button-value.ts';
import { eventID } from '../../support/alerts.ts';
import { keyArn } from '../../support/records.ts';

const value = {
  v: 1 as const,
  alertId: 'alert-0001',
  eventID,
  findingIds: ['0123456789abcdef0123456789abcdef'],
  keyArn,
  deletionDate: '2026-11-27T09:14:07.000Z',
  revision: 3,
};

describe('a button value', () => {
  test('comes back as it went', () => {
    expect(parseButtonValue(buttonValueText(value) ?? '')).toEqual(value);
  });

  test('is never longer than Slack takes', () => {
    const longest = {
      ...value,
      alertId: '"'.repeat(200),
      eventID: '"'.repeat(100),
      findingIds: Array.from({ length: 4 }, () => '"'.repeat(64)),
      keyArn: '"'.repeat(300),
      deletionDate: '"'.repeat(40),
    };
    expect(buttonValueText(longest)?.length ?? 0).toBeLessThanOrEqual(2_000);
    expect(buttonValueText({ ...value, alertId: '' })).toBeNull();
    expect(buttonValueText({ ...value, keyArn: 'x'.repeat(301) })).toBeNull();
  });

  test.each([
    ['nothing', ''],
    ['no JSON', '{'],
    ['a field more', JSON.stringify({ ...value, admin: true })],
    ['a field less', JSON.stringify({ ...value, alertId: undefined })],
    ['another version', JSON.stringify({ ...value, v: 2 })],
    ['a revision that is none', JSON.stringify({ ...value, revision: -1 })],
  ])('that is %s is not ours', (_, text) => {
    expect(parseButtonValue(text)).toBeNull();
  });

  test('parsing never throws', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        expect(parseButtonValue(text)).toBeNull();
      }),
    );
  });
});

test('an action id names its button, and no other does', () => {
  for (const [action, id] of Object.entries(buttonActions)) expect(buttonActionOf(id)).toBe(action);
  expect(buttonActionOf('approve')).toBeNull();
});
