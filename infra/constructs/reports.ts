import { CfnOutput, Duration, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  ApplicationLogLevel,
  Architecture,
  Function as LambdaFunction,
  LoggingFormat,
  Runtime,
  SystemLogLevel,
} from 'aws-cdk-lib/aws-lambda';
import { SqsDestination } from 'aws-cdk-lib/aws-lambda-destinations';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import { CfnSchedule } from 'aws-cdk-lib/aws-scheduler';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { GuardConfig } from '../../shared/config/config.ts';
import type { ReportEnv } from '../../shared/config/report-env.ts';
import type { ReportKind } from '../../shared/config/report-config.ts';
import { allow } from './allow.ts';
import { guardCode } from './guard-code.ts';
import type { LedgerTable } from './ledger-table.ts';
import { nameGrant } from './named-grant.ts';
import type { Outbox } from './outbox.ts';
import { ReportBucket } from './report-bucket.ts';
import { ReportRole } from './report-role.ts';

export type ReportsProps = {
  readonly config: GuardConfig;
  readonly bundles: string;
  /** Names of the guards that are deployed. */
  readonly guards: readonly string[];
  /** Where sweeps leave their results. */
  readonly sweeps: Bucket;
  readonly ledger: LedgerTable;
  readonly outbox: Outbox;
};

/** Where any report is scheduled; the roles that go into member accounts. */
export const addReports = (scope: Construct, props: ReportsProps): readonly Role[] =>
  props.config.reports.schedules.length === 0 ? [] : new Reports(scope, 'Reports', props).visitors;

/** Whole days, weeks or months that end at the hour. */
const crons: Readonly<Record<ReportKind, string>> = { daily: '* * ?', weekly: '? * MON', monthly: '1 * ?' };
/** A report of 100,000 keys takes less than half a gigabyte; the rest is for its speed. */
const memoryInMegabytes = 2_048;

/** Compliance reports: bucket, function, schedules and alarms. */
export class Reports extends Construct {
  readonly bucket: ReportBucket['bucket'];
  /** Those of its roles that go into member accounts. */
  readonly visitors: readonly Role[];

  constructor(scope: Construct, id: string, props: ReportsProps) {
    super(scope, id);
    const { config, sweeps, ledger, outbox } = props;
    this.bucket = new ReportBucket(this, 'Evidence', config).bucket;
    const { role } = new ReportRole(this, 'Permissions', { config, sweeps, ledger, outbox, bucket: this.bucket });
    this.visitors = config.reports.securityHub && config.organization?.importFindings === true ? [role] : [];
    const deadLetters = this.#deadLetters();
    const handler = this.#function(role, { ...props, deadLetters });
    this.#schedules(handler, { deadLetters, config });
    const stack = Stack.of(this);
    new CfnOutput(stack, 'ReportBucketName', { value: this.bucket.bucketName });
    new CfnOutput(stack, 'ReportFunctionName', { value: handler.functionName });
  }

  #deadLetters(): Queue {
    const deadLetters = new Queue(this, 'DeadLetters', {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    });
    Validations.of(deadLetters).acknowledge({
      id: 'AwsSolutions-SQS3',
      reason: 'It is itself where the schedules put what they could not start; cdk-nag does not look at schedules.',
    });
    return deadLetters;
  }

  #function(role: Role, props: ReportsProps & { readonly deadLetters: Queue }): LambdaFunction {
    const { config, bundles, sweeps, ledger, outbox, guards, deadLetters } = props;
    const logGroup = new LogGroup(this, 'Logs', {
      retention: RetentionDays.ONE_YEAR,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    nameGrant('WriteLogs', logGroup.grants.write(role));
    allow(role, { sid: 'SetAsideFailed', actions: ['sqs:SendMessage'], resources: [[deadLetters.queueArn]] });
    const environment: Record<keyof ReportEnv, string> = {
      SWEEP_BUCKET_NAME: sweeps.bucketName,
      BUCKET_NAME: this.bucket.bucketName,
      TABLE_NAME: ledger.table.tableName,
      OUTBOX_URL: outbox.queue.queueUrl,
      ACCOUNT_ID: Stack.of(this).account,
      GUARDS: guards.join(','),
    };
    return new LambdaFunction(this, 'Function', {
      description: 'kms-guard: report',
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      handler: 'index.handler',
      code: guardCode({ guard: 'report', config, bundles }),
      role: role.withoutPolicyUpdates(),
      memorySize: memoryInMegabytes,
      timeout: Duration.seconds(900),
      environment,
      retryAttempts: 2,
      onFailure: new SqsDestination(deadLetters),
      logGroup,
      loggingFormat: LoggingFormat.JSON,
      applicationLogLevelV2: ApplicationLogLevel.INFO,
      systemLogLevelV2: SystemLogLevel.INFO,
    });
  }

  #schedules(
    handler: LambdaFunction,
    { deadLetters, config }: { readonly deadLetters: Queue; readonly config: GuardConfig },
  ): void {
    const role = new Role(this, 'ScheduleRole', {
      // Whatever schedule of this account names the role; a name of the schedule would make a circle.
      assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
      description: 'kms-guard: the schedules of reports',
    });
    allow(role, { sid: 'StartReport', actions: ['lambda:InvokeFunction'], resources: [[handler.functionArn]] });
    allow(role, { sid: 'SetAsideUnstarted', actions: ['sqs:SendMessage'], resources: [[deadLetters.queueArn]] });
    const { schedules, hour, timeZone } = config.reports;
    for (const kind of schedules) {
      const schedule = new CfnSchedule(this, `${kind.charAt(0).toUpperCase()}${kind.slice(1)}`, {
        description: `kms-guard: the ${kind} report is due`,
        scheduleExpression: `cron(0 ${hour} ${crons[kind]} *)`,
        scheduleExpressionTimezone: timeZone,
        flexibleTimeWindow: { mode: 'OFF' },
        target: {
          arn: handler.functionArn,
          roleArn: role.roleArn,
          input: JSON.stringify({ kind, at: '<aws.scheduler.scheduled-time>' }),
          deadLetterConfig: { arn: deadLetters.queueArn },
          retryPolicy: { maximumEventAgeInSeconds: 3_600, maximumRetryAttempts: 20 },
        },
      });
      schedule.node.addDependency(role);
    }
  }
}
