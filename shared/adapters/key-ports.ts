import { CloudTrailClient } from '@aws-sdk/client-cloudtrail';
import { KMSClient } from '@aws-sdk/client-kms';
import { STSClient } from '@aws-sdk/client-sts';
import type { OrganizationConfig } from '../config/organization-config.ts';
import { accountOfArn, withResponders } from '../responder.ts';
import { eventHistory } from './event-history.ts';
import { kmsReader } from './kms-reader.ts';
import { kmsWriter } from './kms-writer.ts';
import { type KeyPorts, memberPorts } from './member-ports.ts';

type KeySettings = {
  /** The guard's own roles, without the responders. */
  readonly ownRoles: readonly string[];
  readonly organization: OrganizationConfig | null;
  /** Which guard it is: members see it in CloudTrail. */
  readonly sessionName: string;
};

/** KMS allows five cancellations a second: a storm must wait its turn, within the Lambda's time. CloudTrail is asked only briefly. */
const patient = { maxAttempts: 8, retryMode: 'adaptive' } as const;

/** Keys of the guard's account and, in an organization, of every member account. */
export const keyPorts = ({ ownRoles, organization, sessionName }: KeySettings): KeyPorts => {
  const kms = regional((region) => new KMSClient({ region, ...patient }));
  const cloudTrail = regional((region) => new CloudTrailClient({ region, maxAttempts: 3 }));
  const everyRole = withResponders(ownRoles, organization);
  const own = { reader: kmsReader(kms), writer: kmsWriter(kms), history: eventHistory(cloudTrail, everyRole) };
  if (organization === null) return own;
  const { responderRole: roleName, externalId } = organization;
  return memberPorts(own, {
    account: accountOfArn(ownRoles[0] ?? ''),
    sts: new STSClient({ maxAttempts: 5 }),
    responder: { roleName, externalId, sessionName },
    ownRoles: everyRole,
    client: patient,
  });
};

/** One client a Region: a multi-Region key's primary may live elsewhere. */
const regional = <Client>(make: (region: string) => Client): ((region: string) => Client) => {
  const clients = new Map<string, Client>();
  return (region) => {
    const client = clients.get(region) ?? make(region);
    clients.set(region, client);
    return client;
  };
};
