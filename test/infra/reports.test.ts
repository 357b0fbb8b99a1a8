import { afterAll, describe, expect, test } from 'vitest';
import * as z from 'zod/mini';
import { reportEnvSchema } from '../../shared/config/report-env.ts';
import { calledFrom } from '../support/adapter-calls.ts';
import { type GuardTemplate, guardTemplates, ofType, only, plain, statementsOf } from '../support/guard-template.ts';

const { synthesize, dispose } = guardTemplates();
afterAll(dispose);

const signingKeyArn = 'arn:aws:kms:eu-west-1:111122223333:key/0a1b2c3d-0000-4000-a000-000000000001';
const organization = { id: 'o-a1b2c3d4e5', externalId: 'an-external-id-1', importFindings: true };
const template = synthesize({ sweep: true });
const whole = synthesize({
  sweep: true,
  config: {
    organization,
    reports: {
      schedules: ['daily', 'weekly', 'monthly'],
      hour: 7,
      timeZone: 'Europe/Berlin',
      objectLock: { mode: 'COMPLIANCE', days: 365 },
      signingKeyArn,
      securityHub: true,
    },
  },
});

const policyOf = (from: GuardTemplate, prefix: string) =>
  statementsOf(only(from, 'AWS::IAM::Policy', prefix).Properties['PolicyDocument']);
const lines = (from: GuardTemplate, prefix: string): readonly string[] =>
  policyOf(from, prefix)
    .filter(({ sid }) => sid !== 'WriteLogs')
    .map(({ sid, actions, resources }) => `${sid}: ${actions.join(' ')} on ${resources.join(' ')}`);

const sweeps = only(template, 'AWS::S3::Bucket', 'Sweep').id;
const bucket = only(template, 'AWS::S3::Bucket', 'Reports').id;
const [ledger] = ofType(template, 'AWS::DynamoDB::Table').map(({ id }) => id);
const outbox = ofType(template, 'AWS::SQS::Queue').find(({ id }) => id.startsWith('OutboxQueue'))?.id;
const deadLetters = only(template, 'AWS::SQS::Queue', 'ReportsDeadLetters').id;

describe('the role', () => {
  test('reads what is there, and writes nothing but reports and alerts', () => {
    expect(lines(template, 'ReportsPermissions')).toEqual([
      `ReadSweeps: s3:GetObject on \${${sweeps}.Arn}/sweeps/*`,
      `KeepReports: s3:AbortMultipartUpload s3:GetObject s3:PutObject on \${${bucket}.Arn}/reports/* \${${bucket}.Arn}/points/*`,
      `ListPoints: s3:ListBucket on \${${bucket}.Arn}`,
      `ReadLedger: dynamodb:GetItem dynamodb:Query dynamodb:Scan on \${${ledger}.Arn}`,
      `PutAlerts: sqs:SendMessage on \${${outbox}.Arn}`,
      `SetAsideFailed: sqs:SendMessage on \${${deadLetters}.Arn}`,
    ]);
  });

  test('signs with the one key that is configured, and imports findings into the own account or as the responder', () => {
    const added = lines(whole, 'ReportsPermissions').slice(5, -1);
    expect(added).toEqual([
      `SignManifest: kms:GetPublicKey kms:Sign on ${signingKeyArn}`,
      'ImportFindings: securityhub:BatchImportFindings on arn:${AWS::Partition}:securityhub:*:${AWS::AccountId}:product/${AWS::AccountId}/default',
      'ComeAsResponder: sts:AssumeRole sts:SetSourceIdentity on arn:${AWS::Partition}:iam::*:role/kms-guard-responder',
    ]);
    expect(whole.outputs['ReaderRoleArns']).toMatch(/ReportsPermissionsRole/);
    expect(whole.outputs['GuardRoleArns']).not.toMatch(/Reports/);
    expect(template.outputs['GuardRoleArns']).not.toMatch(/Reports/);
  });

  test('may do what its adapters call, no less and no more', () => {
    const granted = policyOf(whole, 'ReportsPermissions')
      .filter(({ sid }) => sid !== 'WriteLogs')
      .flatMap(({ actions }) => actions);
    const reading = ['dynamo-sweeps.ts', 'dynamo-findings.ts', 'dynamo-approval-book.ts', 'dynamo-waivers.ts'];
    const called = calledFrom(
      ...reading,
      'dynamo-heartbeats.ts',
      'entry-log.ts',
      'sweep-results.ts',
      'evidence-store.ts',
      'manifest-signer.ts',
      'security-hub.ts',
      'outbox.ts',
    );
    // S3 authorizes the parts of an upload as PutObject and a list of objects as ListBucket; the books' writes are not for reports.
    const asked = new Map([
      ['s3:CreateMultipartUpload', 's3:PutObject'],
      ['s3:UploadPart', 's3:PutObject'],
      ['s3:CompleteMultipartUpload', 's3:PutObject'],
      ['s3:ListObjectsV2', 's3:ListBucket'],
    ]);
    const writes = ['dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem'];
    const needed = called.map((action) => asked.get(action) ?? action).filter((action) => !writes.includes(action));
    expect([...new Set(granted)].filter((action) => action !== 'sts:SetSourceIdentity').sort()).toEqual(
      [...new Set(needed)].sort(),
    );
  });

  test('every statement has a name, and no action is a wildcard', () => {
    const policies = ofType(whole, 'AWS::IAM::Policy').filter(({ id }) => id.startsWith('Reports'));
    expect(policies).toHaveLength(2);
    for (const { Properties } of policies) {
      for (const { sid, actions } of statementsOf(Properties['PolicyDocument'])) {
        expect(sid).toMatch(/^[A-Z][A-Za-z]+$/);
        expect(actions.filter((action) => action.includes('*'))).toEqual([]);
      }
    }
  });
});

describe('the bucket', () => {
  const properties = (from: GuardTemplate) => plain(only(from, 'AWS::S3::Bucket', 'Reports').Properties);

  test('keeps versions, is nobody else’s, and outlives the stack', () => {
    expect(properties(template)).toMatchObject({
      VersioningConfiguration: { Status: 'Enabled' },
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
      OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
    });
    expect(only(template, 'AWS::S3::Bucket', 'Reports').DeletionPolicy).toBe('Retain');
    expect(properties(template)).not.toHaveProperty('ObjectLockEnabled');
  });

  test('refuses what comes without TLS', () => {
    const policy = only(template, 'AWS::S3::BucketPolicy', 'Reports').Properties['PolicyDocument'];
    expect(JSON.stringify(policy)).toContain('"aws:SecureTransport":"false"');
  });

  test('holds evidence under Object Lock where that is configured', () => {
    expect(properties(whole)).toMatchObject({
      ObjectLockEnabled: true,
      ObjectLockConfiguration: { Rule: { DefaultRetention: { Mode: 'COMPLIANCE', Days: 365 } } },
    });
  });
});

describe('the function', () => {
  test('gets exactly the environment that its handler parses', () => {
    const { Properties } = only(template, 'AWS::Lambda::Function', 'ReportsFunction');
    const { Variables } = z
      .object({ Variables: z.record(z.string(), z.unknown()) })
      .parse(plain(Properties['Environment']));
    expect(Object.keys(Variables).toSorted()).toEqual(Object.keys(reportEnvSchema.shape).toSorted());
    expect(Variables['GUARDS']).toBe('deletion-guard,rotation-guard,policy-guard');
  });

  // test/infra/alarms.test.ts: dead letters raise an alarm.
  test('that fails for good is set aside', () => {
    const target = `\${${deadLetters}.Arn}`;
    const config = only(template, 'AWS::Lambda::EventInvokeConfig', 'Reports').Properties;
    expect(plain(config)).toMatchObject({ DestinationConfig: { OnFailure: { Destination: target } } });
  });
});

describe('the schedules', () => {
  const schedules = (from: GuardTemplate) =>
    ofType(from, 'AWS::Scheduler::Schedule')
      .filter(({ id }) => id.startsWith('Reports'))
      .map(({ Properties }) => plain(Properties));

  test('are at the hour and in the time zone of the configuration, each with its kind and its time', () => {
    const found = schedules(whole);
    expect(found).toMatchObject([
      { ScheduleExpression: 'cron(0 7 * * ? *)', ScheduleExpressionTimezone: 'Europe/Berlin' },
      { ScheduleExpression: 'cron(0 7 ? * MON *)' },
      { ScheduleExpression: 'cron(0 7 1 * ? *)' },
    ]);
    expect(found[1]).toMatchObject({
      Target: { Input: '{"kind":"weekly","at":"<aws.scheduler.scheduled-time>"}' },
    });
    expect(lines(whole, 'ReportsScheduleRole').map((line) => line.split(' on ')[0])).toEqual([
      'StartReport: lambda:InvokeFunction',
      'SetAsideUnstarted: sqs:SendMessage',
    ]);
  });

  test('are weekly by default; without one there is no bucket and no function either', () => {
    expect(schedules(template)).toHaveLength(1);
    const none = synthesize({ sweep: true, config: { reports: { schedules: [] } } });
    expect(none.resources.filter(({ id }) => id.startsWith('Reports'))).toEqual([]);
  });
});
