import { Stack, Validations } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { GuardConfig } from '../../shared/config/config.ts';
import type { Rule } from '../../shared/rules/define-rule.ts';
import { readActions, writeActions } from '../kms-actions.ts';

export type GuardRoleProps = {
  readonly guard: string;
  /** The rules that this guard judges. */
  readonly rules: readonly Rule[];
  readonly config: GuardConfig;
};

/** A guard's own role: reads for what its rules need, writes only for remedies that the configuration enforces. */
export class GuardRole extends Construct {
  readonly role: Role;

  constructor(scope: Construct, id: string, props: GuardRoleProps) {
    super(scope, id);
    this.role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      description: `kms-guard: ${props.guard}`,
    });
    const { account, partition, region } = Stack.of(this);
    const keys = `arn:${partition}:kms:${region}:${account}:key/*`;
    const multiRegionKeys = `arn:${partition}:kms:*:${account}:key/mrk-*`;
    const reads = readActions(props.rules);
    this.#allow('ReadKeys', reads.keys, keys);
    this.#allow('ReadPrimaryKeys', reads.multiRegionKeys, multiRegionKeys);
    this.#allow('ReadAccount', reads.everywhere, '*');
    this.#allow('RemedyKeys', writeActions(props.rules, props.config), keys);
    this.#acknowledgeWildcards();
  }

  #allow(sid: string, actions: readonly string[], resource: string): void {
    if (actions.length === 0) return;
    this.role.addToPolicy(new PolicyStatement({ sid, actions: [...actions], resources: [resource] }));
  }

  /** Named one by one, so that any other wildcard still fails synthesis. */
  #acknowledgeWildcards(): void {
    const reasons = {
      '[Resource::arn:<AWS::Partition>:kms:<AWS::Region>:<AWS::AccountId>:key/*]':
        'A guard of all keys of this account and Region: a key made tomorrow must be guarded too, whatever its tags.',
      '[Resource::arn:<AWS::Partition>:kms:*:<AWS::AccountId>:key/mrk-*]':
        'Reads only: the rotation of a replica is that of its primary, which may live in any Region.',
      '[Resource::*]': 'kms:ListAliases and cloudtrail:LookupEvents have no resource-level permission.',
    };
    for (const [finding, reason] of Object.entries(reasons)) {
      Validations.of(this.role).acknowledge({ id: `AwsSolutions-IAM5${finding}`, reason });
    }
  }
}
