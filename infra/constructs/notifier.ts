import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { EventBus } from 'aws-cdk-lib/aws-events';
import {
  ApplicationLogLevel,
  Architecture,
  Function as LambdaFunction,
  LoggingFormat,
  Runtime,
  SystemLogLevel,
} from 'aws-cdk-lib/aws-lambda';
import type { Role } from 'aws-cdk-lib/aws-iam';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { GuardConfig } from '../../shared/config/config.ts';
import type { NotifierEnv } from '../../shared/config/notifier-env.ts';
import { type Timings, timings } from '../timings.ts';
import { AlertTopic } from './alert-topic.ts';
import { guardCode } from './guard-code.ts';
import type { LedgerTable } from './ledger-table.ts';
import { nameGrant } from './named-grant.ts';
import { NotifierAlarms } from './notifier-alarms.ts';
import { NotifierRole } from './notifier-role.ts';
import type { Outbox } from './outbox.ts';
import { Reminders } from './reminders.ts';

export type NotifierProps = {
  readonly config: GuardConfig;
  /** Folder of the built bundles: `NAME/index.mjs`. */
  readonly bundles: string;
  readonly outbox: Outbox;
  readonly ledger: LedgerTable;
  readonly alerts: AlertTopic;
  /** @default - Slack itself */
  readonly slackApiUrl?: string;
  /** @default - the timings for AWS */
  readonly timings?: Timings;
};

/** Slack takes about one message a second and channel: more handlers at once would only be told to wait. */
const maximumConcurrency = 5;
const batchSize = 10;

/** The Lambda that takes alerts out of the outbox to topics, Slack and the guard's own event bus. */
export class Notifier extends Construct {
  readonly handler: LambdaFunction;
  readonly bus: EventBus;
  readonly role: Role;
  /** Null where no channel is for Amazon Q Developer. */
  readonly amazonQ: AlertTopic | null;

  constructor(scope: Construct, id: string, props: NotifierProps) {
    super(scope, id);
    const { config, outbox, ledger, alerts, timings: pace = timings } = props;
    const { role } = new NotifierRole(this, 'Permissions', {
      alerts: config.alerts,
      organization: config.organization,
    });
    this.role = role;
    const wantsAmazonQ = Object.values(config.alerts.channels).some(({ amazonQ }) => amazonQ === true);
    this.amazonQ = wantsAmazonQ ? new AlertTopic(this, 'AmazonQ') : null;
    this.bus = new EventBus(this, 'Bus', { description: 'kms-guard: findings, for other automations' });
    const reminders = new Reminders(this, 'Reminders', { outbox, quiet: config.alerts.quiet });
    ledger.grantUse(role);
    nameGrant('ListLedger', ledger.table.grants.actions(role, 'dynamodb:Query'));
    outbox.grantPut(role);
    outbox.grantConsume(role);
    alerts.grantPublish(role);
    if (this.amazonQ !== null) nameGrant('SendToAmazonQ', this.amazonQ.topic.grants.actions(role, ['sns:Publish']));
    nameGrant('PutFindings', this.bus.grantPutEventsTo(role));
    reminders.grantSchedule(role);
    const logGroup = new LogGroup(this, 'Logs', {
      retention: RetentionDays.ONE_YEAR,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    nameGrant('WriteLogs', logGroup.grants.write(role));
    this.handler = new LambdaFunction(this, 'Function', {
      description: 'kms-guard: notifier',
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      handler: 'index.handler',
      code: guardCode({ guard: 'notifier', config, bundles: props.bundles }),
      role,
      memorySize: 512,
      timeout: Duration.seconds(pace.functionTimeout),
      environment: environmentOf(props, { roleArn: role.roleArn, reminders, bus: this.bus, amazonQ: this.amazonQ }),
      logGroup,
      loggingFormat: LoggingFormat.JSON,
      applicationLogLevelV2: ApplicationLogLevel.INFO,
      systemLogLevelV2: SystemLogLevel.INFO,
    });
    this.handler.addEventSourceMapping('Outbox', {
      eventSourceArn: outbox.queue.queueArn,
      batchSize,
      maxConcurrency: maximumConcurrency,
      reportBatchItemFailures: true,
    });
    new NotifierAlarms(this, 'Alarms', { outbox, topic: alerts.topic, timings: pace });
  }
}

type Parts = {
  readonly roleArn: string;
  readonly reminders: Reminders;
  readonly bus: EventBus;
  readonly amazonQ: AlertTopic | null;
};

const environmentOf = (
  { outbox, ledger, alerts, slackApiUrl }: NotifierProps,
  { roleArn, reminders, bus, amazonQ }: Parts,
): Record<Exclude<keyof NotifierEnv, 'SLACK_API_URL'>, string> => ({
  TABLE_NAME: ledger.table.tableName,
  OUTBOX_URL: outbox.queue.queueUrl,
  OUTBOX_ARN: outbox.queue.queueArn,
  DEAD_LETTER_QUEUE_URL: outbox.deadLetters.queueUrl,
  TOPIC_ARN: alerts.topic.topicArn,
  AMAZON_Q_TOPIC_ARN: amazonQ?.topic.topicArn ?? '',
  EVENT_BUS_NAME: bus.eventBusName,
  SCHEDULE_GROUP: reminders.groupName,
  SCHEDULE_ROLE_ARN: reminders.role.roleArn,
  ROLE_ARN: roleArn,
  ...(slackApiUrl === undefined ? {} : { SLACK_API_URL: slackApiUrl }),
});
