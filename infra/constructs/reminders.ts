import { Stack } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnSchedule, CfnScheduleGroup } from 'aws-cdk-lib/aws-scheduler';
import { Construct } from 'constructs';
import type { AlertsConfig } from '../../shared/config/alerts-config.ts';
import { hashed } from '../../shared/delivery/outbox-message.ts';
import { allow } from './allow.ts';
import { nameGrant } from './named-grant.ts';
import type { Outbox } from './outbox.ts';

export type RemindersProps = {
  readonly outbox: Outbox;
  /** When the daily digest is due; null for none. */
  readonly quiet: AlertsConfig['quiet'];
};

const oneTime = 'Schedules of this one group: each has a name of its own that is made only when a deletion is seen.';

/** EventBridge Scheduler's group for reminders and summaries, the role it puts them into the outbox with, and the daily digest. */
export class Reminders extends Construct {
  readonly groupName: string;
  readonly role: Role;

  constructor(scope: Construct, id: string, props: RemindersProps) {
    super(scope, id);
    const { account } = Stack.of(this);
    this.groupName = `${Stack.of(this).stackName}-reminders`;
    const group = new CfnScheduleGroup(this, 'Group', { name: this.groupName });
    this.role = new Role(this, 'Role', {
      // The group's schedules alone: no other schedule of this account gets in.
      assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': account, 'aws:SourceArn': group.attrArn } },
      }),
      description: 'kms-guard: puts what is due into the outbox',
    });
    nameGrant('PutReminders', props.outbox.queue.grants.actions(this.role, ['sqs:SendMessage']));
    if (props.quiet !== null) this.#addDigest(group, props.outbox, props.quiet);
  }

  #addDigest(group: CfnScheduleGroup, outbox: Outbox, quiet: NonNullable<AlertsConfig['quiet']>): void {
    const digest = new CfnSchedule(this, 'Digest', {
      description: 'kms-guard: the daily digest is due',
      groupName: this.groupName,
      scheduleExpression: `cron(0 ${quiet.digestHour} * * ? *)`,
      scheduleExpressionTimezone: quiet.timeZone,
      flexibleTimeWindow: { mode: 'OFF' },
      target: {
        arn: outbox.queue.queueArn,
        roleArn: this.role.roleArn,
        input: JSON.stringify({
          kind: 'digest',
          id: '<aws.scheduler.execution-id>',
          at: '<aws.scheduler.scheduled-time>',
        }),
        sqsParameters: { messageGroupId: hashed('digest') },
      },
    });
    digest.addResourceDependency(group);
  }

  /** Makes schedules in the group, and hands Scheduler the role. */
  grantSchedule(grantee: Role): void {
    const { account, partition, region } = Stack.of(this);
    const schedules = [['arn', partition, 'scheduler', region, account, `schedule/${this.groupName}/*`]];
    const actions = ['scheduler:CreateSchedule'];
    allow(grantee, { sid: 'ScheduleReminders', actions, resources: schedules, why: oneTime });
    allow(grantee, {
      sid: 'PassReminderRole',
      actions: ['iam:PassRole'],
      resources: [[this.role.roleArn]],
      conditions: { StringEquals: { 'iam:PassedToService': 'scheduler.amazonaws.com' } },
    });
  }
}
