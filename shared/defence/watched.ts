/** Calls that would blind or disarm the guard. Rules, the judgement and `docs/self-defence.md` are made from this one table. */

export type Effect = 'changes' | 'removes';

export type WatchedEvent = {
  /** CloudTrail's `eventName`; Lambda's carry the version of its API. */
  readonly name: string;
  /** Whether something of the guard is gone by it, or is only another now. */
  readonly effect: Effect;
  /** What it does to the guard: the end of a sentence that begins with the call. */
  readonly does: string;
};

export type WatchedService = {
  readonly service: string;
  /** EventBridge's `source`s of its calls. */
  readonly sources: readonly string[];
  readonly eventSource: string;
  /** Trails: whoever's they are, the guard sees by them. */
  readonly anybodys: boolean;
  /** Passed on by member accounts, which have only trails, rules and the responder role. */
  readonly inMembers: boolean;
  /** Fields of request and response that name the resource, however their first letters are written. */
  readonly namedBy: readonly string[];
  readonly events: readonly WatchedEvent[];
};

const changes = (name: string, does: string): WatchedEvent => ({ name, effect: 'changes', does });
const removes = (name: string, does: string): WatchedEvent => ({ name, effect: 'removes', does });

type Some = Partial<Pick<WatchedService, 'sources' | 'anybodys' | 'inMembers'>> &
  Pick<WatchedService, 'namedBy' | 'events'>;

const service = (name: string, some: Some): WatchedService => ({
  service: name,
  sources: [`aws.${name}`],
  eventSource: `${name}.amazonaws.com`,
  anybodys: false,
  inMembers: false,
  ...some,
});

export const watchedServices: readonly WatchedService[] = [
  service('cloudtrail', {
    anybodys: true,
    inMembers: true,
    namedBy: ['name', 'trailName'],
    events: [
      removes('DeleteTrail', 'deletes a trail: calls that only it logs reach the guard no more'),
      changes('PutEventSelectors', 'changes which events a trail logs'),
      removes('StopLogging', 'stops a trail: calls that only it logs reach the guard no more'),
      changes('UpdateTrail', 'changes a trail'),
    ],
  }),
  service('events', {
    inMembers: true,
    namedBy: ['name', 'rule', 'eventBusName'],
    events: [
      removes('DeleteEventBus', 'deletes an event bus of the guard'),
      removes('DeleteRule', 'deletes a rule that wakes the guard'),
      removes('DisableRule', 'switches off a rule that wakes the guard'),
      changes('PutPermission', 'changes who may put events on a bus of the guard'),
      changes('PutRule', 'changes a rule that wakes the guard'),
      changes('PutTargets', 'changes where a rule of the guard sends its events'),
      changes('RemovePermission', 'changes who may put events on a bus of the guard'),
      removes('RemoveTargets', 'takes the targets from a rule of the guard'),
      changes('UpdateEventBus', 'changes an event bus of the guard'),
    ],
  }),
  service('lambda', {
    namedBy: ['functionName', 'functionArn', 'eventSourceArn'],
    events: [
      // Who may invoke a guard's function, or wake it, can tell it what never happened.
      changes('AddPermission20150331v2', 'lets somebody invoke a function of the guard'),
      changes('CreateEventSourceMapping20150331', 'wakes a function of the guard by something else'),
      removes('DeleteEventSourceMapping20150331', 'takes a function of the guard from its queue'),
      removes('DeleteFunction20150331', 'deletes a function of the guard'),
      changes('PutFunctionConcurrency20171031', 'limits how many of a function of the guard may run: none, at worst'),
      changes('RemovePermission20150331v2', 'takes away who may invoke a function of the guard'),
      changes('UpdateEventSourceMapping20150331', 'changes how a function of the guard is woken by its queue'),
      changes('UpdateFunctionCode20150331v2', 'changes the code of the guard'),
      changes('UpdateFunctionConfiguration20150331v2', 'changes the configuration of a function of the guard'),
    ],
  }),
  service('iam', {
    inMembers: true,
    namedBy: ['roleName'],
    events: [
      changes('AttachRolePolicy', 'changes what a role of the guard may do'),
      removes('DeleteRole', 'deletes a role of the guard'),
      removes('DeleteRolePolicy', 'takes permissions from a role of the guard'),
      removes('DetachRolePolicy', 'takes permissions from a role of the guard'),
      changes('PutRolePermissionsBoundary', 'limits what a role of the guard may do'),
      changes('PutRolePolicy', 'changes what a role of the guard may do'),
      changes('UpdateAssumeRolePolicy', 'changes who may assume a role of the guard'),
    ],
  }),
  service('sqs', {
    namedBy: ['queueUrl'],
    events: [
      changes('AddPermission', 'lets somebody use a queue of the guard'),
      removes('DeleteQueue', 'deletes a queue of the guard, with all that waited in it'),
      removes('PurgeQueue', 'empties a queue of the guard'),
      changes('RemovePermission', 'takes away who may use a queue of the guard'),
      changes('SetQueueAttributes', 'changes a queue of the guard'),
    ],
  }),
  service('dynamodb', {
    namedBy: ['tableName', 'resourceArn'],
    events: [
      removes('DeleteResourcePolicy', 'takes the policy from the ledger'),
      removes('DeleteTable', 'deletes the ledger'),
      changes('PutResourcePolicy', 'changes who may use the ledger: the guard not, at worst'),
      changes('UpdateContinuousBackups', 'changes the backups of the ledger'),
      changes('UpdateTable', 'changes the ledger, which its deletion protection is part of'),
      changes('UpdateTimeToLive', 'changes when items of the ledger are deleted'),
    ],
  }),
  service('sns', {
    namedBy: ['topicArn', 'subscriptionArn', 'resourceArn'],
    events: [
      changes('AddPermission', 'lets somebody use a topic of the guard'),
      removes('DeleteTopic', 'deletes a topic of the guard'),
      changes('PutDataProtectionPolicy', 'changes which messages a topic of the guard lets pass'),
      changes('RemovePermission', 'takes away who may use a topic of the guard'),
      changes('SetSubscriptionAttributes', 'changes what a subscriber of the guard gets: nothing, at worst'),
      changes('SetTopicAttributes', 'changes a topic of the guard'),
      removes('Unsubscribe', 'takes a subscriber from a topic of the guard'),
    ],
  }),
  service('scheduler', {
    namedBy: ['name', 'groupName'],
    events: [
      removes('DeleteSchedule', 'deletes a schedule of the guard'),
      removes('DeleteScheduleGroup', 'deletes the schedules of the guard'),
      changes('UpdateSchedule', 'changes a schedule of the guard'),
    ],
  }),
  service('states', {
    namedBy: ['stateMachineArn'],
    events: [
      removes('DeleteStateMachine', 'deletes the state machine of the sweep'),
      changes('UpdateStateMachine', 'changes the state machine of the sweep'),
    ],
  }),
  service('s3', {
    namedBy: ['bucketName'],
    events: [
      removes('DeleteBucket', 'deletes a bucket of the guard'),
      removes('DeleteBucketPolicy', 'takes the policy from a bucket of the guard'),
      // CloudTrail writes the first of the two; the second is the name of the API.
      changes('PutBucketLifecycle', 'changes when objects of the guard are deleted'),
      changes('PutBucketLifecycleConfiguration', 'changes when objects of the guard are deleted'),
      changes('PutBucketPolicy', 'changes the policy of a bucket of the guard'),
      changes('PutBucketVersioning', 'changes whether a bucket of the guard keeps what was there before'),
    ],
  }),
  service('monitoring', {
    // Both are seen for CloudWatch.
    sources: ['aws.monitoring', 'aws.cloudwatch'],
    namedBy: ['alarmNames', 'alarmName'],
    events: [
      removes('DeleteAlarms', 'deletes an alarm about the guard'),
      removes('DisableAlarmActions', 'silences an alarm about the guard'),
      changes('PutAlarmMuteRule', 'silences an alarm about the guard at times'),
      changes('PutMetricAlarm', 'changes an alarm about the guard'),
    ],
  }),
  service('cloudformation', {
    namedBy: ['stackName', 'stackSetName'],
    events: [
      removes('DeleteStack', 'deletes a stack of the guard'),
      removes('DeleteStackInstances', 'takes the guard from member accounts'),
      removes('DeleteStackSet', 'deletes the stack set of the guard'),
      changes('UpdateStackInstances', 'changes whom member accounts let in'),
      changes('UpdateStackSet', 'changes what member accounts have of the guard'),
    ],
  }),
  // Metrics are written to the logs: without a log group an alarm hears nothing any more.
  service('logs', {
    namedBy: ['logGroupName', 'logGroupIdentifier', 'resourceIdentifier'],
    events: [
      changes('AssociateKmsKey', 'makes logs of the guard depend on a key'),
      removes('DeleteLogGroup', 'deletes logs of the guard, and the metrics that are read from them'),
      removes('DeleteLogStream', 'deletes logs of the guard'),
      changes('PutRetentionPolicy', 'changes when logs of the guard are deleted'),
    ],
  }),
];

/** The service and the event of the table; null for what is not in it. */
export const watchedBy = (
  eventSource: unknown,
  eventName: unknown,
): { readonly service: WatchedService; readonly event: WatchedEvent } | null => {
  const found = watchedServices.find((each) => each.eventSource === eventSource);
  const event = found?.events.find(({ name }) => name === eventName);
  return found === undefined || event === undefined ? null : { service: found, event };
};
