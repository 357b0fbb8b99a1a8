import { afterAll, expect, test } from 'vitest';
import { heartbeatDetailType, heartbeatSource, parseHeartbeat } from '../../shared/heartbeat.ts';
import { matchesPattern } from '../support/event-pattern.ts';
import { guardTemplates, ofType, only, plain } from '../support/guard-template.ts';
import { envelope } from '../support/records.ts';

const { synthesize, dispose } = guardTemplates();
afterAll(dispose);

const template = synthesize();
const guards = [
  ['DeletionGuard', 'deletion-guard'],
  ['RotationGuard', 'rotation-guard'],
  ['PolicyGuard', 'policy-guard'],
  ['Defence', 'self-guard'],
] as const;

test('what the schedule sends is what guards read', () => {
  const { Target, ScheduleExpression } = only(template, 'AWS::Scheduler::Schedule', 'Heartbeat').Properties;
  expect(ScheduleExpression).toBe('rate(5 minutes)');
  expect(plain(Target)).toMatchObject({
    Arn: 'arn:${AWS::Partition}:events:${AWS::Region}:${AWS::AccountId}:event-bus/default',
    EventBridgeParameters: { Source: heartbeatSource, DetailType: heartbeatDetailType },
    Input: '{"id":"<aws.scheduler.execution-id>","at":"<aws.scheduler.scheduled-time>"}',
  });
  const detail = { id: 'd32c5kddcf5bb8c3', at: '2026-11-22T03:00:00Z' };
  expect(parseHeartbeat(JSON.stringify({ ...envelope({}), source: heartbeatSource, detail }))).toEqual(detail);
});

test.each(guards)('%s gets it by the way of its calls, and its silence raises an alarm', (id, guard) => {
  const rule = only(template, 'AWS::Events::Rule', `${id}RouteHeartbeats`).Properties;
  expect(matchesPattern(rule['EventPattern'], { ...envelope({}), source: heartbeatSource })).toBe(true);
  expect(matchesPattern(rule['EventPattern'], envelope({}))).toBe(false);
  expect(plain(rule['Targets'])).toMatchObject([{ Arn: expect.stringMatching(new RegExp(`^\\$\\{${id}RouteInbox`)) }]);
  const alarm = ofType(template, 'AWS::CloudWatch::Alarm').find(
    ({ Properties }) => Properties['MetricName'] === `heartbeat.${guard}`,
  );
  expect(alarm?.Properties).toMatchObject({
    Namespace: 'KmsGuard',
    Dimensions: [{ Name: 'service', Value: 'kms-guard' }],
    Statistic: 'Sum',
    Period: 300,
    Threshold: 1,
    ComparisonOperator: 'LessThanThreshold',
    EvaluationPeriods: 3,
    TreatMissingData: 'breaching',
    AlarmActions: [{ Ref: expect.stringMatching(/^AlertsTopic/) }],
  });
});
