import { ArnFormat, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { Policy, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import { CfnStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import type { SweepConfig } from '../../shared/config/sweep-config.ts';
import { mapRunsPrefix, sweepDefinition } from '../sweep-definition.ts';
import { allow } from './allow.ts';

export type SweepMachineProps = {
  readonly functions: { readonly plan: IFunction; readonly keys: IFunction; readonly close: IFunction };
  readonly bucket: Bucket;
  readonly sweep: SweepConfig;
  /** Seconds that a function may take. */
  readonly functionTimeout: number;
};

const deliveries = [
  'logs:CreateLogDelivery',
  'logs:DeleteLogDelivery',
  'logs:DescribeLogGroups',
  'logs:DescribeResourcePolicies',
  'logs:GetLogDelivery',
  'logs:ListLogDeliveries',
  'logs:PutResourcePolicy',
  'logs:UpdateLogDelivery',
];
const traces = [
  'xray:GetSamplingRules',
  'xray:GetSamplingTargets',
  'xray:PutTelemetryRecords',
  'xray:PutTraceSegments',
];
const noResources = 'Log deliveries and traces have no resource-level permission, as the guide of Step Functions says.';

/** Of the ARN of a child's execution, after the machine's name: the label of the Map, see `sweep-definition.ts`. */
const childTail = '/Regions:*';
/** As the guide of Step Functions on Distributed Map says, and as children's ARNs read. */
const executionTails = [':*', childTail] as const;

/** The state machine of the sweep, with a role that may run its three functions and its own children, and no more. */
export class SweepMachine extends Construct {
  readonly machine: CfnStateMachine;

  constructor(scope: Construct, id: string, props: SweepMachineProps) {
    super(scope, id);
    const logs = new LogGroup(this, 'Logs', {
      logGroupName: `/aws/vendedlogs/states/${Stack.of(this).stackName}-sweep`,
      retention: RetentionDays.ONE_YEAR,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('states.amazonaws.com'),
      description: 'kms-guard: the state machine of the sweep',
    });
    this.#letRun(role, props);
    const { plan, keys, close } = props.functions;
    const { regionsAtOnce, toleratedFailuresPercent } = props.sweep;
    this.machine = new CfnStateMachine(this, 'Machine', {
      stateMachineType: 'STANDARD',
      roleArn: role.roleArn,
      definition: sweepDefinition({
        partition: Stack.of(this).partition,
        bucket: props.bucket.bucketName,
        plan: plan.functionArn,
        keys: keys.functionArn,
        close: close.functionArn,
        regionsAtOnce,
        toleratedFailuresPercent,
        functionTimeout: props.functionTimeout,
      }),
      loggingConfiguration: {
        level: 'ALL',
        // Names of keys and people are in the results, and need not be in a log as well.
        includeExecutionData: false,
        destinations: [{ cloudWatchLogsLogGroup: { logGroupArn: logs.logGroupArn } }],
      },
      tracingConfiguration: { enabled: true },
    });
    this.machine.node.addDependency(role);
    this.#letRunChildren(role);
  }

  #letRun(role: Role, { functions, bucket }: SweepMachineProps): void {
    const resources = Object.values(functions).map(({ functionArn }) => [functionArn]);
    allow(role, { sid: 'RunSteps', actions: ['lambda:InvokeFunction'], resources });
    allow(role, {
      sid: 'ReadWorkList',
      actions: ['s3:GetObject'],
      resources: [[bucket.bucketArn, 'sweeps/*']],
      joint: '/',
      why: 'The work list of each sweep has a name of its own.',
    });
    allow(role, {
      sid: 'WriteMapRuns',
      actions: ['s3:AbortMultipartUpload', 's3:GetObject', 's3:ListMultipartUploadParts', 's3:PutObject'],
      resources: [[bucket.bucketArn, `${mapRunsPrefix}/*`]],
      joint: '/',
      why: 'Step Functions names the outcome of each Map Run.',
    });
    allow(role, { sid: 'DeliverLogs', actions: deliveries, resources: [['*']], why: noResources });
    allow(role, { sid: 'Trace', actions: traces, resources: [['*']], why: noResources });
  }

  /** In a policy of its own, for it names the machine that needs the role. */
  #letRunChildren(role: Role): void {
    const { attrArn, attrName } = this.machine;
    const executions = (tail: string): string =>
      Stack.of(this).formatArn({
        service: 'states',
        resource: 'execution',
        resourceName: `${attrName}${tail}`,
        arnFormat: ArnFormat.COLON_RESOURCE_NAME,
      });
    const policy = new Policy(this, 'Children', {
      statements: [
        new PolicyStatement({ sid: 'RunChildren', actions: ['states:StartExecution'], resources: [attrArn] }),
        new PolicyStatement({
          sid: 'WatchChildren',
          actions: ['states:DescribeExecution', 'states:StopExecution'],
          resources: executionTails.map(executions),
        }),
        // A sweep that failed is redriven with its children.
        new PolicyStatement({
          sid: 'RedriveChildren',
          actions: ['states:RedriveExecution'],
          resources: [executions(childTail)],
        }),
      ],
    });
    policy.attachToRole(role);
    const shown = Stack.of(this).resolve(attrName);
    const name = typeof shown === 'object' && shown !== null && 'Fn::GetAtt' in shown ? shown['Fn::GetAtt'] : [];
    const machine = Array.isArray(name) ? name.join('.') : '';
    for (const tail of executionTails) {
      Validations.of(policy).acknowledge({
        id: `AwsSolutions-IAM5[Resource::${this.#shownExecutions(machine, tail)}]`,
        reason: 'Step Functions names the executions of children: only those of this machine.',
      });
    }
  }

  #shownExecutions(name: string, tail: string): string {
    const part = (value: string): string => {
      const resolved: unknown = Stack.of(this).resolve(value);
      return typeof resolved === 'object' && resolved !== null && 'Ref' in resolved
        ? `<${String(resolved.Ref)}>`
        : value;
    };
    const { partition, region, account } = Stack.of(this);
    return `arn:${part(partition)}:states:${part(region)}:${part(account)}:execution:<${name}>${tail}`;
  }
}
