import fc from 'fast-check';
import { expect, test } from 'vitest';
import { messageOf } from '../../shared/adapters/topics.ts';
import type { KeyAlert } from '../../shared/alerts/alert.ts';
import { renderAlert } from '../../shared/alerts/render.ts';
import type { Rule } from '../../shared/rules/define-rule.ts';
import { ruleById, rules } from '../../shared/rules/index.ts';
import { keyArn } from '../support/records.ts';

const snsLimit = 262_144;

const sizeOf = ({ Message, Subject, MessageAttributes }: ReturnType<typeof messageOf>): number =>
  Buffer.byteLength(Message) +
  Buffer.byteLength(Subject) +
  Object.entries(MessageAttributes)
    .map(([name, { DataType, StringValue }]) => Buffer.byteLength(name + DataType + StringValue))
    .reduce((sum, size) => sum + size, 0);

/** The message of a rule with the most places for values, and this text in each. */
const wordiest = ({ messages }: Rule, text: string) => {
  const placesIn = (message: string) => [...message.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
  const all = Object.entries(messages).map(([id, message]) => ({ id, places: placesIn(message) }));
  const [most] = all.toSorted((a, b) => b.places.length - a.places.length);
  return { id: most?.id ?? '', values: Object.fromEntries((most?.places ?? []).map((name) => [name, text])) };
};

/** An alert about every rule at once, each with so many reasons, and this text in every place that somebody else writes. */
const alertWith = (text: string, count: number): KeyAlert => ({
  kind: 'key',
  eventID: 'c2a7e9d4-0000-4000-8000-00000000b001',
  eventName: 'PutKeyPolicy',
  eventTime: '2026-11-20T09:14:07Z',
  account: '111122223333',
  region: 'eu-west-1',
  partition: 'aws',
  keyArn,
  keyId: text,
  aliases: Array.from({ length: count }, () => text),
  actor: { arn: text, type: 'AssumedRole', invokedBy: text },
  sourceIPAddress: text,
  severity: 'critical',
  verdicts: rules.map((rule) => {
    const { id, values } = wordiest(rule, text);
    const reasons = Array.from({ length: count }, () => ({ ...values, id }));
    return {
      rule: rule.id,
      verdict: 'violation',
      severity: 'critical',
      message: id,
      data: { ...values, reasons },
      remedy: rule.remedy,
    };
  }),
  decision: {
    action: 'remedy',
    remedy: 'restoreKeyPolicy',
    wouldRemedy: null,
    severity: 'critical',
    reasons: [{ id: 'waived', rule: 'policy-public', owner: text, reason: text, expires: '2027-01-01' }],
  },
  outcomes: [{ remedy: 'restoreKeyPolicy', outcome: 'failed', detail: text }],
  keyState: 'Enabled',
  deletionDate: null,
  policyChange: null,
});

const published = (alert: KeyAlert) => messageOf({ id: 'a'.repeat(32), ...renderAlert(alert, ruleById) });

const textsInside = (message: string): readonly string[] => {
  const bodies: unknown = JSON.parse(message);
  if (typeof bodies !== 'object' || bodies === null) throw new Error('not an object');
  return Object.values(bodies).map(String);
};

test.each([
  ['quotes', '"'],
  ['backslashes', '\\'],
  ['characters of three bytes', '\u4e2d'],
  ['characters of four bytes', '\u{1f511}'],
  ['control characters', '\u0001'],
])('SNS takes the largest alert there can be, full of %s', (_, letter) => {
  const alert = alertWith(letter.repeat(300), 24);
  const publication = published(alert);
  expect(sizeOf(publication)).toBeLessThan(snsLimit);
  const [text = '', ...programs] = textsInside(publication.Message);
  expect(text).toContain('CRITICAL: restoreKeyPolicy FAILED');
  expect(programs).toHaveLength(5);
  for (const json of programs) {
    expect(JSON.parse(json)).toMatchObject({
      truncated: true,
      keyArn,
      decision: { action: 'remedy' },
      severity: 'critical',
    });
  }
});

test('SNS takes an alert of any size between', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 120 }), fc.integer({ min: 0, max: 24 }), (length, count) => {
      expect(sizeOf(published(alertWith('a"\u4e2d'.repeat(length), count)))).toBeLessThan(snsLimit);
    }),
    { numRuns: 25 },
  );
});

test('an ordinary alert is whole', () => {
  const { Message } = published(alertWith('dana', 2));
  const [text = '', json = ''] = textsInside(Message);
  expect(text).not.toContain('cut here');
  expect(JSON.parse(json)).not.toHaveProperty('truncated');
  expect(JSON.parse(json)).toHaveProperty('verdicts.0.reasonTexts');
});
