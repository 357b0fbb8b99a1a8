import { describe, expect, test } from 'vitest';
import { known, type KeyMetadata, unknown } from '../../shared/facts/facts.ts';
import { sweepAlertOf } from '../support/alerts.ts';
import { deletionAlert, keyArnOf, memoryNotifier, slackConfig, start } from '../support/memory-notifier.ts';
import { perfectMetadata } from '../support/perfect-key.ts';

const day = 86_400_000;
const is = (keyState: KeyMetadata['keyState'], deletionDate: string | null = null) =>
  known({ ...perfectMetadata, keyState, deletionDate });
const waiting = { keyState: 'PendingReplicaDeletion', deletionDate: null };

describe('a primary that waits for its replicas', () => {
  const begun = async (config: object = {}) => {
    const house = memoryNotifier(config);
    house.keys.set(keyArnOf(1), is('PendingReplicaDeletion'));
    await house.send(deletionAlert(1, waiting));
    await house.run(start + 9 * day);
    return house;
  };

  test('is raised again before its date, once it has one', async () => {
    const house = await begun(slackConfig);
    expect(house.slack.posted).toHaveLength(1);
    house.keys.set(keyArnOf(1), is('PendingDeletion', new Date(start + 16 * day).toISOString()));
    await house.run(start + 17 * day);
    expect(house.slack.posted).toHaveLength(4);
    expect(JSON.stringify(house.slack.posted.at(-1)?.message)).toContain('LAST REMINDER');
  });

  test.each([
    ['that is saved', is('Disabled')],
    ['that is gone', unknown('not-found', 'gone')],
  ])('%s is let be', async (_, fact) => {
    const house = await begun();
    house.keys.set(keyArnOf(1), fact);
    await house.run(start + 12 * day);
    expect(house.outbox.size()).toBe(0);
    expect(house.outbox.nextTime()).toBeNull();
    expect(house.published).toHaveLength(1);
  });

  test('that nobody can read is looked at for two months, and not for ever', async () => {
    const house = await begun();
    house.keys.set(keyArnOf(1), unknown('access-denied', 'no'));
    await house.run(start + 50 * day);
    expect(house.outbox.nextTime()).not.toBeNull();
    await house.run(start + 70 * day);
    expect(house.outbox.nextTime()).toBeNull();
  });

  test('whose deletion was approved is let be', async () => {
    const house = memoryNotifier();
    house.keys.set(keyArnOf(1), is('PendingReplicaDeletion'));
    const approved = {
      id: 'approved',
      approval: 'a',
      requester: 'r',
      approver: 'Eve',
      until: '',
      minimumWindowInDays: 7,
      reason: '',
      ticket: null,
    } as const;
    const { decision } = deletionAlert(1);
    await house.send(deletionAlert(1, { ...waiting, decision: { ...decision, reasons: [approved] } }));
    await house.run(start + day);
    expect(house.outbox.nextTime()).toBeNull();
  });
});

describe('a deletion that only a sweep has seen', () => {
  test('is raised again before its date', async () => {
    const house = memoryNotifier();
    house.keys.set(keyArnOf(7), is('PendingDeletion', new Date(start + 6 * day).toISOString()));
    await house.send(sweepAlertOf('deletion-scheduled', keyArnOf(7)));
    await house.run(start + 7 * day);
    const subjects = house.published.map(({ publication }) => publication.subject);
    expect(subjects).toHaveLength(4);
    expect(subjects.at(-1)).toContain('LAST REMINDER: 00000007');
    expect(house.events.filter(({ detailType }) => detailType === 'kms-guard.reminder')).toHaveLength(3);
  });

  test.each(['key-unused', 'rotation-overdue'])('%s is no deletion', async (rule) => {
    const house = memoryNotifier();
    await house.send(sweepAlertOf(rule, keyArnOf(7)));
    await house.run(start + day);
    expect(house.outbox.nextTime()).toBeNull();
  });
});
