import type { EventPattern } from 'aws-cdk-lib/aws-events';
import { type WatchedService, watchedServices } from '../../shared/defence/watched.ts';

const patternOf = ({ sources, eventSource, events }: WatchedService): EventPattern => ({
  source: [...sources],
  detailType: ['AWS API Call via CloudTrail'],
  detail: { eventSource: [eventSource], eventName: events.map(({ name }) => name) },
});

const patternsOf = (services: readonly WatchedService[]): Readonly<Record<string, EventPattern>> =>
  Object.fromEntries(services.map((each) => [each.service, patternOf(each)]));

/** Calls that may disarm the guard, one pattern a service: together they are the table in `shared/defence/watched.ts`. */
export const defencePatterns = patternsOf(watchedServices);

/** Those of IAM about roles that are called after a stack: IAM minds no case. */
export const roleDefencePattern = (stackName: string): EventPattern => {
  const { iam } = defencePatterns;
  if (iam === undefined) throw new TypeError('nothing of IAM is watched');
  const roleName = [{ prefix: { 'equals-ignore-case': `${stackName}-` } }];
  return { ...iam, detail: { ...iam.detail, requestParameters: { roleName } } };
};

/** Those that member accounts pass on. */
export const memberDefencePatterns = patternsOf(watchedServices.filter(({ inMembers }) => inMembers));
