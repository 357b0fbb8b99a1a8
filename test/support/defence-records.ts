import type { WatchedEvent, WatchedService } from '../../shared/defence/watched.ts';
import { account, envelope, record } from './records.ts';

type Some = {
  readonly eventID?: string;
  readonly request?: Readonly<Record<string, unknown>>;
  readonly response?: Readonly<Record<string, unknown>>;
  readonly errorCode?: string;
  /** As AWS shows its own services: CloudFormation, for a deployment. */
  readonly by?: string;
  readonly role?: string;
};

/** The EventBridge event of a call to any service, by a person's role session. */
export const defenceEvent = (
  { service }: Pick<WatchedService, 'service'>,
  { name }: Pick<WatchedEvent, 'name'>,
  some: Some = {},
): Record<string, unknown> => {
  const { request = {}, response = null, by, ...rest } = some;
  const made = record({ eventName: name, ...rest });
  const detail = {
    ...made,
    eventSource: `${service}.amazonaws.com`,
    requestParameters: request,
    responseElements: some.errorCode === undefined ? response : null,
    resources: undefined,
    ...(by === undefined ? {} : { sourceIPAddress: by, userAgent: by }),
  };
  return { ...envelope(JSON.parse(JSON.stringify(detail))), source: `aws.${service}` };
};

/** Of each service, the resource that a call is about: one of a stack `KmsGuard`, and somebody else's that looks much like it. */
export const resourcesOf = (
  service: string,
): { readonly own: Readonly<Record<string, unknown>>; readonly other: Readonly<Record<string, unknown>> } => {
  const pair = (make: (name: string) => Readonly<Record<string, unknown>>) => ({
    own: make('KmsGuard-ThingA1B2C3-x9Y8z7'),
    other: make('KmsGuardian-ThingA1B2C3-x9Y8z7'),
  });
  const arn = (of: string, resource: string): string => `arn:aws:${of}:eu-west-1:${account}:${resource}`;
  switch (service) {
    case 'cloudtrail':
      return pair((name) => ({ name: arn('cloudtrail', `trail/${name}`) }));
    case 'events':
      return pair((name) => ({ name, rule: name }));
    case 'lambda':
      return pair((name) => ({ functionName: arn('lambda', `function:${name}`) }));
    case 'iam':
      return pair((name) => ({ roleName: name, policyName: 'KmsGuard-Read' }));
    case 'sqs':
      return pair((name) => ({ queueUrl: `https://sqs.eu-west-1.amazonaws.com/${account}/${name}` }));
    case 'dynamodb':
      return pair((name) => ({ tableName: name }));
    case 'sns':
      return pair((name) => ({ topicArn: arn('sns', name), attributeName: 'Policy' }));
    case 'scheduler':
      return pair((name) => ({ name, groupName: 'default' }));
    case 'states':
      return pair((name) => ({ stateMachineArn: arn('states', `stateMachine:${name}`) }));
    case 's3':
      return pair((name) => ({ bucketName: name.toLowerCase() }));
    case 'monitoring':
      return pair((name) => ({ alarmNames: ['another-alarm', name] }));
    case 'logs':
      return pair((name) => ({ logGroupName: name }));
    case 'cloudformation':
      return pair((name) => ({ stackName: arn('cloudformation', `stack/${name}/0a1b2c3d`), stackSetName: name }));
    default:
      throw new Error(`no resource of ${service} is known here`);
  }
};
