import { App, CfnOutput, CfnStackSet, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { GuardConfig } from '../../shared/config/config.ts';
import type { OrganizationConfig } from '../../shared/config/organization-config.ts';
import type { Rule } from '../../shared/rules/define-rule.ts';
import { MemberStack, type MemberStackProps, type memberParameters } from './member-stack.ts';

export type OrganizationStackProps = StackProps & {
  readonly rules: readonly Rule[];
  readonly config: GuardConfig;
  readonly organization: OrganizationConfig & { readonly stackSet: NonNullable<OrganizationConfig['stackSet']> };
  readonly parameters: Readonly<Record<(typeof memberParameters)[number], string>>;
};

/** The member template as text, small enough for a StackSet. */
export const memberTemplate = (
  props: Pick<MemberStackProps, 'rules' | 'config' | 'organization'>,
): Readonly<Record<string, unknown>> => {
  // In an app of its own: in the guard's it would be one more stack to deploy.
  const app = new App({ analyticsReporting: false });
  new MemberStack(app, 'KmsGuardMember', props);
  const template: unknown = app.synth().getStackByName('KmsGuardMember').template;
  if (typeof template !== 'object' || template === null) throw new TypeError('the member template is empty');
  return { ...template };
};

/** CloudFormation's limit of a template that is not read from a bucket, in bytes. */
const templateLimit = 51_200;

/** The member template in every account of the configured units, in every configured Region, also in those that join later. */
export class OrganizationStack extends Stack {
  constructor(
    scope: Construct,
    id: string,
    { rules, config, organization, parameters, ...props }: OrganizationStackProps,
  ) {
    super(scope, id, props);
    const templateBody = JSON.stringify(memberTemplate({ rules, config, organization }));
    if (Buffer.byteLength(templateBody) > templateLimit) throw new RangeError('the member template is too large');
    const { organizationalUnits, regions, callAs } = organization.stackSet;
    const set = new CfnStackSet(this, 'Members', {
      stackSetName: `${this.stackName}-members`,
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
    new CfnOutput(this, 'StackSetId', { value: set.attrStackSetId });
  }
}
