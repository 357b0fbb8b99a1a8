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
import { Construct } from 'constructs';
import type { GuardConfig } from '../../shared/config/config.ts';
import { guardCode } from './guard-code.ts';
import { nameGrant } from './named-grant.ts';

export type SlackFunctionProps = {
  readonly name: 'slack-actions' | 'slack-answers';
  readonly role: IRole;
  readonly config: GuardConfig;
  /** Folder of the built bundles: `NAME/index.mjs`. */
  readonly bundles: string;
  readonly environment: Readonly<Record<string, string>>;
  /** In seconds. */
  readonly timeout: number;
  /** @default - as many at once as the account allows */
  readonly reservedConcurrency?: number;
};

/** A Lambda that answers Slack, logging to a group of its own. */
export class SlackFunction extends Construct {
  readonly handler: LambdaFunction;

  constructor(scope: Construct, id: string, props: SlackFunctionProps) {
    super(scope, id);
    const { name, role, config, bundles, environment, timeout, reservedConcurrency } = props;
    const logGroup = new LogGroup(this, 'Logs', {
      retention: RetentionDays.ONE_YEAR,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    nameGrant('WriteLogs', logGroup.grants.write(role));
    this.handler = new LambdaFunction(this, 'Function', {
      description: `kms-guard: ${name}`,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      handler: 'index.handler',
      code: guardCode({ guard: name, config, bundles }),
      role,
      memorySize: 512,
      timeout: Duration.seconds(timeout),
      environment: { ...environment },
      logGroup,
      loggingFormat: LoggingFormat.JSON,
      applicationLogLevelV2: ApplicationLogLevel.INFO,
      systemLogLevelV2: SystemLogLevel.INFO,
      ...(reservedConcurrency === undefined ? {} : { reservedConcurrentExecutions: reservedConcurrency }),
    });
  }
}
