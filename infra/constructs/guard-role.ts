import { Stack } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { GuardConfig } from '../../shared/config/config.ts';
import type { Rule } from '../../shared/rules/define-rule.ts';
import { readActions, writesOf } from '../kms-actions.ts';
import { allow } from './allow.ts';
import { comeAsResponder } from './come-as-responder.ts';

export type GuardRoleProps = {
  readonly guard: string;
  /** The rules that this guard judges. */
  readonly rules: readonly Rule[];
  readonly config: GuardConfig;
};

const everyKey = 'A guard of all keys where it guards: a key made tomorrow must be guarded too, whatever its tags.';
const otherRegions = 'Reads only: the rotation of a replica is that of its primary, which may live in any Region.';
const noResources = 'kms:ListAliases and cloudtrail:LookupEvents have no resource-level permission.';

/** In an organization calls come from every Region of the guard's own account too, and its keys there are reached with its own role. */
export const guardedRegion = (scope: Construct, { organization }: Pick<GuardConfig, 'organization'>): string =>
  organization === null ? Stack.of(scope).region : '*';

/** A guard's own role: reads for what its rules need, writes only for remedies that the configuration enforces. */
export class GuardRole extends Construct {
  readonly role: Role;

  constructor(scope: Construct, id: string, props: GuardRoleProps) {
    super(scope, id);
    this.role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      description: `kms-guard: ${props.guard}`,
    });
    const { account, partition } = Stack.of(this);
    const keys = ['arn', partition, 'kms', guardedRegion(this, props.config), account, 'key/*'];
    const multiRegionKeys = ['arn', partition, 'kms', '*', account, 'key/mrk-*'];
    const reads = readActions(props.rules);
    this.#allow('ReadKeys', reads.keys, { resource: keys, why: everyKey });
    this.#allow('ReadPrimaryKeys', reads.multiRegionKeys, { resource: multiRegionKeys, why: otherRegions });
    this.#allow('ReadAccount', reads.everywhere, { resource: ['*'], why: noResources });
    if (props.config.organization !== null) comeAsResponder(this.role, props.config.organization);
    for (const { sid, actions, conditions } of writesOf(props.rules, props.config)) {
      allow(this.role, { sid, actions, resources: [keys], why: everyKey, conditions });
    }
  }

  #allow(
    sid: string,
    actions: readonly string[],
    on: { readonly resource: readonly string[]; readonly why: string },
  ): void {
    allow(this.role, { sid, actions, resources: [on.resource], why: on.why });
  }
}
