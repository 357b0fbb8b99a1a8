import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { GuardConfig } from '../../shared/config/config.ts';
import { type GuardName, isEnabled, type Rule } from '../../shared/rules/define-rule.ts';
import { guardsOf, rulesOf, watchedOperations } from '../../shared/rules/routes.ts';
import { AlertTopic } from '../constructs/alert-topic.ts';
import { CallRoute } from '../constructs/call-route.ts';
import { GuardAlarms } from '../constructs/guard-alarms.ts';
import { GuardFunction } from '../constructs/guard-function.ts';
import { GuardRole } from '../constructs/guard-role.ts';
import { OrganizationBus } from '../constructs/organization-bus.ts';
import { Heartbeat } from '../constructs/heartbeat.ts';
import { LedgerTable } from '../constructs/ledger-table.ts';
import { Sweep } from '../constructs/sweep.ts';
import { Notifier } from '../constructs/notifier.ts';
import { Outbox } from '../constructs/outbox.ts';
import { SlackActions } from '../constructs/slack-actions.ts';
import { type Timings, timings } from '../timings.ts';

export type GuardStackProps = StackProps & {
  readonly rules: readonly Rule[];
  readonly config: GuardConfig;
  /** Folder of the built bundles: `NAME/index.mjs`. */
  readonly bundles: string;
  /** @default - the timings for AWS */
  readonly timings?: Timings;
  /** @default - Slack itself */
  readonly slackApiUrl?: string;
};

type GuardParts = GuardStackProps & {
  readonly role: GuardRole['role'];
  readonly roleArns: string;
  readonly members: OrganizationBus | null;
};

/**
 * Everything that guards the keys of one account and Region. Ids of constructs are a contract: renaming one replaces the
 * table, the topic or the queues behind it.
 */
export class GuardStack extends Stack {
  readonly #ledger: LedgerTable;
  readonly #alerts: AlertTopic;
  readonly #outbox: Outbox;
  /** The roles that may come into member accounts, separated by commas. */
  readonly roleArns: string;
  /** Null without an organization. */
  readonly members: OrganizationBus | null;

  constructor(scope: Construct, id: string, props: GuardStackProps) {
    super(scope, id, props);
    this.#ledger = new LedgerTable(this, 'Ledger');
    this.#alerts = new AlertTopic(this, 'Alerts');
    this.#outbox = new Outbox(this, 'Outbox', { timings: props.timings ?? timings });
    new CfnOutput(this, 'TableName', { value: this.#ledger.table.tableName });
    new CfnOutput(this, 'TopicArn', { value: this.#alerts.topic.topicArn });

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
    const answersRole = props.config.slack === null ? null : this.#slackAnswersRole(rules, props.config);
    const roles = [...guards.map(({ role }) => role), ...(answersRole === null ? [] : [answersRole])];
    const roleArns = roles.map((role) => role.roleArn).join(',');
    const { organization } = props.config;
    const members = organization === null ? null : new OrganizationBus(this, 'Members', { organization });
    this.members = members;
    for (const { guard, role } of guards) this.#addGuard(guard, { ...props, rules, role, roleArns, members });
    new Heartbeat(this, 'Heartbeat', { guards: guards.map(({ guard }) => guard), topic: this.#alerts.topic });
    const sweepers: GuardRole['role'][] = [];
    const swept = rules.filter((rule) => rule.sweep);
    if (props.config.sweep.enabled && swept.length > 0) {
      const parts = { ledger: this.#ledger, alerts: this.#alerts, outbox: this.#outbox, guardRoleArns: roleArns };
      sweepers.push(...new Sweep(this, 'Sweep', { ...props, ...parts, rules: swept }).readers);
    }
    const notifier = this.#addNotifier(props);
    const visitors = organization === null ? [] : [...sweepers, notifier.role];
    this.roleArns = [...roles, ...visitors].map((role) => role.roleArn).join(',');
    new CfnOutput(this, 'GuardRoleArns', { value: this.roleArns });
    const { slack } = props.config;
    if (slack !== null && answersRole !== null) {
      const parts = { ledger: this.#ledger, outbox: this.#outbox, topic: this.#alerts.topic };
      new SlackActions(this, 'SlackActions', { ...props, ...parts, slack, answersRole, roleArns });
    }
  }

  /** Whoever clicks *Keep the key* saves it as a guard would: with the same writes, and only those in `enforce`. */
  #slackAnswersRole(rules: readonly Rule[], config: GuardConfig): GuardRole['role'] {
    const saving = rules.filter(({ remedy }) => remedy === 'cancelKeyDeletion').map((rule) => ({ ...rule, needs: [] }));
    return new GuardRole(this, 'SlackAnswersGuardRole', { guard: 'slack-answers', rules: saving, config }).role;
  }

  #addNotifier({ config, bundles, timings: pace = timings, slackApiUrl }: GuardStackProps): Notifier {
    const notifier = new Notifier(this, 'Notifier', {
      config,
      bundles,
      timings: pace,
      outbox: this.#outbox,
      ledger: this.#ledger,
      alerts: this.#alerts,
      ...(slackApiUrl === undefined ? {} : { slackApiUrl }),
    });
    new CfnOutput(this, 'OutboxUrl', { value: this.#outbox.queue.queueUrl });
    new CfnOutput(this, 'OutboxDeadLettersUrl', { value: this.#outbox.deadLetters.queueUrl });
    new CfnOutput(this, 'EventBusName', { value: notifier.bus.eventBusName });
    if (notifier.amazonQ !== null) new CfnOutput(this, 'AmazonQTopicArn', { value: notifier.amazonQ.topic.topicArn });
    return notifier;
  }

  #addGuard(guard: GuardName, props: GuardParts): void {
    const name = pascalCase(guard);
    const { role, rules, config, bundles, roleArns } = props;
    const pace = props.timings ?? timings;
    const route = new CallRoute(this, `${name}Route`, {
      operations: watchedOperations(guard, rules),
      timings: pace,
      ...(props.members === null ? {} : { membersBus: props.members.bus }),
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
    const { topic } = this.#alerts;
    new GuardAlarms(this, `${name}Alarms`, { guard, route, handler, topic, timings: pace });
    new CfnOutput(this, `${name}InboxUrl`, { value: route.inbox.queueUrl });
    new CfnOutput(this, `${name}DeadLettersUrl`, { value: route.deadLetters.queueUrl });
    new CfnOutput(this, `${name}FunctionName`, { value: handler.functionName });
  }
}

const pascalCase = (name: string): string =>
  name.replaceAll(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase());
