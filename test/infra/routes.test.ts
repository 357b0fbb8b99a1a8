import { afterAll, describe, expect, test } from 'vitest';
import { managementOperations } from '../../shared/calls/parse.ts';
import { rules } from '../../shared/rules/index.ts';
import { watchedOperations } from '../../shared/rules/routes.ts';
import { matchesPattern } from '../support/event-pattern.ts';
import { guardTemplates, only } from '../support/guard-template.ts';
import { envelope, record } from '../support/records.ts';

const { synthesize, dispose } = guardTemplates();
afterAll(dispose);

const template = synthesize();
const ruleOf = (guard: string) => only(template, 'AWS::Events::Rule', `${guard}RouteCalls`).Properties;
const seenBy = (guard: string, event: unknown) => matchesPattern(ruleOf(guard)['EventPattern'], event);

const deletion = ['CancelKeyDeletion', 'CreateKey', 'DeleteKey', 'DisableKey', 'EnableKey', 'ScheduleKeyDeletion'];
const rotation = ['CreateKey', 'DisableKeyRotation', 'EnableKeyRotation'];
const policy = [
  'CreateAlias',
  'CreateGrant',
  'CreateKey',
  'DeleteAlias',
  'PutKeyPolicy',
  'ReplicateKey',
  'TagResource',
  'UntagResource',
  'UpdateAlias',
];
const readOnly = ['Decrypt', 'DescribeKey', 'Encrypt', 'GenerateDataKey', 'GetKeyPolicy', 'ListAliases', 'ListKeys'];

describe.each([
  ['DeletionGuard', 'deletion-guard', deletion],
  ['RotationGuard', 'rotation-guard', rotation],
  ['PolicyGuard', 'policy-guard', policy],
] as const)('%s', (id, guard, wanted) => {
  test('sees what its rules watch and what it learns from', () => {
    expect(watchedOperations(guard, rules)).toEqual(wanted);
    const seen = [...managementOperations, ...readOnly].filter((eventName) =>
      seenBy(id, envelope(record({ eventName }))),
    );
    expect(seen.sort()).toEqual(wanted);
  });

  test.each(wanted)('sees %s as an attempt, in a replay and as an event of the service', (eventName) => {
    expect(seenBy(id, envelope(record({ eventName, errorCode: 'AccessDenied' })))).toBe(true);
    expect(seenBy(id, envelope(record({ eventName }), 'replay-2026-11-20'))).toBe(true);
    const service = {
      ...record({ eventName }),
      eventType: 'AwsServiceEvent',
      userIdentity: { invokedBy: 'AWS Internal' },
    };
    expect(seenBy(id, { ...envelope(service), 'detail-type': 'AWS Service Event via CloudTrail' })).toBe(true);
  });

  test.each(wanted)('does not see %s of another service, from another source or of another kind', (eventName) => {
    const event = envelope(record({ eventName }));
    expect(seenBy(id, { ...event, source: 'custom.kms' })).toBe(false);
    expect(seenBy(id, { ...event, detail: { ...record({ eventName }), eventSource: 's3.amazonaws.com' } })).toBe(false);
    expect(seenBy(id, { ...event, 'detail-type': 'AWS Insight via CloudTrail' })).toBe(false);
  });

  test('does not see native KMS events', () => {
    const detail = { 'key-id': '0a1b2c3d-1111-2222-3333-444455556666' };
    expect(seenBy(id, { ...envelope(detail), 'detail-type': 'KMS CMK Deletion' })).toBe(false);
  });

  test('its rule never sees read-only calls, fits EventBridge and keeps what it cannot deliver', () => {
    const rule = ruleOf(id);
    expect(rule['State']).toBe('ENABLED');
    expect(rule['EventBusName']).toBeUndefined();
    expect(JSON.stringify(rule['EventPattern']).length).toBeLessThan(2048);
    expect(rule['Targets']).toMatchObject([
      {
        Arn: { 'Fn::GetAtt': [expect.stringContaining(`${id}RouteInbox`), 'Arn'] },
        DeadLetterConfig: { Arn: { 'Fn::GetAtt': [expect.stringContaining(`${id}RouteDeadLetters`), 'Arn'] } },
        RetryPolicy: { MaximumEventAgeInSeconds: 86_400, MaximumRetryAttempts: 185 },
      },
    ]);
  });
});

test('a rule that is switched off routes nothing', () => {
  const less = synthesize({
    config: { rules: { 'rotation-disabled': { enabled: false }, 'rotation-period-long': { enabled: false } } },
  });
  expect(less.resources.filter(({ id }) => id.startsWith('Rotation'))).toEqual([]);
});
