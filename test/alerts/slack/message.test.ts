import { describe, expect, test } from 'vitest';
import {
  buttonActions,
  parseButtonValue,
  slackMessage,
  slackNote,
  slackTest,
} from '../../../shared/alerts/slack/index.ts';
import type { SlackInput, SlackMessage } from '../../../shared/alerts/slack/index.ts';
import { ruleById } from '../../../shared/rules/index.ts';
import {
  breakerAlert,
  cancelledAlert,
  eventID,
  pendingAlert,
  slackInput,
  statuses,
  unreadableAlert,
} from '../../support/alerts.ts';
import { keyArn } from '../../support/records.ts';

const messageOf = (some: Partial<SlackInput> = {}): SlackMessage => slackMessage(slackInput(some), ruleById);

/** Every text that people see, in order. */
const textsOf = (value: unknown): readonly string[] => {
  if (Array.isArray(value)) return value.flatMap(textsOf);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, each]) =>
    name === 'text' && typeof each === 'string' ? [each] : textsOf(each),
  );
};
const seen = (message: SlackMessage): string => textsOf(message.blocks).join('\n');
const buttonsOf = (message: SlackMessage) =>
  message.blocks.flatMap((block) => (block.type === 'actions' ? block.elements : []));
const labels = (message: SlackMessage) =>
  buttonsOf(message).map((each) => (each.type === 'button' ? each.text.text : each.type));

describe('a pending deletion', () => {
  test('says who, what, when, from where, which key, why, what the guard did and how long is left', () => {
    const { text, blocks } = messageOf();
    expect(blocks[0]).toMatchObject({ type: 'header', text: { text: '🔴 CRITICAL: ScheduleKeyDeletion, not undone' } });
    for (const part of [
      '*Key* `alias/orders`',
      '*Account*\n`prod-payments (111122223333)`',
      '*Who*\n`assumed-role/PlatformAdmin/dana@example.com`',
      '*What*\n`ScheduleKeyDeletion`',
      '*When*\n`2026-11-20 09:14 UTC`',
      '*From*\n`198.51.100.23`',
      '*Region*\n`eu-west-1`',
      '*Key state now*\n`PendingDeletion`',
      '*Deletion*\n`in 6 days 23 hours (after 2026-11-27 09:14 UTC)`',
      `*Key ARN*\n\`${keyArn}\``,
      'deletion-scheduled: The key is scheduled for deletion and is not proven unneeded',
      'observe mode: in enforce mode the guard would run cancelKeyDeletion',
      'Cancel the deletion (CancelKeyDeletion)',
      `event ${eventID}`,
    ]) {
      expect(seen({ text, blocks })).toContain(part);
    }
    expect(text).toBe(
      'CRITICAL: ScheduleKeyDeletion, not undone: alias/orders in prod-payments (111122223333), eu-west-1. ' +
        'Deletion in 6 days 23 hours (after 2026-11-27 09:14 UTC)',
    );
  });

  test('links to the key in the console', () => {
    expect(seen(messageOf())).toContain(
      '<https://eu-west-1.console.aws.amazon.com/kms/home?region=eu-west-1#/kms/keys/0a1b2c3d-1111-2222-3333-444455556666|Open in the AWS console>',
    );
  });

  test('names the account of a caller from elsewhere, and a service in between', () => {
    const actor = {
      arn: 'arn:aws:iam::444455556666:user/eve',
      type: 'IAMUser',
      invokedBy: 'cloudformation.amazonaws.com',
    };
    expect(seen(messageOf({ alert: pendingAlert({ actor }) }))).toContain(
      '*Who*\n`user/eve of account 444455556666 through cloudformation.amazonaws.com`',
    );
  });

  test('says what is not known', () => {
    const alert = pendingAlert({
      keyArn: null,
      keyId: null,
      aliases: [],
      keyState: null,
      deletionDate: null,
      sourceIPAddress: null,
      actor: { arn: null, type: 'AWSService', invokedBy: null },
    });
    const text = seen(messageOf({ alert, accountName: null }));
    for (const part of ['`unknown key`', '*Account*\n`111122223333`', '`unknown (AWSService)`', '*From*\n`unknown`']) {
      expect(text).toContain(part);
    }
    expect(text).not.toContain('console.aws');
    expect(text).not.toMatch(/undefined|null|NaN|\[object/);
  });
});

describe('buttons', () => {
  test('carry ids only, and say what they do before they do it', () => {
    const [keep, approve] = buttonsOf(messageOf());
    expect(keep).toMatchObject({ action_id: buttonActions.keep, style: 'primary' });
    expect(approve).toMatchObject({ action_id: buttonActions.approve, style: 'danger', confirm: { title: {} } });
    expect(parseButtonValue(approve !== undefined && 'value' in approve ? (approve.value ?? '') : '')).toEqual({
      v: 1,
      alertId: 'alert-0001',
      eventID,
      findingIds: ['0123456789abcdef0123456789abcdef'],
      keyArn,
      deletionDate: '2026-11-27T09:14:07.000Z',
      revision: 0,
    });
  });

  test.each([
    ['open', ['Keep the key', 'Approve deletion', 'Snooze', 'Acknowledge']],
    ['snoozed', ['Keep the key', 'Approve deletion', 'Acknowledge']],
    ['acknowledged', ['Keep the key', 'Approve deletion', 'Snooze']],
    ['approved', ['Keep the key']],
    ['kept', []],
    ['resolved', []],
  ] as const)('of a pending deletion that is %s', (status, expected) => {
    expect(labels(messageOf({ status }))).toEqual(expected);
  });

  test('of a deletion that the guard cancelled: it may be approved after all, and there is nothing to keep', () => {
    expect(labels(messageOf({ alert: cancelledAlert(), status: 'cancelled' }))).toEqual([
      'Approve deletion',
      'Acknowledge',
    ]);
  });

  test.each([
    ['no deletion', pendingAlert({ keyState: 'Disabled', deletionDate: null })],
    ['no readable key', pendingAlert({ keyArn: null })],
    ['no key at all', breakerAlert],
    ['an event that nobody can read', unreadableAlert()],
  ])('about %s: nothing to approve or keep', (_, alert) => {
    expect(labels(messageOf({ alert }))).toEqual(['Snooze', 'Acknowledge']);
  });

  test('are left out where nobody would hear them, and where an id is too long to come back', () => {
    expect(labels(messageOf({ buttons: false }))).toEqual([]);
    expect(labels(messageOf({ alertId: 'x'.repeat(201) }))).toEqual([]);
  });
});

describe('progress', () => {
  test.each(statuses)('%s is said in words, not by a picture alone', (status) => {
    const message = messageOf({ status });
    expect(seen(message)).toMatch(new RegExp(`\\*Status\\* \\P{L}+ ${status}\\. \\w`, 'iu'));
  });

  test('the header tells the end of what is over, and keeps the severity', () => {
    expect(messageOf({ alert: cancelledAlert(), status: 'resolved' }).blocks[0]).toMatchObject({
      text: { text: '✅ Resolved: CRITICAL: Key deletion cancelled, key enabled' },
    });
  });

  test.each(['kept', 'resolved'] as const)('of a key that is %s, no deletion is announced any more', (status) => {
    const text = seen(messageOf({ status }));
    expect(text).toContain('*Key state then*\n`PendingDeletion`');
    expect(text).not.toContain('*Deletion*');
    expect(text).not.toContain('*Key state now*');
  });

  test('its steps are listed, the newest six of them', () => {
    const history = Array.from({ length: 9 }, (_, step) => ({
      at: `2026-11-20T10:0${step}:00Z`,
      by: 'dana',
      what: `did step ${step}`,
    }));
    const text = seen(messageOf({ history }));
    expect(text).toContain('… 3 earlier\n• 2026-11-20 10:03 UTC: dana did step 3');
    expect(text).not.toContain('did step 2');
    expect(slackNote(slackInput({ history }))).toEqual({
      text: 'dana did step 8 (2026-11-20 10:08 UTC)',
      blocks: [{ type: 'section', text: expect.objectContaining({ text: 'dana did step 8 (2026-11-20 10:08 UTC)' }) }],
    });
    expect(slackNote(slackInput())).toBeNull();
  });

  test('an escalation is louder each time, and calls whom the configuration lets it call', () => {
    const escalated = (level: number, mention: 'here' | 'channel' | null) =>
      textsOf(messageOf({ escalation: { level, of: 3, mention } }).blocks).find((text) =>
        text.includes('nobody has answered'),
      );
    expect(escalated(1, null)).toMatch(/^\*⏰ Reminder 1 of 3: nobody has answered\.\* Deletion `in 6 days/);
    expect(escalated(2, 'here')).toMatch(/^<!here> \*🚨 Reminder 2 of 3/);
    expect(escalated(3, 'channel')).toMatch(/^<!channel> \*🚨🚨 LAST REMINDER/);
  });
});

describe('a change of policy', () => {
  test('names who gained and who lost access', () => {
    const change = {
      who: 'external',
      principal: 'x',
      actions: ['kms:Decrypt'],
      certain: true,
      delegated: false,
    } as const;
    const alert = pendingAlert({
      keyState: 'Enabled',
      policyChange: {
        since: '2026-11-01T00:00:00Z',
        gained: [{ ...change, subject: 'Account 999988887777', statements: ['Partner'] }],
        lost: [{ ...change, subject: 'Role billing', statements: ['Billing'] }],
        more: { gained: 2, lost: 0 },
        becamePublic: false,
        becameUnmanageable: false,
      },
    });
    const text = seen(messageOf({ alert }));
    expect(text).toContain(
      '*Who gained access*\n• Account 999988887777 can now call kms:Decrypt, by "Partner"\n• and 2 more',
    );
    expect(text).toContain('*Who lost access*\n• Role billing can no longer call kms:Decrypt, by "Billing"');
  });
});

describe('alerts without a key', () => {
  test('show the words that SNS sends', () => {
    expect(seen(messageOf({ alert: breakerAlert }))).toContain(
      '🔴 CRITICAL: The circuit breaker tripped in account 111122223333',
    );
    expect(seen(messageOf({ alert: unreadableAlert('<!channel>') }))).toContain('Problem: &lt;!channel&gt;');
  });

  test('a test message says where it comes from', () => {
    expect(seen(slackTest({ at: '2026-11-20T09:15:00Z', account: '111122223333', region: 'eu-west-1' }))).toContain(
      'kms-guard of account 111122223333 in eu-west-1 can post here',
    );
  });
});
