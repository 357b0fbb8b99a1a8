import * as z from 'zod/mini';
import { topicArn } from './alerts-config.ts';

/**
 * A second way for alarms: where the guard's own topic or its notifier is what is broken, they reach people all the same.
 * CloudWatch takes five actions for one alarm.
 */
export const alarmsSchema = z.strictObject({
  /** Topics of the same Region, best in another account. */
  topicArns: z._default(z.array(topicArn).check(z.maxLength(4, 'must name at most 4 topics')), []),
});

export const defaultAlarms: z.infer<typeof alarmsSchema> = { topicArns: [] };
