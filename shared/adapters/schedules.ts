import { ConflictException, CreateScheduleCommand, type SchedulerClient } from '@aws-sdk/client-scheduler';
import { groupOf } from '../delivery/outbox-message.ts';
import type { Schedules } from '../delivery/ports.ts';
import { RetryableFault } from '../ports.ts';

type Settings = {
  readonly groupName: string;
  readonly outboxArn: string;
  /** Assumed by EventBridge Scheduler: it may put messages into the outbox. */
  readonly roleArn: string;
};

/**
 * One-time schedules of EventBridge Scheduler, removed after use. The target is the outbox itself, so that what is due comes
 * in order with everything else about its key. A name that is taken is already so.
 * @throws RetryableFault when Scheduler does not take it
 */
export const awsSchedules = (client: SchedulerClient, { groupName, outboxArn, roleArn }: Settings): Schedules => ({
  at: async ({ name, time, message }) => {
    try {
      await client.send(
        new CreateScheduleCommand({
          Name: name,
          GroupName: groupName,
          // Without milliseconds and time zone: UTC by default.
          ScheduleExpression: `at(${new Date(time).toISOString().slice(0, 19)})`,
          FlexibleTimeWindow: { Mode: 'OFF' },
          ActionAfterCompletion: 'DELETE',
          Target: {
            Arn: outboxArn,
            RoleArn: roleArn,
            Input: JSON.stringify(message),
            SqsParameters: { MessageGroupId: groupOf(message) },
          },
        }),
      );
    } catch (error) {
      if (error instanceof ConflictException) return;
      throw new RetryableFault('a schedule could not be made', { cause: error });
    }
  },
});
