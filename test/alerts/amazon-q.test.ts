import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import * as z from 'zod/mini';
import type { Alert } from '../../shared/alerts/alert.ts';
import { amazonQNotification } from '../../shared/alerts/amazon-q.ts';
import { renderAlert } from '../../shared/alerts/render.ts';
import { ruleById } from '../../shared/rules/index.ts';
import {
  alertsOfEveryRule,
  breakerAlert,
  defenceAlert,
  hostileAlert,
  pendingAlert,
  sweepAlert,
  unreadableAlert,
  waiversAlert,
} from '../support/alerts.ts';
import { keyArn } from '../support/records.ts';

const textOf = (most: number) => z.string().check(z.minLength(1), z.maxLength(most));

/** Administrator guide of Amazon Q Developer in chat applications, "Custom notifications", parameter details. */
const schema = z.strictObject({
  version: z.literal('1.0'),
  source: z.literal('custom'),
  id: z.string(),
  content: z.strictObject({
    textType: z.literal('client-markdown'),
    title: textOf(250),
    description: textOf(8_000),
    nextSteps: z.optional(z.array(textOf(350))),
    keywords: z.array(textOf(75)),
  }),
  metadata: z.strictObject({
    threadId: z.optional(z.string()),
    summary: z.string(),
    eventType: z.string(),
    relatedResources: z.optional(z.array(z.string())),
    additionalContext: z.record(z.string(), z.string()),
  }),
});

const notificationOf = (alert: Alert) => {
  const { subject, text, attributes } = renderAlert(alert, ruleById);
  const { severity, rule, account } = attributes;
  const about = alert.kind === 'key' ? alert.keyArn : null;
  return schema.parse(
    JSON.parse(amazonQNotification({ id: 'a1', subject, text, severity, rules: rule, account, keyArn: about })),
  );
};

describe('a custom notification', () => {
  test('has the words of the text, what to do as next steps, and a thread by key', () => {
    const { content, metadata } = notificationOf(pendingAlert());
    expect(content.title).toBe('[CRITICAL] ScheduleKeyDeletion, not undone: alias/orders (111122223333 eu-west-1)');
    expect(content.description).toContain('*Why*\n- deletion-scheduled: The key is scheduled for deletion');
    expect(content.description).toContain('*What the guard did*\n');
    expect(content.description).not.toMatch(/What to do|Console:/);
    expect(content.nextSteps?.[0]).toMatch(/^Cancel the deletion/);
    expect(content.nextSteps?.at(-1)).toMatch(/^Open the key: https:\/\/eu-west-1\.console\.aws\.amazon\.com\/kms\//);
    expect(content.keywords).toEqual(['kms-guard', 'critical', 'deletion-scheduled']);
    expect(metadata).toMatchObject({ threadId: keyArn, relatedResources: [keyArn] });
  });

  test('fits every rule, and alerts without a key', () => {
    for (const alert of [...alertsOfEveryRule(), breakerAlert, unreadableAlert()]) {
      expect(notificationOf(alert).content.description).not.toBe('');
    }
  });

  test('has no markup, mention or link of somebody else, in Slack or in Teams', () => {
    const hostile = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 400 }),
      fc.constantFrom('<!channel>', '<@U1>', '[Open](https://evil.example)', '`*x*`', 'https://evil.example', 'x\nWhy'),
      fc.constantFrom('&'.repeat(900), '<'.repeat(900), '\u{1f511}'.repeat(900)),
    );
    fc.assert(
      fc.property(hostile, (text) => {
        for (const alert of [
          hostileAlert(text),
          unreadableAlert(text),
          sweepAlert(text),
          waiversAlert(text),
          defenceAlert(text),
        ]) {
          const { content } = notificationOf(alert);
          const ours = content.description.replaceAll(/^\*[^*\n]+\*$/gm, '');
          const steps = (content.nextSteps ?? []).filter((step) => !step.startsWith('Open the key: '));
          for (const each of [content.title, ours, ...steps]) {
            expect(each).not.toMatch(/[<>`*~]|\]\(|:\/\//);
            expect(each).not.toMatch(/&(?!(?:amp|lt|gt);)/);
            expect(each.isWellFormed()).toBe(true);
          }
        }
      }),
      { numRuns: 30 },
    );
  });
});
