import { CfnEventBus } from 'aws-cdk-lib/aws-events';
import { CfnOutput, Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { OrganizationConfig } from '../../shared/config/organization-config.ts';

export type OrganizationBusProps = { readonly organization: OrganizationConfig };

/**
 * Where the members' default buses send their calls, each by one hop: EventBridge passes an event on only once.
 * Nobody outside the organization may put events here.
 */
export class OrganizationBus extends Construct {
  readonly bus: CfnEventBus;

  constructor(scope: Construct, id: string, { organization }: OrganizationBusProps) {
    super(scope, id);
    const name = `${Stack.of(this).stackName}-members`;
    this.bus = new CfnEventBus(this, 'Bus', {
      name,
      description: 'kms-guard: calls on the keys of member accounts',
      // In the bus itself: with a policy of its own it would stand without one for a moment.
      policy: {
        Version: '2012-10-17',
        Statement: [
          {
            Sid: 'MembersOfTheOrganization',
            Effect: 'Allow',
            Principal: '*',
            Action: 'events:PutEvents',
            Resource: Stack.of(this).formatArn({ service: 'events', resource: 'event-bus', resourceName: name }),
            Condition: { StringEquals: { 'aws:PrincipalOrgID': organization.id } },
          },
        ],
      },
    });
    new CfnOutput(Stack.of(this), 'MembersBusArn', { value: this.bus.attrArn });
  }
}
