import { afterAll, describe, expect, test } from 'vitest';
import * as z from 'zod/mini';
import { sweepCloseEnvSchema, sweepKeysEnvSchema, sweepPlanEnvSchema } from '../../shared/config/sweep-env.ts';
import { factNames } from '../../shared/facts/facts.ts';
import { rules } from '../../shared/rules/index.ts';
import { calledFrom } from '../support/adapter-calls.ts';
import {
  enforced,
  fast,
  guardTemplates,
  type GuardTemplate,
  ofType,
  only,
  plain,
  statementsOf,
} from '../support/guard-template.ts';
import { machineSchema } from '../support/run-states.ts';

const { synthesize, dispose } = guardTemplates();
afterAll(dispose);

const template = synthesize({ sweep: true });
const everywhere = { accounts: 'organization', role: 'audit/Reader', hour: 3, timeZone: 'Europe/Berlin' };
const wide = synthesize({ sweep: true, config: { sweep: everywhere } });

const policyOf = (from: GuardTemplate, prefix: string) =>
  statementsOf(only(from, 'AWS::IAM::Policy', prefix).Properties['PolicyDocument']);

/** `sid: actions on resources`, the logs left out. */
const lines = (from: GuardTemplate, prefix: string): readonly string[] =>
  policyOf(from, prefix)
    .filter(({ sid }) => sid !== 'WriteLogs')
    .map(({ sid, actions, resources }) => `${sid}: ${actions.join(' ')} on ${resources.join(' ')}`);

const bucket = only(template, 'AWS::S3::Bucket', 'Sweep');
const objects = `\${${bucket.id}.Arn}/sweeps/*`;
const store = (...actions: readonly string[]) => `StoreResults: ${actions.join(' ')} on ${objects}`;
const [ledger] = ofType(template, 'AWS::DynamoDB::Table').map(({ id }) => `\${${id}.Arn}`);
const ledgerUse = [
  `ReadLedger: dynamodb:GetItem on ${ledger}`,
  `WriteLedger: dynamodb:PutItem dynamodb:UpdateItem on ${ledger}`,
];

describe('the roles', () => {
  test('who plans lists Regions, and reads no key', () => {
    const account = 'arn:${AWS::Partition}:account::${AWS::AccountId}:account';
    const openSweeps = [
      `ReadOpenSweeps: s3:GetObject on \${${bucket.id}.Arn}/sweeps/open.json`,
      `TellMissing: s3:ListBucket on \${${bucket.id}.Arn}`,
    ];
    expect(lines(template, 'SweepRolesPlan')).toEqual([
      `ListRegions: account:ListRegions on ${account}`,
      store('s3:PutObject'),
      ...openSweeps,
    ]);
    const member = 'arn:${AWS::Partition}:iam::*:role/audit/Reader';
    expect(lines(wide, 'SweepRolesPlan')).toEqual([
      'ListOrganization: organizations:ListAccounts on *',
      `ListRegions: account:ListRegions on ${account}`,
      `ComeAsReader: sts:AssumeRole on ${member}`,
      store('s3:PutObject'),
      ...openSweeps,
    ]);
  });

  test('who looks at keys reads every one in every Region, and becomes nobody but the role that is named', () => {
    const keys = 'arn:${AWS::Partition}:kms:*:${AWS::AccountId}:key/*';
    const reads = policyOf(template, 'SweepRolesKeys').find(({ sid }) => sid === 'ReadKeys');
    expect(reads?.resources).toEqual([keys]);
    for (const action of reads?.actions ?? []) expect(action).toMatch(/^kms:(Describe|Get|List)[A-Za-z]+$/);
    expect(lines(template, 'SweepRolesKeys').filter((line) => !line.startsWith('Read'))).toEqual([
      ledgerUse[1],
      store('s3:PutObject'),
    ]);
    expect(lines(wide, 'SweepRolesKeys')).toContain(
      'ComeAsReader: sts:AssumeRole on arn:${AWS::Partition}:iam::*:role/audit/Reader',
    );
    const named = synthesize({ sweep: true, config: { sweep: { accounts: ['444455556666'], role: 'Reader' } } });
    expect(lines(named, 'SweepRolesKeys')).toContain(
      'ComeAsReader: sts:AssumeRole on arn:${AWS::Partition}:iam::444455556666:role/Reader',
    );
  });

  test('who looks at keys reads rules of EventBridge where members pass calls on, and knows the bus', () => {
    const organization = { id: 'o-a1b2c3d4e5', externalId: 'an-external-id-1' };
    const guarding = synthesize({ sweep: true, config: { organization } });
    const reads = (from: GuardTemplate) => lines(from, 'SweepRolesKeys').filter((line) => line.includes('events:'));
    expect(reads(template)).toEqual([]);
    expect(reads(guarding)).toEqual([
      'ReadRules: events:DescribeRule on arn:${AWS::Partition}:events:*:${AWS::AccountId}:rule/*',
      expect.stringMatching(/^ReadAccount: .*\bevents:ListRuleNamesByTarget\b.* on \*$/),
    ]);
    const bus = only(guarding, 'AWS::Events::EventBus', 'Members').id;
    const busOf = (from: GuardTemplate) =>
      sweepKeysEnvSchema.parse(
        z
          .object({ Variables: z.unknown() })
          .parse(plain(only(from, 'AWS::Lambda::Function', 'SweepKeysFunction').Properties['Environment'])).Variables,
      ).MEMBERS_BUS_ARN;
    expect([busOf(template), busOf(guarding)]).toEqual(['', `\${${bus}.Arn}`]);
  });

  test('who looks at keys sends to the inbox of the deletion-guard where deletions are cancelled, and nowhere else', () => {
    const enforcing = synthesize({ sweep: true, config: enforced });
    const inbox = only(enforcing, 'AWS::SQS::Queue', 'DeletionGuardRouteInbox').id;
    const ofKeys = policyOf(enforcing, 'SweepRolesKeys').filter(({ actions }) => actions.includes('sqs:SendMessage'));
    expect(ofKeys).toMatchObject([
      { sid: 'BringCalls', actions: ['sqs:SendMessage'], resources: [`\${${inbox}.Arn}`] },
    ]);
    const senders = ofType(enforcing, 'AWS::IAM::Policy').filter(({ Properties }) =>
      statementsOf(Properties['PolicyDocument']).some(
        ({ actions, resources }) => actions.includes('sqs:SendMessage') && resources.includes(`\${${inbox}.Arn}`),
      ),
    );
    expect(senders.map(({ id }) => id)).toEqual([expect.stringMatching(/SweepRolesKeys/)]);
    const one = { modes: { accounts: { '444455556666': { cancelKeyDeletion: 'enforce' } } } };
    expect(lines(synthesize({ sweep: true, config: one }), 'SweepRolesKeys').join()).toContain('BringCalls');
    const other = { modes: { remedies: { enableKeyRotation: 'enforce' } } };
    expect(lines(synthesize({ sweep: true, config: other }), 'SweepRolesKeys').join()).not.toContain('sqs:');
  });

  test('who settles sees no key', () => {
    const outbox = ofType(template, 'AWS::SQS::Queue').find(({ id }) => id.startsWith('OutboxQueue'));
    expect(lines(template, 'SweepRolesClose')).toEqual([
      ...ledgerUse,
      `ListFindings: dynamodb:Query on ${ledger}`,
      `PutAlerts: sqs:SendMessage on \${${outbox?.id}.Arn}`,
      store('s3:GetObject', 's3:PutObject'),
      `TellMissing: s3:ListBucket on \${${bucket.id}.Arn}`,
    ]);
  });

  test('each may do what its adapters call, no less and no more', () => {
    const needy = rules.map((rule) => ({ ...rule, needs: factNames }));
    const all = synthesize({ sweep: true, rules: needy, config: { sweep: everywhere } });
    const granted = ['Plan', 'Keys', 'Close']
      .flatMap((step) => policyOf(all, `SweepRoles${step}`))
      .filter(({ sid }) => sid !== 'WriteLogs' && sid !== 'TellMissing')
      .flatMap(({ actions }) => actions);
    const adapters = ['sweep-estate.ts', 'sweep-results.ts', 'dynamo-findings.ts', 'dynamo-sweeps.ts', 'outbox.ts'];
    const called = calledFrom(...adapters, 'dynamo-ledger.ts', 'dynamo-waivers.ts');
    // Everybody may ask who he is.
    expect([...new Set(granted)].sort()).toEqual(called.filter((action) => action !== 'sts:GetCallerIdentity'));
  });

  test('the state machine runs its functions and its own children', () => {
    const machine = only(template, 'AWS::StepFunctions::StateMachine', 'Sweep').id;
    const sids = policyOf(template, 'SweepStepsRole').map(({ sid }) => sid);
    expect(sids).toEqual(['RunSteps', 'ReadWorkList', 'WriteMapRuns', 'DeliverLogs', 'Trace']);
    const handlers = ofType(template, 'AWS::Lambda::Function').filter(({ id }) => id.startsWith('Sweep'));
    expect(policyOf(template, 'SweepStepsRole')[0]).toMatchObject({
      actions: ['lambda:InvokeFunction'],
      resources: handlers.map(({ id }) => `\${${id}.Arn}`),
    });
    const executions = `arn:\${AWS::Partition}:states:\${AWS::Region}:\${AWS::AccountId}:execution:\${${machine}.Name}`;
    expect(lines(template, 'SweepStepsChildren')).toEqual([
      `RunChildren: states:StartExecution on \${${machine}.Arn}`,
      `WatchChildren: states:DescribeExecution states:StopExecution on ${executions}:* ${executions}/Regions:*`,
      `RedriveChildren: states:RedriveExecution on ${executions}/Regions:*`,
    ]);
  });

  test('every statement has a name, and no action is a wildcard', () => {
    const policies = ofType(wide, 'AWS::IAM::Policy').filter(({ id }) => id.startsWith('Sweep'));
    expect(policies.length).toBe(6);
    for (const { Properties } of policies) {
      for (const { sid, actions } of statementsOf(Properties['PolicyDocument'])) {
        expect(sid).toMatch(/^[A-Z][A-Za-z]+$/);
        expect(actions.filter((action) => action.includes('*'))).toEqual([]);
      }
    }
  });
});

describe('the functions', () => {
  const lambda = (step: string, from = template) =>
    only(from, 'AWS::Lambda::Function', `Sweep${step}Function`).Properties;
  const variablesOf = (step: string, from = template) =>
    z.object({ Variables: z.record(z.string(), z.unknown()) }).parse(plain(lambda(step, from)['Environment']))
      .Variables;

  test('bring calls to the inbox of the deletion-guard, of the Region that it guards, or in an organization of all', () => {
    const organization = { id: 'o-a1b2c3d4e5', externalId: 'an-external-id-1' };
    const alone = synthesize({ sweep: true, config: enforced });
    expect(variablesOf('Keys', alone)).toMatchObject({
      INBOX_URL: expect.stringContaining('DeletionGuardRouteInbox'),
      GUARDED_REGION: expect.stringContaining('AWS::Region'),
    });
    const members = synthesize({ sweep: true, config: { ...enforced, organization } });
    expect(variablesOf('Keys', members)).toMatchObject({ GUARDED_REGION: '*' });
  });

  test('get exactly the environment that their handlers parse', () => {
    const names = (step: string) => Object.keys(variablesOf(step)).toSorted();
    expect(names('Plan')).toEqual(Object.keys(sweepPlanEnvSchema.shape).toSorted());
    expect(names('Keys')).toEqual(Object.keys(sweepKeysEnvSchema.shape).toSorted());
    expect(names('Close')).toEqual(Object.keys(sweepCloseEnvSchema.shape).toSorted());
    expect(sweepKeysEnvSchema.parse(variablesOf('Keys'))).toMatchObject({ STOP_BEFORE_SECONDS: 60 });
    expect(sweepKeysEnvSchema.parse(variablesOf('Keys'))).toMatchObject({ INBOX_URL: '', BRING_AFTER_SECONDS: 900 });
    expect(variablesOf('Keys')['GUARD_ROLE_ARNS']).toMatch(/DeletionGuardRole.*RotationGuardRole.*PolicyGuardRole/);
  });

  test('have the memory and the time that sweeping takes; a run stops half a minute before its time at least', () => {
    expect(lambda('Keys')).toMatchObject({ MemorySize: 512, Timeout: 900, Runtime: 'nodejs24.x' });
    for (const pace of [template, synthesize({ sweep: true, timings: fast })]) {
      const { Timeout } = z.looseObject({ Timeout: z.number() }).parse(lambda('Keys', pace));
      const { Variables } = z
        .object({ Variables: z.looseObject({ STOP_BEFORE_SECONDS: z.string() }) })
        .parse(plain(lambda('Keys', pace)['Environment']));
      expect(Number(Variables.STOP_BEFORE_SECONDS)).toBeGreaterThanOrEqual(30);
      expect(Number(Variables.STOP_BEFORE_SECONDS)).toBeLessThan(Timeout);
    }
  });
});

describe('the state machine', () => {
  const { Properties } = only(template, 'AWS::StepFunctions::StateMachine', 'Sweep');

  test('is a standard one, traced and logged without what it is about', () => {
    expect(Properties).toMatchObject({
      StateMachineType: 'STANDARD',
      TracingConfiguration: { Enabled: true },
      LoggingConfiguration: { Level: 'ALL', IncludeExecutionData: false },
    });
  });

  test('has the definition that is tested, with the names of what is deployed', () => {
    const machine = machineSchema.parse(plain(Properties['Definition']));
    expect(machine.States['Plan']?.Parameters?.FunctionName).toMatch(/^\$\{SweepPlanFunction\w+\.Arn\}$/);
    expect(machine.States['Regions']).toMatchObject({
      MaxConcurrency: 200,
      ToleratedFailurePercentage: 25,
      ItemReader: {
        Resource: 'arn:${AWS::Partition}:states:::s3:getObject',
        Parameters: { Bucket: `\${${bucket.id}}` },
      },
    });
  });
});

describe('the schedule', () => {
  test('starts it at the hour and in the time zone of the configuration, or tells', () => {
    const queue = only(wide, 'AWS::SQS::Queue', 'SweepDeadLetters');
    expect(plain(only(wide, 'AWS::Scheduler::Schedule', 'Sweep').Properties)).toMatchObject({
      ScheduleExpression: 'cron(0 3 * * ? *)',
      ScheduleExpressionTimezone: 'Europe/Berlin',
      FlexibleTimeWindow: { Mode: 'OFF' },
      Target: {
        Arn: expect.stringContaining('SweepStepsMachine'),
        DeadLetterConfig: { Arn: `\${${queue.id}.Arn}` },
        RetryPolicy: { MaximumEventAgeInSeconds: 3_600 },
      },
    });
    expect(lines(wide, 'SweepScheduleRole').map((line) => line.split(' on ')[0])).toEqual([
      'StartSweep: states:StartExecution',
      'SetAsideUnstarted: sqs:SendMessage',
    ]);
  });

  test('nobody else may take its role', () => {
    expect(
      plain(only(template, 'AWS::IAM::Role', 'SweepScheduleRole').Properties['AssumeRolePolicyDocument']),
    ).toMatchObject({
      Statement: [
        {
          Principal: { Service: 'scheduler.amazonaws.com' },
          Condition: { StringEquals: { 'aws:SourceAccount': '${AWS::AccountId}' } },
        },
      ],
    });
  });
});

test('the bucket is closed to the public, versioned, encrypted by S3 itself, over TLS only, and forgets', () => {
  expect(bucket).toMatchObject({
    DeletionPolicy: 'Retain',
    Properties: {
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
      VersioningConfiguration: { Status: 'Enabled' },
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
      },
      LifecycleConfiguration: {
        Rules: [{ ExpirationInDays: 100, NoncurrentVersionExpiration: { NoncurrentDays: 7 }, Status: 'Enabled' }],
      },
    },
  });
  const [policy] = statementsOf(only(template, 'AWS::S3::BucketPolicy', 'Sweep').Properties['PolicyDocument']);
  expect(policy).toMatchObject({ effect: 'Deny', condition: { Bool: { 'aws:SecureTransport': 'false' } } });
});

test('alarms: it failed, and none succeeded, be it late, stopped or not started', () => {
  const alarms = ofType(template, 'AWS::CloudWatch::Alarm').filter(({ id }) => id.startsWith('SweepAlarms'));
  expect(
    alarms.map(({ Properties: { MetricName, TreatMissingData, ComparisonOperator } }) => [
      MetricName,
      ComparisonOperator,
      TreatMissingData,
    ]),
  ).toEqual([
    ['ExecutionsFailed', 'GreaterThanThreshold', 'notBreaching'],
    ['ExecutionsSucceeded', 'LessThanThreshold', 'breaching'],
  ]);
  const { EvaluationPeriods, Period } = z
    .looseObject({ EvaluationPeriods: z.number(), Period: z.number() })
    .parse(alarms[1]?.Properties);
  // Longer than a day and an hour, and not longer than CloudWatch looks back.
  expect(EvaluationPeriods * Period).toBeGreaterThan(25 * 3_600);
  expect(EvaluationPeriods * Period).toBeLessThanOrEqual(7 * 86_400);
});

test('switched off, or with no rule that sweeps, nothing of it is deployed', () => {
  const events = rules.filter(({ sweep }) => !sweep);
  for (const none of [synthesize(), synthesize({ sweep: true, rules: events })]) {
    expect(none.resources.filter(({ id }) => id.startsWith('Sweep'))).toEqual([]);
  }
});
