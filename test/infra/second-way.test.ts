import { afterAll, describe, expect, test } from 'vitest';
import { alarmsSchema } from '../../shared/config/alarms-config.ts';
import { guardTemplates, ofType, plain } from '../support/guard-template.ts';

const { synthesize, dispose } = guardTemplates();
afterAll(dispose);

const topics = ['arn:aws:sns:eu-west-1:444455556666:on-call', 'arn:aws:sns:eu-west-1:999988887777:security'];
const actionsOf = (config: unknown) =>
  ofType(synthesize({ config, sweep: true }), 'AWS::CloudWatch::Alarm').map(({ id, Properties }) => ({
    id,
    actions: plain(Properties['AlarmActions']),
  }));

test('every alarm goes to the own topic and to each of the others', () => {
  const alarms = actionsOf({ alarms: { topicArns: topics } });
  expect(alarms).toHaveLength(8);
  for (const { id, actions } of alarms) {
    expect({ id, actions }).toEqual({ id, actions: [expect.stringMatching(/^\$\{AlertsTopic/), ...topics] });
  }
});

test('without a second way every alarm goes to the own topic', () => {
  for (const { id, actions } of actionsOf({})) {
    expect({ id, actions }).toEqual({ id, actions: [expect.stringMatching(/^\$\{AlertsTopic/)] });
  }
});

describe('the configuration', () => {
  test.each([[[]], [topics]])('takes %j', (topicArns) => {
    expect(alarmsSchema.parse({ topicArns })).toEqual({ topicArns });
  });

  test.each([[['on-call']], [['arn:aws:sqs:eu-west-1:444455556666:on-call']], [Array(5).fill(topics[0])], ['on-call']])(
    'refuses %j',
    (topicArns) => {
      expect(alarmsSchema.safeParse({ topicArns }).success).toBe(false);
    },
  );
});
