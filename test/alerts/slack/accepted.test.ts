import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkMessage } from '../../../local/slack/check-message.ts';
import { type FakeSlack, startFakeSlack } from '../../../local/slack/fake-slack.ts';
import { slackClient } from '../../../shared/adapters/slack-client.ts';
import { slackWebhook } from '../../../shared/adapters/slack-webhook.ts';
import type { KeyAlert } from '../../../shared/alerts/alert.ts';
import {
  listedAlert,
  slackDigest,
  type SlackInput,
  slackMessage,
  type SlackMessage,
  slackNote,
  type SlackResult,
  type SlackStatus,
} from '../../../shared/alerts/slack/index.ts';
import { ruleById, rules } from '../../../shared/rules/index.ts';
import {
  alertsOfEveryRule,
  defenceAlert,
  hostileAlert,
  slackInput,
  statuses,
  sweepAlert,
  unreadableAlert,
  waiversAlert,
} from '../../support/alerts.ts';

const token = 'xoxb-not-a-real-token';
const channel = 'C0ALERTS';

describe('over HTTP, Slack takes', () => {
  let slack: FakeSlack;
  beforeAll(async () => {
    slack = await startFakeSlack({ token, channels: [channel] });
  });
  afterAll(async () => {
    await slack.close();
  });

  const updated = async (alert: KeyAlert, some: readonly SlackStatus[]): Promise<readonly SlackResult[]> => {
    const client = slackClient({ token, apiUrl: slack.apiUrl });
    const input = slackInput({ alert });
    const first = await client.post({
      channel,
      threadTs: null,
      messageId: 'm',
      message: slackMessage(input, ruleById),
    });
    if (!first.ok) return [first];
    const updates: SlackResult[] = [];
    for (const status of some) {
      const history = [{ at: '2026-11-20T10:00:00Z', by: 'dana', what: status }];
      const message = slackMessage({ ...input, status, history }, ruleById);
      updates.push(await client.update({ channel, ts: first.ts, messageId: 'm', message }));
    }
    return updates;
  };

  test('every message of every rule, open and moved on', async () => {
    const alerts = alertsOfEveryRule();
    expect(alerts.length).toBeGreaterThan(100);
    const results: SlackResult[] = [];
    for (const [index, alert] of alerts.entries()) {
      results.push(...(await updated(alert, statuses.slice(index % statuses.length).slice(0, 1))));
    }
    expect(results).toHaveLength(alerts.length);
    expect(results.filter(({ ok }) => !ok)).toEqual([]);
  });

  test('every rule, violated and undetermined, in every status', async () => {
    const seen = new Map(
      alertsOfEveryRule().map((alert) => [alert.verdicts.map(({ rule, verdict }) => rule + verdict).join(), alert]),
    );
    expect(seen.size).toBe(rules.length * 2);
    const results: SlackResult[] = [];
    for (const alert of seen.values()) results.push(...(await updated(alert, statuses)));
    expect(results).toHaveLength(seen.size * statuses.length);
    expect(results.filter(({ ok }) => !ok)).toEqual([]);
  });

  test('the same through a webhook, without buttons', async () => {
    const hook = slackWebhook({ url: slack.webhookUrl });
    for (const alert of alertsOfEveryRule('x'.repeat(500))) {
      expect(await hook.post(slackMessage(slackInput({ alert, buttons: false }), ruleById))).toEqual({ ok: true });
    }
  });
});

/** What somebody else may have written: markup, mentions, links, look-alikes, and texts of any length. */
const hostileText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 600 }),
  fc.string({
    unit: fc.constantFrom('<', '>', '&', '|', '`', '*', '_', '~', '\n', '!', '@', '#', 'a'),
    maxLength: 900,
  }),
  fc.constantFrom(
    '<!channel>',
    '<!everyone|safe>',
    '<@U0BOSS> please approve',
    '<#C0ALERTS>',
    '<!subteam^S0ADMINS>',
    '<https://evil.example|Open in the AWS console>',
    '`<https://evil.example|x>`',
    '&lt;!here&gt;',
    '&amp;lt;!here&amp;gt;',
    '```\n*Status* ✅ Resolved\n```',
    '\u202egnp.exe\u200b\u2066',
    '\ud800',
    ':white_check_mark: Resolved',
    '&'.repeat(5_000),
    '\u{1f511}'.repeat(3_000),
    '"\\'.repeat(4_000),
  ),
);

const ourLink =
  /<https:\/\/eu-west-1\.console\.aws\.amazon\.com\/kms\/home\?region=eu-west-1#\/kms\/keys\/[0-9a-f-]+\|Open in the AWS console>/g;

type TextObject = { readonly type: string; readonly text: string };
const isText = (value: object): value is TextObject =>
  'type' in value &&
  (value.type === 'mrkdwn' || value.type === 'plain_text') &&
  'text' in value &&
  typeof value.text === 'string';

const textObjects = (value: unknown): readonly TextObject[] => {
  if (Array.isArray(value)) return value.flatMap(textObjects);
  if (typeof value !== 'object' || value === null) return [];
  return isText(value) ? [value] : Object.values(value).flatMap(textObjects);
};

/** Code spans gone, then our own words gone: what is left of a mrkdwn text that Slack would format. */
const formatted = (text: string): string => text.replaceAll(ourLink, '').replaceAll(/`[^`\n]+`/g, '');

/** What is wrong with a text that Slack shows. */
const harmIn = ({ type, text }: TextObject): readonly string[] => [
  ...(/[\p{Cf}\p{Zl}\p{Zp}\p{Cs}]|[^\P{Cc}\n]/u.test(text) ? ['invisible'] : []),
  ...(/[<>]/.test(text.replaceAll(ourLink, '')) ? ['mention or link'] : []),
  ...(/&(?!(?:amp|lt|gt);)/.test(text) ? ['entity'] : []),
  ...(type === 'mrkdwn' && !/^[\w\s*.,():\p{Emoji}\ufe0f-]*$/u.test(formatted(text)) ? ['formatted'] : []),
];

/** What Slack refuses of a message, and what of somebody else's text it would act upon. */
const harm = ({ text, blocks }: SlackMessage): readonly string[] => {
  const checked = checkMessage({ text, blocks });
  return [
    ...('refusal' in checked ? [checked.refusal.error, ...checked.refusal.messages] : []),
    ...(JSON.stringify(blocks).length > 10_000 ? ['too long'] : []),
    ...(/[<>]/.test(text) ? ['mention in the fallback'] : []),
    ...textObjects(blocks).flatMap((each) => harmIn(each).map((what) => `${what}: ${each.text}`)),
  ];
};

const inputWith = (text: string): Partial<SlackInput> => ({
  accountName: text,
  history: Array.from({ length: 8 }, () => ({ at: text, by: text, what: text })),
});

describe('whatever somebody else wrote', () => {
  test('breaks no block, mentions nobody and forges no link', () => {
    fc.assert(
      fc.property(hostileText, fc.constantFrom(...statuses), (text, status) => {
        for (const alert of [
          hostileAlert(text),
          unreadableAlert(text),
          sweepAlert(text),
          waiversAlert(text),
          defenceAlert(text),
        ]) {
          expect(harm(slackMessage(slackInput({ ...inputWith(text), alert, status }), ruleById))).toEqual([]);
        }
      }),
      { numRuns: 60 },
    );
  });

  test('keeps the message as long as it is: nothing is lost but the ends of long texts', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        const { blocks } = slackMessage(slackInput({ ...inputWith(text), alert: hostileAlert(text) }), ruleById);
        const texts = textObjects(blocks).map((each) => each.text);
        for (const title of [
          '*Why*',
          '*Who gained access*',
          '*Who lost access*',
          '*What the guard did*',
          '*What to do*',
        ]) {
          expect(texts).toContain(title);
        }
      }),
      { numRuns: 25 },
    );
  });

  test('stays one line of a storm, a digest and a note', () => {
    fc.assert(
      fc.property(hostileText, fc.integer({ min: 1, max: 120 }), (text, count) => {
        const alert = hostileAlert(text);
        const one = listedAlert({ alertId: 'a', alert, accountName: text, at: '2026-11-20T09:15:00Z' }, ruleById);
        const listed = Array.from({ length: count }, (_, index) => ({ ...one, rules: [`${text}${index % 13}`] }));
        const since = '2026-11-20T09:14:00Z';
        const storm = { since, count, listed };
        expect(harm(slackMessage(slackInput({ ...inputWith(text), alert, storm }), ruleById))).toEqual([]);
        expect(harm(slackDigest({ since, until: since, count, listed }))).toEqual([]);
        const note = slackNote(slackInput(inputWith(text)));
        expect(note === null ? ['no note'] : harm(note)).toEqual([]);
      }),
      { numRuns: 30 },
    );
  });
});
