import { CfnOutput, Stack } from 'aws-cdk-lib';
import { CfnEventBus, type IEventBusRef } from 'aws-cdk-lib/aws-events';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { CfnStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import type { GuardConfig } from '../../shared/config/config.ts';
import type { Timings } from '../timings.ts';
import { allow } from './allow.ts';
import { CallRoute } from './call-route.ts';
import { DeadLettersAlarm, deadLetterQueuesIn } from './dead-letters-alarm.ts';
import { defencePatterns, memberDefencePatterns } from './defence-patterns.ts';
import { GuardFunction } from './guard-function.ts';
import type { LedgerTable } from './ledger-table.ts';
import type { Outbox } from './outbox.ts';

export type DefenceProps = {
  readonly config: GuardConfig;
  /** Folder of the built bundles: `NAME/index.mjs`. */
  readonly bundles: string;
  readonly timings: Timings;
  readonly ledger: LedgerTable;
  readonly outbox: Outbox;
  readonly topic: ITopic;
  /** In which all dead-letter queues are. */
  readonly whole: Construct;
  /** Where member accounts send their calls. @default - none */
  readonly membersBus?: IEventBusRef;
};

export const selfGuard = 'self-guard';

/** Watches over the guard itself: its role reads no key and changes nothing. Made last, when everything has its name. */
export class Defence extends Construct {
  constructor(scope: Construct, id: string, props: DefenceProps) {
    super(scope, id);
    const { config, bundles, timings, ledger, outbox, topic, membersBus, whole } = props;
    const route = new CallRoute(this, 'Route', {
      patterns: defencePatterns,
      says: 'Calls that may disarm kms-guard',
      timings,
      ...(membersBus === undefined ? {} : { members: { bus: membersBus, patterns: memberDefencePatterns } }),
    });
    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      description: 'kms-guard: self-guard',
    });
    ledger.grantUse(role);
    outbox.grantPut(role);
    route.grantConsume(role);
    const deadLetters = deadLetterQueuesIn(whole);
    const resources = deadLetters.map(({ queueArn }) => [queueArn]);
    allow(role, { sid: 'CountDeadLetters', actions: ['sqs:GetQueueAttributes'], resources });
    const { handler } = new GuardFunction(this, 'SelfGuard', {
      guard: selfGuard,
      role,
      config,
      bundles,
      timings,
      inbox: route.inbox,
      environment: {
        TABLE_NAME: ledger.table.tableName,
        OUTBOX_URL: outbox.queue.queueUrl,
        DEAD_LETTER_QUEUE_URL: route.deadLetters.queueUrl,
        DEAD_LETTER_QUEUE_URLS: deadLetters.map(({ queueUrl }) => queueUrl).join(','),
        GUARD_NAMES: this.#names(config).join(','),
      },
    });
    new DeadLettersAlarm(this, 'Alarms', { topic });
    const stack = Stack.of(this);
    new CfnOutput(stack, 'SelfGuardInboxUrl', { value: route.inbox.queueUrl });
    new CfnOutput(stack, 'SelfGuardDeadLettersUrl', { value: route.deadLetters.queueUrl });
    new CfnOutput(stack, 'SelfGuardFunctionName', { value: handler.functionName });
  }

  /** CloudFormation begins the names it makes with the stack's, those of a long StackSet cut; the others are told one by one. */
  #names({ organization }: GuardConfig): readonly string[] {
    const { stackName } = Stack.of(this);
    const others = Stack.of(this)
      .node.findAll()
      .flatMap((construct) => {
        if (construct instanceof CfnStateMachine) return [construct.attrArn];
        return construct instanceof CfnEventBus ? [construct.name] : [];
      })
      .filter((name) => !name.startsWith(`${stackName}-`));
    const members =
      organization === null ? [] : [`${stackName}Member`, `StackSet-${stackName}*`, organization.responderRole];
    return [stackName, `${stackName}Roles`, ...members, ...others];
  }
}
