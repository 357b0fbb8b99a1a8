import { CfnOutput, Duration, Stack, Validations } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnSchedule } from 'aws-cdk-lib/aws-scheduler';
import { type IQueue, Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { GuardConfig } from '../../shared/config/config.ts';
import type { SweepCloseEnv, SweepKeysEnv, SweepPlanEnv } from '../../shared/config/sweep-env.ts';
import type { Rule } from '../../shared/rules/define-rule.ts';
import { type Timings, timings } from '../timings.ts';
import type { AlertTopic } from './alert-topic.ts';
import { allow } from './allow.ts';
import { guardedRegion } from './guard-role.ts';
import type { LedgerTable } from './ledger-table.ts';
import type { Outbox } from './outbox.ts';
import { SweepAlarms } from './sweep-alarms.ts';
import { SweepBucket } from './sweep-bucket.ts';
import { SweepFunction } from './sweep-function.ts';
import { SweepMachine } from './sweep-machine.ts';
import { SweepRoles } from './sweep-roles.ts';

export type SweepProps = {
  /** The rules that sweep and are switched on. */
  readonly rules: readonly Rule[];
  readonly config: GuardConfig;
  readonly bundles: string;
  readonly ledger: LedgerTable;
  /** Where alarms go. */
  readonly alerts: AlertTopic;
  /** Where alerts go. */
  readonly outbox: Outbox;
  /** The deletion-guard's, or null where no deletion is cancelled. */
  readonly inbox: IQueue | null;
  /** ARNs of the guards' own roles, separated by commas. */
  readonly guardRoleArns: string;
  /** Where member accounts pass their calls on to; empty without an organization. */
  readonly membersBusArn: string;
  /** @default - the timings for AWS */
  readonly timings?: Timings;
};

/** An environment as Lambda takes it: every value is text. */
type Texts<Env> = Record<keyof Env, string>;

/** The nightly sweep: bucket, functions, state machine, schedule and alarms. */
export class Sweep extends Construct {
  readonly bucket: SweepBucket['bucket'];
  /** Those that come into other accounts. */
  readonly readers: readonly Role[];

  constructor(scope: Construct, id: string, props: SweepProps) {
    super(scope, id);
    const { config, alerts } = props;
    this.bucket = new SweepBucket(this, 'Results').bucket;
    const { readers, ...functions } = this.#functions(props);
    this.readers = readers;
    const functionTimeout = (props.timings ?? timings).sweepTimeout;
    const { bucket } = this;
    const { machine } = new SweepMachine(this, 'Steps', { functions, bucket, sweep: config.sweep, functionTimeout });
    const deadLetters = new Queue(this, 'DeadLetters', {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    });
    Validations.of(deadLetters).acknowledge({
      id: 'AwsSolutions-SQS3',
      reason: 'It is itself where the schedule puts what it could not start; cdk-nag does not look at schedules.',
    });
    this.#schedule(machine.attrArn, { deadLetters, config });
    new SweepAlarms(this, 'Alarms', { stateMachineArn: machine.attrArn, topic: alerts.topic });
    const stack = Stack.of(this);
    new CfnOutput(stack, 'SweepStateMachineArn', { value: machine.attrArn });
    new CfnOutput(stack, 'SweepBucketName', { value: bucket.bucketName });
  }

  #functions({ rules, config, bundles, ledger, outbox, inbox, guardRoleArns, ...props }: SweepProps) {
    const { bucket } = this;
    const { sweepTimeout: timeout, sweepStopBefore, bringAfter } = props.timings ?? timings;
    const roles = new SweepRoles(this, 'Roles', { rules, config, bucket, ledger, outbox, inbox });
    const [BUCKET_NAME, TABLE_NAME] = [bucket.bucketName, ledger.table.tableName];
    const common = { config, bundles, timeout };
    const planning: Texts<SweepPlanEnv> = { BUCKET_NAME };
    const looking: Texts<SweepKeysEnv> = {
      BUCKET_NAME,
      TABLE_NAME,
      GUARD_ROLE_ARNS: guardRoleArns,
      MEMBERS_BUS_ARN: props.membersBusArn,
      STOP_BEFORE_SECONDS: String(sweepStopBefore),
      INBOX_URL: inbox?.queueUrl ?? '',
      GUARDED_REGION: guardedRegion(this, config),
      BRING_AFTER_SECONDS: String(bringAfter),
    };
    const closing: Texts<SweepCloseEnv> = { BUCKET_NAME, TABLE_NAME, OUTBOX_URL: outbox.queue.queueUrl };
    const plan = { ...common, step: 'sweep-plan', role: roles.plan, environment: planning } as const;
    const keys = { ...common, step: 'sweep-keys', role: roles.keys, environment: looking } as const;
    const close = { ...common, step: 'sweep-close', role: roles.close, environment: closing } as const;
    return {
      readers: [roles.plan, roles.keys],
      plan: new SweepFunction(this, 'Plan', { ...plan, memoryInMegabytes: 512 }).handler,
      keys: new SweepFunction(this, 'Keys', { ...keys, memoryInMegabytes: 512 }).handler,
      // It holds the findings that stand about a Region.
      close: new SweepFunction(this, 'Close', { ...close, memoryInMegabytes: 1024 }).handler,
    };
  }

  #schedule(
    machineArn: string,
    { deadLetters, config }: { readonly deadLetters: Queue; readonly config: GuardConfig },
  ): void {
    const { account } = Stack.of(this);
    const role = new Role(this, 'ScheduleRole', {
      // Whatever schedule of this account names the role; a name of the schedule would make a circle.
      assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': account } },
      }),
      description: 'kms-guard: the schedule of the sweep',
    });
    allow(role, { sid: 'StartSweep', actions: ['states:StartExecution'], resources: [[machineArn]] });
    allow(role, { sid: 'SetAsideUnstarted', actions: ['sqs:SendMessage'], resources: [[deadLetters.queueArn]] });
    const { hour, timeZone } = config.sweep;
    const schedule = new CfnSchedule(this, 'Schedule', {
      description: 'Starts the nightly sweep of kms-guard',
      scheduleExpression: `cron(0 ${hour} * * ? *)`,
      scheduleExpressionTimezone: timeZone,
      flexibleTimeWindow: { mode: 'OFF' },
      target: {
        arn: machineArn,
        roleArn: role.roleArn,
        input: '{}',
        deadLetterConfig: { arn: deadLetters.queueArn },
        // A sweep that could not start within an hour is not made up for: the alarm tells.
        retryPolicy: { maximumEventAgeInSeconds: 3_600, maximumRetryAttempts: 20 },
      },
    });
    schedule.node.addDependency(role);
  }
}
