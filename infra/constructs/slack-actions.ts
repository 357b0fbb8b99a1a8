import { CfnOutput, Duration, Stack, Validations } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnPermission, FunctionUrlAuthType } from 'aws-cdk-lib/aws-lambda';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { GuardConfig } from '../../shared/config/config.ts';
import type { SlackConfig } from '../../shared/config/slack-config.ts';
import type { SlackActionsEnv, SlackAnswersEnv } from '../../shared/config/slack-env.ts';
import { type Timings, timings } from '../timings.ts';
import { allow } from './allow.ts';
import type { LedgerTable } from './ledger-table.ts';
import { nameGrant } from './named-grant.ts';
import type { Outbox } from './outbox.ts';
import { SlackAlarms } from './slack-alarms.ts';
import { SlackFunction } from './slack-function.ts';

export type SlackActionsProps = {
  readonly config: GuardConfig;
  readonly slack: SlackConfig;
  /** Folder of the built bundles: `NAME/index.mjs`. */
  readonly bundles: string;
  readonly ledger: LedgerTable;
  readonly outbox: Outbox;
  readonly topic: ITopic;
  /** The role of `slack-answers`, which saves keys as a guard does. */
  readonly answersRole: Role;
  /** Of the guards and of `slack-answers`, separated by commas. */
  readonly roleArns: string;
  /** @default - Slack itself */
  readonly slackApiUrl?: string;
  /** @default - the timings for AWS */
  readonly timings?: Timings;
};

/** People click seldom: whoever floods the URL takes no more of the account than this. */
const actionsAtOnce = 5;
const maxReceiveCount = 5;

const publicAccess = ['NIST.800.53.R5', 'PCI.DSS.321'].map((pack) => `${pack}-LambdaFunctionPublicAccessProhibited`);
const signedOnly =
  'Slack has no AWS credentials: what lets a request in is its signature, and it can do no more than pass it on.';

/** The buttons in Slack: function URL -> `slack-actions`, which verifies -> queue -> `slack-answers`, which does it. */
export class SlackActions extends Construct {
  constructor(scope: Construct, id: string, props: SlackActionsProps) {
    super(scope, id);
    const pace = props.timings ?? timings;
    const queue = { encryption: QueueEncryption.SQS_MANAGED, enforceSSL: true };
    const deadLetters = new Queue(this, 'DeadLetters', { ...queue, retentionPeriod: Duration.days(14) });
    const answers = new Queue(this, 'Answers', {
      ...queue,
      visibilityTimeout: Duration.seconds(pace.visibilityTimeout),
      retentionPeriod: Duration.days(4),
      deadLetterQueue: { queue: deadLetters, maxReceiveCount },
    });
    const actions = this.#addActions(props, answers);
    this.#addAnswers(props, answers, pace);
    new SlackAlarms(this, 'Alarms', { actions, answers, topic: props.topic, timings: pace });
    new CfnOutput(Stack.of(this), 'SlackAnswersDeadLettersUrl', { value: deadLetters.queueUrl });
  }

  /** Open to everybody, for Slack has no AWS credentials: the signature of each request is what lets it in. */
  #addActions({ slack, ledger, config, bundles }: SlackActionsProps, answers: Queue) {
    const role = new Role(this, 'ReceiverRole', {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      description: 'kms-guard: slack-actions',
    });
    const secret = [slack.signingSecretArn];
    allow(role, { sid: 'ReadSigningSecret', actions: ['secretsmanager:GetSecretValue'], resources: [secret] });
    // Whoever breaks in here can write nothing that a guard believes.
    const ownItems = { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['SLACK#*'] } };
    const table = [ledger.table.tableArn];
    allow(role, { sid: 'TakeOnce', actions: ['dynamodb:PutItem'], resources: [table], conditions: ownItems });
    nameGrant('PassAnswersOn', answers.grants.actions(role, ['sqs:SendMessage']));
    const environment: Record<keyof SlackActionsEnv, string> = {
      TABLE_NAME: ledger.table.tableName,
      SIGNING_SECRET_ARN: slack.signingSecretArn,
      ANSWERS_URL: answers.queueUrl,
    };
    const settings = { name: 'slack-actions', timeout: 10, reservedConcurrency: actionsAtOnce } as const;
    const { handler } = new SlackFunction(this, 'Receiver', { ...settings, role, config, bundles, environment });
    const { url } = handler.addFunctionUrl({ authType: FunctionUrlAuthType.NONE });
    for (const child of handler.node.children.filter((each) => each instanceof CfnPermission)) {
      for (const id of publicAccess) Validations.of(child).acknowledge({ id, reason: signedOnly });
    }
    new CfnOutput(Stack.of(this), 'SlackActionsUrl', { value: url });
    new CfnOutput(Stack.of(this), 'SlackActionsFunctionName', { value: handler.functionName });
    return handler;
  }

  #addAnswers(props: SlackActionsProps, answers: Queue, { functionTimeout: timeout }: Timings): void {
    const { config, bundles, ledger, outbox, answersRole: role, roleArns, slackApiUrl } = props;
    ledger.grantUse(role);
    nameGrant('FindEntries', ledger.table.grants.actions(role, 'dynamodb:Query'));
    outbox.grantPut(role);
    nameGrant(
      'ReceiveAnswers',
      answers.grants.actions(role, ['sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ReceiveMessage']),
    );
    const environment: Record<Exclude<keyof SlackAnswersEnv, 'SLACK_HOOKS_ORIGIN'>, string> = {
      TABLE_NAME: ledger.table.tableName,
      OUTBOX_URL: outbox.queue.queueUrl,
      GUARD_ROLE_ARNS: roleArns,
      ...(slackApiUrl === undefined ? {} : { SLACK_HOOKS_ORIGIN: new URL(slackApiUrl).origin }),
    };
    const settings = { name: 'slack-answers', timeout } as const;
    const { handler } = new SlackFunction(this, 'Worker', { ...settings, role, config, bundles, environment });
    handler.addEventSourceMapping('Answers', {
      eventSourceArn: answers.queueArn,
      batchSize: 1,
      reportBatchItemFailures: true,
    });
  }
}
