import { describe, expect, test } from 'vitest';
import { alertsSchema, defaultAlerts } from '../../shared/config/alerts-config.ts';

const token = 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:slack-token-a1b2c3';
const topicArn = 'arn:aws:sns:eu-west-1:111122223333:owners';

test('by default everything goes to the default topic, at once', () => {
  expect(defaultAlerts).toMatchObject({ channels: {}, routes: [], quiet: null, slackTokenSecretArn: null });
  expect(defaultAlerts.escalation.hoursBefore).toEqual([72, 24, 4]);
});

describe('takes', () => {
  test.each<[string, object]>([
    [
      'a channel in Slack, with a token',
      { channels: { ops: { slackChannel: 'C012AB3CD' } }, slackTokenSecretArn: token },
    ],
    ['a webhook without one', { channels: { hook: { webhookSecretArn: token } } }],
    ['a topic of another account', { channels: { owners: { topicArn: topicArn.replace('1111', '4444') } } }],
    ['Amazon Q Developer', { channels: { q: { amazonQ: true } } }],
    ['a route to the default topic', { routes: [{ to: ['default'] }] }],
    ['a digest', { quiet: { below: 'medium', digestHour: 0, timeZone: 'Europe/Madrid' } }],
  ])('%s', (_, config) => expect(alertsSchema.safeParse(config).success).toBe(true));
});

describe('refuses', () => {
  test.each<[string, object, RegExp]>([
    ['a channel that leads nowhere', { channels: { ops: {} } }, /exactly one of/],
    ['a channel that leads to two places', { channels: { ops: { topicArn, amazonQ: true } } }, /exactly one of/],
    ['a channel in Slack without a token', { channels: { ops: { slackChannel: 'C012AB3CD' } } }, /must be given/],
    ['the name of a channel in Slack, not its id', { channels: { ops: { slackChannel: '#ops' } } }, /channel id/],
    [
      'a FIFO topic: email and chat cannot subscribe',
      { channels: { ops: { topicArn: `${topicArn}.fifo` } } },
      /standard/,
    ],
    ['a channel named as the default topic', { channels: { default: { topicArn } } }, /default/],
    ['a route to nowhere', { routes: [{ to: [] }] }, /at least one/],
    ['a route to a channel that is not there', { routes: [{ to: ['ops'] }] }, /alerts.channels/],
    ['a route to a name that every object has', { routes: [{ to: ['constructor'] }] }, /alerts.channels/],
    ['a time zone that is none', { quiet: { below: 'low', timeZone: 'Madrid' } }, /time zone/],
    ['a token in place of its secret', { slackTokenSecretArn: 'xoxb-1' }, /ARN of a secret/],
  ])('%s', (_, config, says) => {
    const parsed = alertsSchema.safeParse(config);
    expect(parsed.error?.issues.map(({ message }) => message).join()).toMatch(says);
  });
});
