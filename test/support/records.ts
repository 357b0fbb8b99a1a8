import { type Call } from '../../shared/calls/call.ts';
import { parseCall } from '../../shared/calls/parse.ts';

export const account = '111122223333';
export const region = 'eu-west-1';
export const keyId = '0a1b2c3d-1111-2222-3333-444455556666';
export const keyArn = `arn:aws:kms:${region}:${account}:key/${keyId}`;
export const guardRole = `arn:aws:iam::${account}:role/kms-guard/deletion-guard`;

type RecordInput = {
  readonly eventName: string;
  readonly eventID?: string;
  readonly eventTime?: string;
  readonly key?: string;
  /** Role name and session name of the actor. */
  readonly role?: string;
  readonly session?: string;
  readonly request?: Readonly<Record<string, unknown>>;
  readonly response?: Readonly<Record<string, unknown>> | null;
  readonly errorCode?: string;
};

/** A CloudTrail record of a KMS call as AWS writes it, by a person's role session. */
export const record = (input: RecordInput): Record<string, unknown> => {
  const { eventName, key = keyArn, role = 'PlatformAdmin', session = 'dana@example.com', errorCode } = input;
  return {
    eventVersion: '1.11',
    userIdentity: {
      type: 'AssumedRole',
      principalId: `AROAEXAMPLEROLEID000:${session}`,
      arn: `arn:aws:sts::${account}:assumed-role/${role.split('/').at(-1)}/${session}`,
      accountId: account,
      sessionContext: {
        sessionIssuer: {
          type: 'Role',
          principalId: 'AROAEXAMPLEROLEID000',
          arn: `arn:aws:iam::${account}:role/${role}`,
          accountId: account,
          userName: role.split('/').at(-1),
        },
        attributes: { creationDate: '2026-11-20T08:58:11Z', mfaAuthenticated: 'true' },
      },
    },
    eventTime: input.eventTime ?? '2026-11-20T09:14:07Z',
    eventSource: 'kms.amazonaws.com',
    eventName,
    awsRegion: region,
    sourceIPAddress: '198.51.100.23',
    userAgent: 'aws-cli/2.31.4',
    requestParameters: { keyId: key, ...input.request },
    responseElements: errorCode === undefined ? { keyId: key, ...input.response } : null,
    ...(errorCode === undefined ? {} : { errorCode, errorMessage: `${errorCode}: not allowed` }),
    requestID: '5b0f6a1e-0000-4000-8000-00000000a001',
    eventID: input.eventID ?? 'c2a7e9d4-0000-4000-8000-00000000b001',
    readOnly: false,
    resources: [{ accountId: account, type: 'AWS::KMS::Key', ARN: key }],
    eventType: 'AwsApiCall',
    managementEvent: true,
    recipientAccountId: account,
    eventCategory: 'Management',
  };
};

export const scheduleDeletion = (
  input: Partial<RecordInput> & { readonly days?: number } = {},
): Record<string, unknown> =>
  record({
    eventName: 'ScheduleKeyDeletion',
    request: { pendingWindowInDays: input.days ?? 7 },
    response: {
      keyState: 'PendingDeletion',
      deletionDate: 'Nov 27, 2026, 9:14:07 AM',
      pendingWindowInDays: input.days ?? 7,
    },
    ...input,
  });

/** The EventBridge envelope around a record. */
export const envelope = (detail: Readonly<Record<string, unknown>>, replayName?: string): Record<string, unknown> => ({
  version: '0',
  id: '00000000-0000-4000-8000-00000000c001',
  'detail-type': 'AWS API Call via CloudTrail',
  source: 'aws.kms',
  account,
  time: detail['eventTime'],
  region,
  resources: [],
  detail,
  ...(replayName === undefined ? {} : { 'replay-name': replayName }),
});

export const body = (detail: Readonly<Record<string, unknown>>, replayName?: string): string =>
  JSON.stringify(envelope(detail, replayName));

/** The parsed call of a record; a record of these tests that cannot be read is a mistake in the test. */
export const callOf = (value: Readonly<Record<string, unknown>>): Call => {
  const parsed = parseCall(value);
  if (parsed.unreadable) throw new Error(parsed.reason);
  return parsed.call;
};
