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

export type SweepFunctionProps = {
  /** Its bundle's name. */
  readonly step: 'sweep-plan' | 'sweep-keys' | 'sweep-close';
  readonly role: IRole;
  readonly environment: Record<string, string>;
  readonly config: GuardConfig;
  readonly bundles: string;
  readonly memoryInMegabytes: number;
  /** Seconds. */
  readonly timeout: number;
};

/** A step of the sweep's state machine, logging to a group of its own. */
export class SweepFunction extends Construct {
  readonly handler: LambdaFunction;

  constructor(scope: Construct, id: string, props: SweepFunctionProps) {
    super(scope, id);
    const logGroup = new LogGroup(this, 'Logs', {
      retention: RetentionDays.ONE_YEAR,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    nameGrant('WriteLogs', logGroup.grants.write(props.role));
    const { step, config, bundles } = props;
    this.handler = new LambdaFunction(this, 'Function', {
      description: `kms-guard: ${step}`,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      handler: 'index.handler',
      code: guardCode({ guard: step, config, bundles }),
      role: props.role,
      memorySize: props.memoryInMegabytes,
      timeout: Duration.seconds(props.timeout),
      environment: props.environment,
      // The state machine tries again, and knows what to try again.
      retryAttempts: 0,
      logGroup,
      loggingFormat: LoggingFormat.JSON,
      applicationLogLevelV2: ApplicationLogLevel.INFO,
      systemLogLevelV2: SystemLogLevel.INFO,
    });
  }
}
