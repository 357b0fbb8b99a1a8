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
import { LedgerTable } from '../constructs/ledger-table.ts';
import { type Timings, timings } from '../timings.ts';

export type GuardStackProps = StackProps & {
  readonly rules: readonly Rule[];
  readonly config: GuardConfig;
  /** Folder of the built bundles: `NAME/index.mjs`. */
  readonly bundles: string;
  /** @default - the timings for AWS */
  readonly timings?: Timings;
};

/**
 * Everything that guards the keys of one account and Region. Ids of constructs are a contract: renaming one replaces the
 * table, the topic or the queues behind it.
 */
export class GuardStack extends Stack {
  readonly #ledger: LedgerTable;
  readonly #alerts: AlertTopic;

  constructor(scope: Construct, id: string, props: GuardStackProps) {
    super(scope, id, props);
    this.#ledger = new LedgerTable(this, 'Ledger');
    this.#alerts = new AlertTopic(this, 'Alerts');
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
    const roleArns = guards.map(({ role }) => role.roleArn).join(',');
    for (const { guard, role } of guards) this.#addGuard(guard, { ...props, rules, role, roleArns });
  }

  #addGuard(guard: GuardName, props: GuardStackProps & { readonly role: GuardRole['role']; roleArns: string }): void {
    const name = pascalCase(guard);
    const { role, rules, config, bundles, roleArns } = props;
    const pace = props.timings ?? timings;
    const route = new CallRoute(this, `${name}Route`, { operations: watchedOperations(guard, rules), timings: pace });
    this.#ledger.grantUse(role);
    this.#alerts.grantPublish(role);
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
        TOPIC_ARN: this.#alerts.topic.topicArn,
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
