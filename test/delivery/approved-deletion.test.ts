import { expect, test } from 'vitest';
import type { DecisionReason } from '../../shared/decision.ts';
import { isUrgent } from '../../shared/delivery/route.ts';
import { statusOf } from '../../shared/delivery/slack-place.ts';
import { known } from '../../shared/facts/facts.ts';
import { waiversAlert } from '../support/alerts.ts';
import { deletionAlert, keyArnOf, memoryNotifier, slackConfig } from '../support/memory-notifier.ts';
import { perfectFacts } from '../support/perfect-key.ts';

const deletionDate = '2026-12-20T09:14:07.000Z';
const approved: DecisionReason = {
  id: 'approved',
  approval: 'cli-1',
  requester: 'arn:aws:iam::111122223333:role/PlatformAdmin',
  approver: 'Eve',
  until: '2026-11-21T09:00:00.000Z',
  minimumWindowInDays: 30,
  reason: 'the orders service was retired',
  ticket: null,
};
const alertWith = (...reasons: readonly DecisionReason[]) =>
  deletionAlert(1, {
    severity: 'info',
    outcomes: [],
    keyState: 'PendingDeletion',
    deletionDate,
    decision: { action: 'alert', remedy: null, wouldRemedy: null, severity: 'info', reasons },
  });
const other: DecisionReason = { id: 'violation', rule: 'deletion-window-short' };

/** How often the notifier speaks in Slack until the key is gone. */
const saidUntilTheEnd = async (alert: ReturnType<typeof alertWith>): Promise<number> => {
  const house = memoryNotifier(slackConfig);
  if (!perfectFacts.metadata.known) throw new Error('a perfect key is known');
  house.keys.set(keyArnOf(1), known({ ...perfectFacts.metadata.value, keyState: 'PendingDeletion', deletionDate }));
  await house.send(alert);
  await house.run(Date.parse(deletionDate));
  return house.events.length;
};

test('what a second person approved is told at once, as approved, and never raised again', async () => {
  expect(statusOf(alertWith(approved))).toBe('approved');
  expect(isUrgent(alertWith(approved))).toBe(true);
  const told = await saidUntilTheEnd(alertWith(approved));
  expect(told).toBeGreaterThan(0);
  expect(await saidUntilTheEnd(alertWith(other))).toBeGreaterThan(told);
});

test('an approval does not quiet what stands beside it', async () => {
  expect(statusOf(alertWith(other, approved))).toBe('open');
  expect(await saidUntilTheEnd(alertWith(other, approved))).toBe(await saidUntilTheEnd(alertWith(other)));
});

test('waivers that end may wait for the digest', () => {
  expect(isUrgent(waiversAlert())).toBe(false);
});
