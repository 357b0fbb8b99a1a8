import { AssumeRoleCommand, type AssumeRoleCommandInput, type STSClient } from '@aws-sdk/client-sts';
import { type Fact, known, unknown } from '../facts/facts.ts';
import { sweepSession } from '../responder.ts';

export type Session = Awaited<ReturnType<STSClient['config']['credentials']>>;

/** A sweep only reads, whatever the role may do: what is not in this policy, its sessions cannot. */
const readsOnly = JSON.stringify({
  Version: '2012-10-17',
  Statement: [
    {
      Sid: 'ReadsOnly',
      Effect: 'Allow',
      Action: [
        'account:ListRegions',
        'cloudtrail:Describe*',
        'cloudtrail:Get*',
        'cloudtrail:LookupEvents',
        'events:DescribeRule',
        'events:ListRuleNamesByTarget',
        'kms:Describe*',
        'kms:Get*',
        'kms:List*',
      ],
      Resource: '*',
    },
  ],
});

type Asked = Pick<AssumeRoleCommandInput, 'RoleArn' | 'ExternalId' | 'SourceIdentity'>;

/** @throws as `AssumeRole` does */
export const assumeReader = async (sts: STSClient, asked: Asked): Promise<Fact<Session>> => {
  const { Credentials: given } = await sts.send(
    new AssumeRoleCommand({ ...asked, RoleSessionName: sweepSession, Policy: readsOnly }),
  );
  const {
    AccessKeyId: accessKeyId,
    SecretAccessKey: secretAccessKey,
    SessionToken: sessionToken,
    Expiration,
  } = given ?? {};
  return accessKeyId === undefined || secretAccessKey === undefined || sessionToken === undefined
    ? unknown('failed', `AssumeRole of ${asked.RoleArn} gave no credentials`)
    : known({ accessKeyId, secretAccessKey, sessionToken, expiration: Expiration ?? new Date(0) });
};
