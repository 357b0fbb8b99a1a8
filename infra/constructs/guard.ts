import { CfnOutput, Stack } from 'aws-cdk-lib';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import type { EventBus } from 'aws-cdk-lib/aws-events';
import type { Topic } from 'aws-cdk-lib/aws-sns';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { GuardConfig } from '../../shared/config/config.ts';
import { type GuardName, isEnabled, type Rule } from '../../shared/rules/define-rule.ts';
import { guardsOf, rulesOf, watchedOperations } from '../../shared/rules/routes.ts';
import { acknowledgePacks } from './acknowledge-packs.ts';
import { AlertTopic } from './alert-topic.ts';
import { callPattern, CallRoute } from './call-route.ts';
import { Defence, selfGuard } from './defence.ts';
import { GuardDashboard } from './guard-dashboard.ts';
import { addSecondWay } from './second-way.ts';
import { GuardFunction } from './guard-function.ts';
import { GuardRole } from './guard-role.ts';
import { addReports } from './reports.ts';
import { OrganizationBus } from './organization-bus.ts';
import { Heartbeat } from './heartbeat.ts';
import { LedgerTable } from './ledger-table.ts';
import { MemberStackSet } from './member-stack-set.ts';
import { Sweep } from './sweep.ts';
import { Notifier } from './notifier.ts';
import { Outbox } from './outbox.ts';
import { SlackActions } from './slack-actions.ts';
import { slackAnswersRole } from './slack-answers-role.ts';
import { isEnforced } from '../modes-by-account.ts';
import { type Timings, timings } from '../timings.ts';

export type GuardProps = {
  readonly rules: readonly Rule[];
  readonly config: GuardConfig;
  /** Folder of the built bundles: `NAME/index.mjs`. */
  readonly bundles: string;
  /** @default - the timings for AWS */
  readonly timings?: Timings;
  /** @default - Slack itself */
  readonly slackApiUrl?: string;
};

type GuardParts = GuardProps & {
  readonly role: GuardRole['role'];
  readonly roleArns: string;
  readonly members: OrganizationBus | null;
};

/**
 * Everything that guards the keys of one account and Region. Ids of constructs are a contract: renaming one replaces the
 * table, the topic or the queues behind it.
 */
export class Guard extends Construct {
  readonly #ledger: LedgerTable;
  readonly #alerts: AlertTopic;
  readonly #outbox: Outbox;
  readonly table: Table;
  readonly topic: Topic;
  /** Findings as events, for other automations. */
  readonly eventBus: EventBus;
  /** The roles that may come into member accounts to remedy, separated by commas. */
  readonly roleArns: string;
  /** Those that may come in to read; empty without an organization. */
  readonly readerRoleArns: string;
  /** Null without an organization. */
  readonly members: OrganizationBus | null;

  constructor(scope: Construct, id: string, props: GuardProps) {
    super(scope, id);
    this.#ledger = new LedgerTable(this, 'Ledger');
    this.#alerts = new AlertTopic(this, 'Alerts');
    this.table = this.#ledger.table;
    this.topic = this.#alerts.topic;
    this.#outbox = new Outbox(this, 'Outbox', { timings: props.timings ?? timings });
    new CfnOutput(Stack.of(this), 'TableName', { value: this.#ledger.table.tableName });
    new CfnOutput(Stack.of(this), 'TopicArn', { value: this.#alerts.topic.topicArn });

    // A rule that is switched off costs nothing: neither events nor permissions.
    const rules = props.rules.filter((rule) => isEnabled(rule, props.config));
    const guards = guardsOf(rules).map((guard) => ({
      guard,
      role: new GuardRole(this, `${pascalCase(guard)}Role`, {
        guard,
        rules: rulesOf(guard, rules),
        config: props.config,
      }).role,
    }));
    const answersRole = slackAnswersRole(this, rules, props.config);
    const roles = [...guards.map(({ role }) => role), ...(answersRole === null ? [] : [answersRole])];
    const roleArns = roles.map((role) => role.roleArn).join(',');
    const { organization } = props.config;
    const members = organization === null ? null : new OrganizationBus(this, 'Members', { organization });
    this.members = members;
    const how = { ...props, rules, roleArns, members };
    const inboxes = new Map(guards.map(({ guard, role }) => [guard, this.#addGuard(guard, { ...how, role })]));
    const beating = [...guards.map(({ guard }) => guard), selfGuard] as const;
    new Heartbeat(this, 'Heartbeat', { guards: beating, topic: this.#alerts.topic });
    const sweepers: GuardRole['role'][] = [];
    const swept = rules.filter((rule) => rule.sweep);
    if (props.config.sweep.enabled && swept.length > 0) {
      const parts = { ledger: this.#ledger, alerts: this.#alerts, outbox: this.#outbox, guardRoleArns: roleArns };
      const membersBusArn = members?.bus.attrArn ?? '';
      const inbox = isEnforced(props.config, 'cancelKeyDeletion') ? (inboxes.get('deletion-guard') ?? null) : null;
      const sweep = new Sweep(this, 'Sweep', { ...props, ...parts, inbox, membersBusArn, rules: swept });
      const reports = addReports(this, { ...props, ...parts, sweeps: sweep.bucket, guards: [...inboxes.keys()] });
      sweepers.push(...sweep.readers, ...reports);
    }
    const notifier = this.#addNotifier(props);
    this.eventBus = notifier.bus;
    const visitors = organization === null ? [] : [...sweepers, notifier.role];
    this.roleArns = roleArns;
    this.readerRoleArns = visitors.map((role) => role.roleArn).join(',');
    new CfnOutput(Stack.of(this), 'GuardRoleArns', { value: roleArns });
    if (organization !== null) new CfnOutput(Stack.of(this), 'ReaderRoleArns', { value: this.readerRoleArns });
    this.#addMembers(props);
    const { slack } = props.config;
    if (slack !== null && answersRole !== null) {
      const parts = { ledger: this.#ledger, outbox: this.#outbox, topic: this.#alerts.topic };
      new SlackActions(this, 'SlackActions', { ...props, ...parts, slack, answersRole, roleArns });
    }
    this.#addDefence(props);
    new GuardDashboard(this, 'Dashboard', { guards: beating });
    addSecondWay(this, props.config.alarms.topicArns);
    acknowledgePacks(this);
  }

  #addMembers({ rules, config }: GuardProps): void {
    const { organization } = config;
    const stackSet = organization?.stackSet ?? null;
    if (organization === null || stackSet === null || this.members === null) return;
    const how = {
      membersBusArn: this.members.bus.attrArn,
      guardRoleArns: this.roleArns,
      readerRoleArns: this.readerRoleArns,
    };
    new MemberStackSet(this, 'MemberStacks', { rules, config, organization, stackSet, ...how });
  }

  /** After everything that has a name of its own. */
  #addDefence({ config, bundles, timings: pace = timings }: GuardProps): void {
    const { topic } = this.#alerts;
    const members = this.members === null ? {} : { membersBus: this.members.bus };
    const parts = { ledger: this.#ledger, outbox: this.#outbox, topic, timings: pace, whole: this };
    new Defence(this, 'Defence', { config, bundles, ...parts, ...members });
  }

  #addNotifier({ config, bundles, timings: pace = timings, slackApiUrl }: GuardProps): Notifier {
    const notifier = new Notifier(this, 'Notifier', {
      config,
      bundles,
      timings: pace,
      outbox: this.#outbox,
      ledger: this.#ledger,
      alerts: this.#alerts,
      ...(slackApiUrl === undefined ? {} : { slackApiUrl }),
    });
    new CfnOutput(Stack.of(this), 'OutboxUrl', { value: this.#outbox.queue.queueUrl });
    new CfnOutput(Stack.of(this), 'OutboxDeadLettersUrl', { value: this.#outbox.deadLetters.queueUrl });
    new CfnOutput(Stack.of(this), 'EventBusName', { value: notifier.bus.eventBusName });
    if (notifier.amazonQ !== null)
      new CfnOutput(Stack.of(this), 'AmazonQTopicArn', { value: notifier.amazonQ.topic.topicArn });
    return notifier;
  }

  /** Its inbox. */
  #addGuard(guard: GuardName, props: GuardParts): IQueue {
    const name = pascalCase(guard);
    const { role, rules, config, bundles, roleArns } = props;
    const pace = props.timings ?? timings;
    const patterns = { Calls: callPattern(watchedOperations(guard, rules)) };
    const route = new CallRoute(this, `${name}Route`, {
      patterns,
      timings: pace,
      ...(props.members === null ? {} : { members: { bus: props.members.bus, patterns } }),
    });
    this.#ledger.grantUse(role);
    this.#outbox.grantPut(role);
    route.grantConsume(role);
    const { handler } = new GuardFunction(this, name, {
      guard,
      role,
      config,
      bundles,
      timings: pace,
      inbox: route.inbox,
      environment: {
        TABLE_NAME: this.#ledger.table.tableName,
        OUTBOX_URL: this.#outbox.queue.queueUrl,
        DEAD_LETTER_QUEUE_URL: route.deadLetters.queueUrl,
        GUARD_ROLE_ARNS: roleArns,
      },
    });
    new CfnOutput(Stack.of(this), `${name}InboxUrl`, { value: route.inbox.queueUrl });
    new CfnOutput(Stack.of(this), `${name}DeadLettersUrl`, { value: route.deadLetters.queueUrl });
    new CfnOutput(Stack.of(this), `${name}FunctionName`, { value: handler.functionName });
    return route.inbox;
  }
}

const pascalCase = (name: string): string =>
  name.replaceAll(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase());
