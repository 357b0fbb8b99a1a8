import { seededRandom } from '../../test/calls/mutate.ts';
import { kmsDraft, otherDrafts, roles } from './drafts.ts';
import { hex, number, type Random, uuid } from './random.ts';

/**
 * CloudTrail records of one account, as text: S3, EC2, STS, IAM and others as they come, one in twenty of KMS.
 * The shapes are those of the CloudTrail user guide, 1 to 2 KB each; ids differ from record to record as in real logs.
 */

const account = '111122223333';
const region = 'eu-west-1';

const roleSession = (random: Random): unknown => {
  const role = roles[number(random, roles.length)] ?? 'orders-api';
  const id = `AROA${hex(random, 17).toUpperCase()}`;
  const session = `i-0${hex(random, 16)}`;
  return {
    type: 'AssumedRole',
    principalId: `${id}:${session}`,
    arn: `arn:aws:sts::${account}:assumed-role/${role}/${session}`,
    accountId: account,
    accessKeyId: `ASIA${hex(random, 16).toUpperCase()}`,
    sessionContext: {
      sessionIssuer: {
        type: 'Role',
        principalId: id,
        arn: `arn:aws:iam::${account}:role/${role}`,
        accountId: account,
        userName: role,
      },
      attributes: { creationDate: '2026-11-20T08:58:11Z', mfaAuthenticated: 'false' },
      ec2RoleDelivery: '2.0',
    },
  };
};

const record = (random: Random, index: number): string => {
  const draw = index % 20 === 7 ? kmsDraft : (otherDrafts[number(random, otherDrafts.length)] ?? kmsDraft);
  const { source, name, request, response, readOnly, resources, additionalEventData } = draw(random);
  return JSON.stringify({
    eventVersion: '1.11',
    userIdentity: roleSession(random),
    eventTime: `2026-11-20T09:${String(number(random, 60)).padStart(2, '0')}:${String(number(random, 60)).padStart(2, '0')}Z`,
    eventSource: source,
    eventName: name,
    awsRegion: region,
    sourceIPAddress: `198.51.100.${number(random, 256)}`,
    userAgent:
      '[aws-sdk-java/2.31.4 md/io#sync md/http#Apache ua/2.1 os/Linux#6.8.0 lang/java#21.0.4 md/OpenJDK_64-Bit_Server_VM cfg/retry-mode#standard]',
    requestParameters: request,
    responseElements: response,
    ...(additionalEventData !== undefined && { additionalEventData }),
    requestID: uuid(random),
    eventID: uuid(random),
    readOnly,
    ...(resources !== undefined && { resources }),
    eventType: 'AwsApiCall',
    managementEvent: source !== 's3.amazonaws.com',
    recipientAccountId: account,
    eventCategory: source === 's3.amazonaws.com' ? 'Data' : 'Management',
    tlsDetails: {
      tlsVersion: 'TLSv1.3',
      cipherSuite: 'TLS_AES_128_GCM_SHA256',
      clientProvidedHostHeader: `${source.split('.')[0]}.${region}.amazonaws.com`,
    },
  });
};

/** The same records for the same seed. */
export const recordsAsText = (seed: number, count: number): readonly string[] => {
  const random = seededRandom(seed);
  return Array.from({ length: count }, (_, index) => record(random, index));
};
