import { Stack } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { AlertsConfig } from '../../shared/config/alerts-config.ts';
import type { OrganizationConfig } from '../../shared/config/organization-config.ts';
import { asksForTags } from '../../shared/delivery/route.ts';
import { allow } from './allow.ts';
import { comeAsResponder } from './come-as-responder.ts';
import { guardedRegion } from './guard-role.ts';

export type NotifierRoleProps = {
  readonly alerts: AlertsConfig;
  readonly organization: OrganizationConfig | null;
};

const everyKey = 'Reads only: a reminder looks at its key again, whichever key of this account it is.';

/** The notifier's own role: reads of keys, topics and secrets that the configuration names, nothing that changes a key. */
export class NotifierRole extends Construct {
  readonly role: Role;

  constructor(scope: Construct, id: string, { alerts, organization }: NotifierRoleProps) {
    super(scope, id);
    this.role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      description: 'kms-guard: notifier',
    });
    const channels = Object.values(alerts.channels);
    const topics = channels.flatMap(({ topicArn }) => (topicArn === undefined ? [] : [topicArn]));
    const webhooks = channels.flatMap(({ webhookSecretArn }) =>
      webhookSecretArn === undefined ? [] : [webhookSecretArn],
    );
    const token = alerts.slackTokenSecretArn === null ? [] : [alerts.slackTokenSecretArn];
    const { account, partition } = Stack.of(this);
    const actions = asksForTags(alerts) ? ['kms:DescribeKey', 'kms:ListResourceTags'] : ['kms:DescribeKey'];
    const keys = [['arn', partition, 'kms', guardedRegion(this, { organization }), account, 'key/*']];
    allow(this.role, { sid: 'ReadKeys', actions, resources: keys, why: everyKey });
    if (organization !== null) comeAsResponder(this.role, organization);
    this.#allow('PublishToChannels', 'sns:Publish', topics);
    this.#allow('ReadSecrets', 'secretsmanager:GetSecretValue', [...token, ...webhooks]);
  }

  #allow(sid: string, action: string, resources: readonly string[]): void {
    const each = [...new Set(resources)].sort();
    if (each.length > 0) allow(this.role, { sid, actions: [action], resources: each.map((resource) => [resource]) });
  }
}
