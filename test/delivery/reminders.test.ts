import { describe, expect, test } from 'vitest';
import type { Move } from '../../shared/delivery/outbox-message.ts';
import { alertIdOf } from '../../shared/delivery/outbox-message.ts';
import { progressThrough } from '../../shared/delivery/progress.ts';
import { reminderTimes } from '../../shared/delivery/reminders.ts';
import type { Approval } from '../../shared/approvals.ts';
import { known, unknown } from '../../shared/facts/facts.ts';
import { RetryableFault } from '../../shared/ports.ts';
import { approvalOf } from '../support/approval-book-contract.ts';
import { perfectFacts } from '../support/perfect-key.ts';
import { deletionAlert, keyArnOf, memoryNotifier, slackConfig, start } from '../support/memory-notifier.ts';

const date = '2026-12-20T09:14:07.000Z';
const hour = 3_600_000;
const due = (hours: number): number => Date.parse(date) - hours * hour;

const metadata = perfectFacts.metadata;
const pending = (own: object = {}) => {
  if (!metadata.known) throw new Error('a perfect key is known');
  return known({ ...metadata.value, keyState: 'PendingDeletion' as const, deletionDate: date, ...own });
};

const alertId = alertIdOf('deletion-guard', deletionAlert(1));
const answer = (own: Partial<Move>): Move => ({
  alertId,
  keyArn: keyArnOf(1),
  findingIds: [],
  status: 'acknowledged',
  by: 'Dana',
  what: 'acknowledged it',
  at: new Date(start).toISOString(),
  until: null,
  ...own,
});

const started = async (config: object = slackConfig) => {
  const house = memoryNotifier(config);
  house.keys.set(keyArnOf(1), pending());
  await house.send(deletionAlert(1));
  await house.run(start + hour);
  return house;
};
/** The replies that make a sound; the message itself shows the reminder too. */
const reminders = ({ slack }: Awaited<ReturnType<typeof started>>) =>
  slack.posted.filter(({ broadcast, threadTs }) => broadcast && threadTs !== null);

describe('a pending deletion that nobody answers', () => {
  test('is raised again before its date, louder each time, then no more', async () => {
    const house = await started();
    const times: number[] = [];
    for (const hours of [72, 24, 4]) {
      await house.run(due(hours) - 1_000);
      const before = house.slack.posted.length;
      await house.run(due(hours) + 60_000);
      expect(house.slack.posted.length).toBe(before + 1);
      times.push(hours);
    }
    await house.run();
    const replies = house.slack.posted.slice(1);
    expect(replies).toHaveLength(3);
    const [root] = house.slack.posted;
    for (const reply of replies) expect(reply).toMatchObject({ threadTs: root?.ts, broadcast: true });
    const [first, second, third] = replies.map(({ message }) => JSON.stringify(message.blocks));
    expect(first).not.toMatch(/<!/);
    expect(second).toContain('<!here>');
    expect(third).toContain('<!channel>');
    expect(third).toContain('LAST REMINDER');
  });

  test('is raised on a topic as well', async () => {
    const house = await started({});
    await house.run();
    expect(house.published.map(({ publication }) => publication.subject)).toEqual([
      expect.stringContaining('[CRITICAL]'),
      expect.stringContaining('Reminder 1 of 3'),
      expect.stringContaining('Reminder 2 of 3'),
      expect.stringContaining('LAST REMINDER'),
    ]);
    const published = house.published.at(-1)?.publication;
    expect(JSON.parse(published?.json ?? '{}')).toMatchObject({
      schema: 'kms-guard.reminder/1',
      keyArn: keyArnOf(1),
      level: 3,
    });
  });

  test.each([
    ['a key that cannot be read', unknown('access-denied', 'no')],
    ['a primary that waits for its replicas', pending({ keyState: 'PendingReplicaDeletion', deletionDate: null })],
  ])('%s is raised too', async (_, fact) => {
    const house = await started();
    house.keys.set(keyArnOf(1), fact);
    await house.run();
    expect(house.slack.posted).toHaveLength(4);
  });
});

test('a key that KMS gives no answer about is raised too, and not a day later', async () => {
  const house = await started();
  Object.assign(house.notifier.ports.reader, { describe: () => Promise.reject(new RetryableFault('throttled')) });
  await house.run(due(4) + 60_000);
  expect(reminders(house)).toHaveLength(3);
});

describe('no reminder', () => {
  test.each([
    ['of a key that is enabled again', pending({ keyState: 'Enabled', deletionDate: null }), 'the key is Enabled'],
    ['of a deletion that was scheduled anew', pending({ deletionDate: '2026-12-29T00:00:00Z' }), 'no longer stands'],
    ['of a key that is gone', unknown('not-found', 'gone'), 'no longer exists'],
  ])('%s: its message is resolved', async (_, fact, what) => {
    const house = await started();
    house.keys.set(keyArnOf(1), fact);
    await house.run();
    expect(house.slack.posted).toHaveLength(2);
    const [message, note] = house.slack.posted;
    expect(JSON.stringify(message?.message.blocks)).toContain('Resolved');
    expect(note?.message.text).toContain(what);
  });

  test.each(['acknowledged', 'approved', 'kept'] as const)('of one that is %s', async (status) => {
    const house = await started();
    await progressThrough(house.outbox).moved(answer({ status }));
    await house.run();
    expect(reminders(house)).toEqual([]);
  });

  test('while it is snoozed, and one after', async () => {
    const house = await started();
    await house.run(due(73));
    await progressThrough(house.outbox).moved(answer({ status: 'snoozed', until: new Date(due(70)).toISOString() }));
    await house.run(due(71));
    expect(reminders(house)).toEqual([]);
    await house.run(due(69));
    expect(reminders(house)).toHaveLength(1);
  });

  const approvalUsed = (own: Partial<Approval> = {}) =>
    approvalOf({
      keyArn: keyArnOf(1),
      used: { at: new Date(start).toISOString(), eventID: 'event-1', deletionDate: date },
      ...own,
    });

  test('of a deletion that an approval of the ledger permits, though nobody told the message', async () => {
    const house = await started();
    await house.approvals.add(approvalUsed());
    await house.run();
    expect(reminders(house)).toEqual([]);
  });

  test.each([
    ['another deletion used', approvalUsed({ used: { at: date, eventID: 'event-0', deletionDate: null } })],
    ['nobody used yet', approvalUsed({ used: null })],
    ['was revoked', approvalUsed({ revoked: { at: date, by: 'Eve' } })],
  ])('but there is one for an approval that %s', async (_, approval) => {
    const house = await started();
    await house.approvals.add(approval);
    await house.run();
    expect(reminders(house)).toHaveLength(3);
  });

  test('but there is one where the approval that was clicked is revoked', async () => {
    const house = await started();
    await progressThrough(house.outbox).moved(answer({ status: 'approved' }));
    await house.approvals.add(approvalUsed({ revoked: { at: date, by: 'Eve' } }));
    await house.run();
    expect(reminders(house)).toHaveLength(3);
  });

  test('but there is one where an answer for the whole key was given before the deletion was scheduled', async () => {
    const house = await started();
    const forKey = { alertId: null, status: 'approved' } as const;
    await progressThrough(house.outbox).moved(answer({ ...forKey, at: '2026-11-20T09:14:06Z' }));
    await house.run();
    expect(reminders(house)).toHaveLength(3);
    const later = await started();
    await progressThrough(later.outbox).moved(answer({ ...forKey, at: '2026-11-20T09:14:08Z' }));
    await later.run();
    expect(reminders(later)).toEqual([]);
  });

  test('taking an answer back raises what is left, and the message stands as before', async () => {
    const house = await started();
    const step = (own: Partial<Move>) => progressThrough(house.outbox).moved(answer({ alertId: null, ...own }));
    await step({ status: 'approved', what: 'approved the deletion' });
    await house.run(due(71));
    expect(reminders(house)).toEqual([]);
    expect(JSON.stringify(house.slack.posted[0]?.message.blocks)).toContain('Approved');
    await step({ status: 'open', what: 'revoked approval cli-1', at: new Date(due(71)).toISOString() });
    await house.run(due(70));
    expect(JSON.stringify(house.slack.posted[0]?.message.blocks)).toContain('Open');
    await house.run();
    expect(reminders(house)).toHaveLength(2);
  });

  const cancelled = { remedy: 'cancelKeyDeletion', outcome: 'done', detail: 'the key is Disabled' } as const;
  const byEve = { id: 'approved', approval: 'cli-1', requester: 'r', approver: 'Eve', until: date } as const;
  test.each([
    ['cancelled by the guard is so again', { outcomes: [cancelled] }, 'Cancelled'],
    [
      'told as approved is open',
      {
        decision: {
          action: 'alert',
          remedy: null,
          wouldRemedy: null,
          severity: 'info',
          reasons: [{ ...byEve, minimumWindowInDays: 30, reason: 'retired', ticket: null }],
        },
      },
      'Open',
    ],
  ] as const)('an answer that is taken back: what was %s', async (_, own, status) => {
    const house = memoryNotifier(slackConfig);
    house.keys.set(keyArnOf(1), pending());
    await house.send(deletionAlert(1, own));
    await house.run(start + hour);
    await progressThrough(house.outbox).moved(answer({ status: 'approved' }));
    await house.run(start + hour);
    const shown = () => JSON.stringify(house.slack.posted[0]?.message.blocks);
    expect(shown()).toContain('Approved');
    await progressThrough(house.outbox).moved(answer({ status: 'open', what: 'revoked approval cli-1' }));
    await house.run(start + hour);
    expect(shown()).toContain(`${status}. `);
  });

  test('for an answer to another alert, there is one', async () => {
    const house = await started();
    await progressThrough(house.outbox).moved(answer({ alertId: 'another' }));
    await house.run();
    expect(reminders(house)).toHaveLength(3);
  });

  test('of a point that is past already', async () => {
    const house = memoryNotifier(slackConfig);
    house.clock.time = due(25);
    await house.send(deletionAlert(1));
    await house.run(due(25));
    expect([...house.outbox.schedules.values()].map(({ time }) => time)).toEqual([due(24), due(4)]);
  });

  test('of a deletion that the guard cancelled', async () => {
    const house = memoryNotifier(slackConfig);
    await house.send(deletionAlert(1, { keyState: 'Enabled', deletionDate: null }));
    await house.run(start);
    expect(house.outbox.schedules.size).toBe(0);
  });
});

test('points are told apart, earliest first', () => {
  expect(reminderTimes([4, 72, 24, 24], date)).toEqual([due(72), due(24), due(4)]);
});

test('an alert that comes again makes no second schedule', async () => {
  const house = await started();
  const names = [...house.outbox.schedules.keys()];
  house.clock.time += 400_000;
  await house.send(deletionAlert(1));
  await house.run(house.clock.time);
  expect([...house.outbox.schedules.keys()]).toEqual(names);
});
