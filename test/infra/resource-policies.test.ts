import { afterAll, describe, expect, test } from 'vitest';
import { guardTemplates, ofType, statementsOf } from '../support/guard-template.ts';

const { synthesize, dispose } = guardTemplates();
afterAll(dispose);

const observing = synthesize();

const ruleOf = ['DeletionGuardRouteCallsA9816F40', 'RotationGuardRouteCalls82D77189', 'PolicyGuardRouteCalls37EF67D0'];

describe('policies of queues and topic', () => {
  const policies = [...ofType(observing, 'AWS::SQS::QueuePolicy'), ...ofType(observing, 'AWS::SNS::TopicPolicy')];
  const statements = policies.flatMap(({ id, Properties }) =>
    statementsOf(Properties['PolicyDocument']).map((statement) => ({ id, ...statement })),
  );

  test('each refuses whatever comes without TLS', () => {
    const refusing = statements.filter(({ effect }) => effect === 'Deny');
    expect(refusing.map(({ id }) => id)).toEqual(policies.map(({ id }) => id));
    for (const { condition } of refusing) expect(condition).toEqual({ Bool: { 'aws:SecureTransport': 'false' } });
  });

  test('queues let in only their own rule of EventBridge', () => {
    const admitting = statements.filter(({ id, effect }) => effect === 'Allow' && id.includes('Route'));
    expect(admitting).toHaveLength(6);
    for (const { id, principal, condition, actions } of admitting) {
      const rule = ruleOf.find((name) => name.startsWith(id.slice(0, 6)));
      expect(principal).toEqual({ Service: 'events.amazonaws.com' });
      expect(condition).toEqual({ ArnEquals: { 'aws:SourceArn': `\${${rule}.Arn}` } });
      expect(actions).toContain('sqs:SendMessage');
    }
  });

  test('the topic lets in only alarms of this account', () => {
    const admitting = statements.filter(({ id, effect }) => effect === 'Allow' && id.startsWith('Alerts'));
    expect(admitting).toMatchObject([
      {
        actions: ['sns:Publish'],
        principal: { Service: 'cloudwatch.amazonaws.com' },
        condition: {
          StringEquals: { 'aws:SourceAccount': '${AWS::AccountId}' },
          ArnLike: { 'aws:SourceArn': 'arn:${AWS::Partition}:cloudwatch:${AWS::Region}:${AWS::AccountId}:alarm:*' },
        },
      },
    ]);
  });
});
