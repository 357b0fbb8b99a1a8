import { expect, test } from 'vitest';
import { lossStore } from '../../../local/bridge/losses.ts';

test('events of the named API are lost until losing stops, and others arrive', () => {
  const losses = lossStore();
  losses.add({ operation: 'ScheduleKeyDeletion' });
  expect(losses.isLost('ScheduleKeyDeletion')).toBe(true);
  expect(losses.isLost('CancelKeyDeletion')).toBe(false);
  expect(losses.isLost(undefined)).toBe(false);
  losses.clear();
  expect(losses.isLost('ScheduleKeyDeletion')).toBe(false);
});
