import { Aws, CfnCondition, CfnOutput, CfnStackSet, Fn, Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { GuardConfig } from '../../shared/config/config.ts';
import type { OrganizationConfig } from '../../shared/config/organization-config.ts';
import type { Rule } from '../../shared/rules/define-rule.ts';
import { memberTemplate } from '../member-template.ts';
import { anyOf } from './any-of.ts';

type StackSetConfig = NonNullable<OrganizationConfig['stackSet']>;

export type MemberStackSetProps = {
  readonly rules: readonly Rule[];
  readonly config: GuardConfig;
  readonly organization: OrganizationConfig;
  readonly stackSet: StackSetConfig;
  /** Where members send their calls. */
  readonly membersBusArn: string;
  /** The roles that they let in to remedy, separated by commas. */
  readonly guardRoleArns: string;
  /** Those that they let in to read. */
  readonly readerRoleArns: string;
};

/** CloudFormation's limit of a template that is not read from a bucket, in bytes. */
const templateLimit = 51_200;

/**
 * The member template in every account of the configured units, in every configured Region, also in those that join later. In the
 * guard's own stack: what members are told of its roles and bus is never older than these.
 */
export class MemberStackSet extends Construct {
  constructor(scope: Construct, id: string, props: MemberStackSetProps) {
    super(scope, id);
    const { rules, config, organization, stackSet, membersBusArn, guardRoleArns, readerRoleArns } = props;
    const templateBody = JSON.stringify(memberTemplate({ rules, config, organization }));
    if (Buffer.byteLength(templateBody) > templateLimit) throw new RangeError('the member template is too large');
    const { organizationalUnits, regions, callAs } = stackSet;
    const stack = Stack.of(this);
    const parameters = {
      GuardAccount: stack.account,
      GuardRoleArns: guardRoleArns,
      ReaderRoleArns: readerRoleArns,
      MembersBusArn: membersBusArn,
      HomeRegion: this.#homeRegion(regions),
    };
    const set = new CfnStackSet(this, 'Set', {
      stackSetName: `${stack.stackName}-members`,
      description: 'kms-guard in the member accounts',
      permissionModel: 'SERVICE_MANAGED',
      callAs,
      templateBody,
      capabilities: ['CAPABILITY_NAMED_IAM'],
      autoDeployment: { enabled: true, retainStacksOnAccountRemoval: false },
      managedExecution: { Active: true },
      operationPreferences: {
        failureTolerancePercentage: 100,
        maxConcurrentPercentage: 100,
        regionConcurrencyType: 'PARALLEL',
      },
      parameters: Object.entries(parameters).map(([parameterKey, parameterValue]) => ({
        parameterKey,
        parameterValue,
      })),
      stackInstancesGroup: [{ deploymentTargets: { organizationalUnitIds: organizationalUnits }, regions }],
    });
    new CfnOutput(stack, 'StackSetId', { value: set.attrStackSetId });
  }

  /** The guard's Region, if members have a stack there; elsewhere nobody would make the role. Known when it is deployed. */
  #homeRegion(regions: readonly string[]): string {
    const covered = anyOf(regions.map((region) => Fn.conditionEquals(Aws.REGION, region)));
    const condition = new CfnCondition(this, 'CoversGuardRegion', { expression: covered });
    return Fn.conditionIf(condition.logicalId, Aws.REGION, regions[0]).toString();
  }
}
