import { afterAll, describe, expect, test } from 'vitest';
import { guardTemplates, ofType, statementsOf } from '../support/guard-template.ts';

const { synthesize, dispose } = guardTemplates();
afterAll(dispose);

const observing = synthesize();

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

  test.each(['DeletionGuard', 'RotationGuard', 'PolicyGuard', 'Defence'])(
    'queues of %s let in only its rules',
    (name) => {
      const rules = ofType(observing, 'AWS::Events::Rule').filter(({ id }) => id.startsWith(`${name}Route`));
      const own = rules.map(({ id }) => ({ ArnEquals: { 'aws:SourceArn': `\${${id}.Arn}` } }));
      expect(own.length).toBeGreaterThan(1);
      for (const queue of ['Inbox', 'DeadLetters']) {
        const admitting = statements.filter(
          ({ id, effect }) => effect === 'Allow' && id.startsWith(`${name}Route${queue}`),
        );
        expect(admitting.map(({ condition }) => condition)).toEqual(expect.arrayContaining(own));
        expect(admitting).toHaveLength(own.length);
        for (const { principal, actions } of admitting) {
          expect(principal).toEqual({ Service: 'events.amazonaws.com' });
          expect(actions).toContain('sqs:SendMessage');
        }
      }
    },
  );

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
