import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import type { IRole } from 'aws-cdk-lib/aws-iam';
import {
  ApplicationLogLevel,
  Architecture,
  Function as LambdaFunction,
  LoggingFormat,
  Runtime,
  SystemLogLevel,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { GuardConfig } from '../../shared/config/config.ts';
import type { GuardEnv } from '../../shared/config/guard-env.ts';
import type { SelfGuardEnv } from '../../shared/config/self-guard-env.ts';
import { type Timings, timings } from '../timings.ts';
import { guardCode } from './guard-code.ts';
import { nameGrant } from './named-grant.ts';

export type GuardFunctionProps = {
  readonly guard: string;
  readonly role: IRole;
  readonly inbox: IQueue;
  readonly environment: Record<keyof GuardEnv, string> | Record<keyof SelfGuardEnv, string>;
  readonly config: GuardConfig;
  /** Folder of the built bundles: `NAME/index.mjs`. */
  readonly bundles: string;
  /** @default - the timings for AWS */
  readonly timings?: Timings;
};

/** Cancelling is limited to 5 calls a second and account: more handlers at once would only be throttled. */
const maximumConcurrency = 5;
/** So few that the slowest, of five key policies made to be hard to judge, fit into one handler's time. */
const batchSize = 5;

/** A guard's Lambda, woken by its inbox, logging to a group of its own. */
export class GuardFunction extends Construct {
  readonly handler: LambdaFunction;

  constructor(scope: Construct, id: string, props: GuardFunctionProps) {
    super(scope, id);
    const logGroup = new LogGroup(this, 'Logs', {
      retention: RetentionDays.ONE_YEAR,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    nameGrant('WriteLogs', logGroup.grants.write(props.role));
    this.handler = new LambdaFunction(this, 'Function', {
      description: `kms-guard: ${props.guard}`,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      handler: 'index.handler',
      code: guardCode(props),
      role: props.role,
      // Judging a key policy is arithmetic: the processor's share grows with the memory.
      memorySize: 1024,
      timeout: Duration.seconds((props.timings ?? timings).functionTimeout),
      environment: props.environment,
      logGroup,
      loggingFormat: LoggingFormat.JSON,
      applicationLogLevelV2: ApplicationLogLevel.INFO,
      systemLogLevelV2: SystemLogLevel.INFO,
    });
    this.handler.addEventSourceMapping('Inbox', {
      eventSourceArn: props.inbox.queueArn,
      batchSize,
      maxConcurrency: maximumConcurrency,
      reportBatchItemFailures: true,
    });
  }
}
