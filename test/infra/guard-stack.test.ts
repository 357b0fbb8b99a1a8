import { afterAll, describe, expect, test } from 'vitest';
import { guardEnvSchema } from '../../shared/config/guard-env.ts';
import { fast, guardTemplates, ofType, only, plain } from '../support/guard-template.ts';

const { synthesize, dispose } = guardTemplates();
afterAll(dispose);

const template = synthesize({ sweep: true });
const guards = ['DeletionGuard', 'RotationGuard', 'PolicyGuard'] as const;
const seconds = (value: unknown): number => (typeof value === 'number' ? value : Number.NaN);

describe('the guard survives its keys', () => {
  test('no property of any resource is about a KMS key', () => {
    const names = template.resources.flatMap(({ Properties }) => propertyNames(Properties));
    expect(names.length).toBeGreaterThan(100);
    expect(names.filter((name) => /kms/i.test(name))).toEqual([]);
    expect(template.resources.filter(({ Type }) => Type.startsWith('AWS::KMS::'))).toEqual([]);
  });

  test('queues use the keys of SQS, the table a key that AWS owns, the topic none', () => {
    const queues = ofType(template, 'AWS::SQS::Queue');
    expect(queues).toHaveLength(12);
    for (const { Properties } of queues) expect(Properties['SqsManagedSseEnabled']).toBe(true);
    expect(only(template, 'AWS::DynamoDB::Table').Properties['SSESpecification']).toEqual({ SSEEnabled: false });
    expect(Object.keys(only(template, 'AWS::SNS::Topic').Properties)).toEqual(['DisplayName']);
  });
});

/** `KmsMasterKeyId`, `KMSMasterKeyId`, `KmsKeyArn`: every service calls it otherwise. */
const propertyNames = (value: unknown): readonly string[] =>
  typeof value === 'object' && value !== null
    ? Object.entries(value).flatMap(([name, inner]) => [name, ...propertyNames(inner)])
    : [];

describe('the ledger', () => {
  const table = only(template, 'AWS::DynamoDB::Table');

  test('survives the stack, mistakes and time', () => {
    expect(table).toMatchObject({
      DeletionPolicy: 'Retain',
      UpdateReplacePolicy: 'Retain',
      Properties: {
        DeletionProtectionEnabled: true,
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
        BillingMode: 'PAY_PER_REQUEST',
        TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
      },
    });
  });

  test('has the keys of its items', () => {
    expect(table.Properties['KeySchema']).toEqual([
      { AttributeName: 'pk', KeyType: 'HASH' },
      { AttributeName: 'sk', KeyType: 'RANGE' },
    ]);
    expect(table.Properties['AttributeDefinitions']).toEqual([
      { AttributeName: 'pk', AttributeType: 'S' },
      { AttributeName: 'sk', AttributeType: 'S' },
    ]);
  });
});

test('logical ids of what holds state are a contract: another id is another, empty resource', () => {
  const stateful = ['AWS::DynamoDB::Table', 'AWS::SNS::Topic', 'AWS::SQS::Queue'];
  expect(template.resources.filter(({ Type }) => stateful.includes(Type)).map(({ id }) => id)).toEqual([
    'LedgerTable9343E4AA',
    'AlertsTopicCF7C81C9',
    'OutboxDeadLetters97B842CA',
    'OutboxQueueC2D1E7A1',
    'DeletionGuardRouteDeadLetters79A92535',
    'DeletionGuardRouteInbox775A6706',
    'RotationGuardRouteDeadLetters597AC06A',
    'RotationGuardRouteInbox91655A76',
    'PolicyGuardRouteDeadLetters8A66723F',
    'PolicyGuardRouteInboxF96DFC5A',
    'SweepDeadLetters2E019697',
    'ReportsDeadLettersBD59BFF6',
    'DefenceRouteDeadLetters151C5E33',
    'DefenceRouteInbox994CA2E5',
  ]);
});

test('outputs name what people and programs need', () => {
  expect(template.outputs).toEqual({
    TableName: '${LedgerTable9343E4AA}',
    TopicArn: '${AlertsTopicCF7C81C9}',
    GuardRoleArns: expect.stringMatching(/^(\$\{(Deletion|Rotation|Policy)GuardRole\w+\.Arn\},?){3}$/),
    DeletionGuardInboxUrl: '${DeletionGuardRouteInbox775A6706}',
    DeletionGuardDeadLettersUrl: '${DeletionGuardRouteDeadLetters79A92535}',
    DeletionGuardFunctionName: '${DeletionGuardFunctionD98A1AEA}',
    RotationGuardInboxUrl: '${RotationGuardRouteInbox91655A76}',
    RotationGuardDeadLettersUrl: '${RotationGuardRouteDeadLetters597AC06A}',
    RotationGuardFunctionName: '${RotationGuardFunctionB672726B}',
    PolicyGuardInboxUrl: '${PolicyGuardRouteInboxF96DFC5A}',
    PolicyGuardDeadLettersUrl: '${PolicyGuardRouteDeadLetters8A66723F}',
    PolicyGuardFunctionName: '${PolicyGuardFunction196DABE4}',
    SelfGuardInboxUrl: '${DefenceRouteInbox994CA2E5}',
    SelfGuardDeadLettersUrl: '${DefenceRouteDeadLetters151C5E33}',
    SelfGuardFunctionName: '${DefenceSelfGuardFunction92EF06B0}',
    OutboxUrl: '${OutboxQueueC2D1E7A1}',
    OutboxDeadLettersUrl: '${OutboxDeadLetters97B842CA}',
    EventBusName: '${NotifierBusA843D691}',
    SweepStateMachineArn: '${SweepStepsMachineEC22614E.Arn}',
    SweepBucketName: '${SweepResultsBucketF3326E64}',
    ReportBucketName: '${ReportsEvidenceBucket49611BAF}',
    ReportFunctionName: '${ReportsFunction758139BC}',
  });
});

describe.each(guards)('%s', (guard) => {
  const lambda = only(template, 'AWS::Lambda::Function', guard).Properties;
  const inbox = only(template, 'AWS::SQS::Queue', `${guard}RouteInbox`).Properties;
  const deadLetters = only(template, 'AWS::SQS::Queue', `${guard}RouteDeadLetters`);

  test('runs on the Lambda that the design names', () => {
    expect(lambda).toMatchObject({
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      Handler: 'index.handler',
      LoggingConfig: { LogFormat: 'JSON', LogGroup: { Ref: expect.stringContaining(`${guard}Logs`) } },
    });
    expect(lambda['MemorySize']).toBe(1024);
    expect(only(template, 'AWS::Logs::LogGroup', guard).Properties['RetentionInDays']).toBe(365);
  });

  test('gets exactly the environment that its handler parses, its dead letters and all roles', () => {
    const environment = plain(lambda['Environment']);
    expect(environment).toEqual({
      Variables: {
        TABLE_NAME: '${LedgerTable9343E4AA}',
        OUTBOX_URL: '${OutboxQueueC2D1E7A1}',
        DEAD_LETTER_QUEUE_URL: `\${${deadLetters.id}}`,
        GUARD_ROLE_ARNS:
          '${DeletionGuardRole6AD0B631.Arn},${RotationGuardRole735ADE66.Arn},${PolicyGuardRole8BCACC4D.Arn}',
      },
    });
    expect(environment).toHaveProperty(
      'Variables',
      expect.toSatisfy(
        (variables: object) =>
          Object.keys(variables).toSorted().join() === Object.keys(guardEnvSchema.shape).toSorted().join(),
      ),
    );
  });

  test('reads its own inbox and reports single failures', () => {
    expect(plain(only(template, 'AWS::Lambda::EventSourceMapping', guard).Properties)).toMatchObject({
      BatchSize: 5,
      EventSourceArn: expect.stringContaining(`${guard}RouteInbox`),
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      ScalingConfig: { MaximumConcurrency: 5 },
    });
  });

  test('keeps AWS-recommended relations of timeouts, deliveries and retention', () => {
    expect(seconds(inbox['VisibilityTimeout'])).toBeGreaterThanOrEqual(6 * seconds(lambda['Timeout']));
    expect(plain(inbox['RedrivePolicy'])).toEqual({
      deadLetterTargetArn: `\${${deadLetters.id}.Arn}`,
      maxReceiveCount: 5,
    });
    expect(deadLetters.Properties['MessageRetentionPeriod']).toBe(14 * 86_400);
    expect(seconds(inbox['MessageRetentionPeriod'])).toBeLessThan(14 * 86_400);
    const patience = seconds(inbox['VisibilityTimeout']) * 5;
    expect(seconds(inbox['MessageRetentionPeriod'])).toBeGreaterThan(patience);
  });

  test('fast timings still outlast a lease, which outlasts the function by 5 seconds', () => {
    const quick = synthesize({ timings: fast });
    const timeout = seconds(only(quick, 'AWS::Lambda::Function', guard).Properties['Timeout']);
    const visibility = seconds(only(quick, 'AWS::SQS::Queue', `${guard}RouteInbox`).Properties['VisibilityTimeout']);
    expect(visibility).toBeGreaterThan(timeout + 5);
    expect(visibility).toBeLessThanOrEqual(20);
  });
});
