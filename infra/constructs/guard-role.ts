import { Stack, Validations } from 'aws-cdk-lib';
import { type Conditions, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { GuardConfig } from '../../shared/config/config.ts';
import type { OrganizationConfig } from '../../shared/config/organization-config.ts';
import type { Rule } from '../../shared/rules/define-rule.ts';
import { readActions, writeActions } from '../kms-actions.ts';

export type GuardRoleProps = {
  readonly guard: string;
  /** The rules that this guard judges. */
  readonly rules: readonly Rule[];
  readonly config: GuardConfig;
};

const everyKey =
  'A guard of all keys of this account and Region: a key made tomorrow must be guarded too, whatever its tags.';
const otherRegions = 'Reads only: the rotation of a replica is that of its primary, which may live in any Region.';
const everyMember =
  'The same role in every account of the organization, also in those of tomorrow; its trust policy names this role.';
const noResources = 'kms:ListAliases and cloudtrail:LookupEvents have no resource-level permission.';

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
    const keys = ['arn', partition, 'kms', region, account, 'key/*'];
    const multiRegionKeys = ['arn', partition, 'kms', '*', account, 'key/mrk-*'];
    const reads = readActions(props.rules);
    this.#allow('ReadKeys', reads.keys, { resource: keys, why: everyKey });
    this.#allow('ReadPrimaryKeys', reads.multiRegionKeys, { resource: multiRegionKeys, why: otherRegions });
    this.#allow('ReadAccount', reads.everywhere, { resource: ['*'], why: noResources });
    if (props.config.organization !== null) this.#assumeResponders(props.config.organization);
    this.#allow('RemedyKeys', writeActions(props.rules, props.config), { resource: keys, why: everyKey });
  }

  /** In any account of the organization, only that one role; what it may do there is for its own policies to say. */
  #assumeResponders({ id, responderRole }: OrganizationConfig): void {
    const { partition } = Stack.of(this);
    const resource = ['arn', partition, 'iam', '', '*', `role/${responderRole}`];
    this.#allow('ComeAsResponder', ['sts:AssumeRole', 'sts:SetSourceIdentity'], {
      resource,
      why: everyMember,
      conditions: { StringEquals: { 'aws:ResourceOrgID': id } },
    });
  }

  /** Each wildcard is acknowledged by itself, so that any other still fails synthesis. */
  #allow(
    sid: string,
    actions: readonly string[],
    on: { readonly resource: readonly string[]; readonly why: string; readonly conditions?: Conditions },
  ): void {
    if (actions.length === 0) return;
    const { conditions = {} } = on;
    const statement = new PolicyStatement({
      sid,
      actions: [...actions],
      resources: [on.resource.join(':')],
      conditions,
    });
    this.role.addToPolicy(statement);
    const shown = on.resource.map((part) => this.#shown(part)).join(':');
    Validations.of(this.role).acknowledge({ id: `AwsSolutions-IAM5[Resource::${shown}]`, reason: on.why });
  }

  /** A part of an ARN as cdk-nag names it: `<AWS::Region>` where the stack does not know its own. */
  #shown(part: string): string {
    const resolved: unknown = Stack.of(this).resolve(part);
    return typeof resolved === 'object' && resolved !== null && 'Ref' in resolved ? `<${String(resolved.Ref)}>` : part;
  }
}
