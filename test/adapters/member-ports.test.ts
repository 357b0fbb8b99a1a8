import { STSClient } from '@aws-sdk/client-sts';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { memberPorts } from '../../shared/adapters/member-ports.ts';
import { fakeAws, type FakeRequest, type Reply } from '../support/fake-aws.ts';
import { type Assumption, fakeSts } from '../support/fake-sts.ts';
import { memoryKms } from '../support/memory-kms.ts';
import { memoryKey } from '../support/memory-key.ts';

const own = '111122223333';
const member = '444455556666';
const arn = (account: string, region = 'eu-west-1'): string =>
  `arn:aws:kms:${region}:${account}:key/0a1b2c3d-1111-2222-3333-444455556666`;
const ownRoles = [`arn:aws:iam::${own}:role/deletion-guard`, 'arn:aws:iam::*:role/kms-guard-responder'];
const keys = { AWS_ACCESS_KEY_ID: 'own', AWS_SECRET_ACCESS_KEY: 's', AWS_REGION: 'eu-west-1' };

afterEach(() => vi.unstubAllEnvs());

const world = async (
  answer: (request: FakeRequest) => Reply,
  refuses: (asked: Assumption) => boolean = () => false,
  lasts?: (asked: number) => number,
) => {
  const kms = await fakeAws(answer);
  const sts = await fakeSts(refuses, lasts);
  for (const [name, value] of Object.entries({ ...keys, AWS_ENDPOINT_URL: kms.endpoint })) vi.stubEnv(name, value);
  const memory = memoryKms({ [arn(own)]: memoryKey() });
  const ports = memberPorts(
    { reader: memory, writer: memory, history: memory },
    {
      account: own,
      sts: new STSClient({ endpoint: sts.endpoint, maxAttempts: 1 }),
      responder: { roleName: 'kms-guard-responder', externalId: 'an-external-id-1', sessionName: 'deletion-guard' },
      ownRoles,
      client: { maxAttempts: 1 },
    },
  );
  return { kms, sts, ports, memory };
};

const answering = ({ action }: FakeRequest): Reply => ({ body: action === 'GetKeyPolicy' ? { Policy: '{}' } : {} });
const policyOf = (assumption: Assumption | undefined): unknown => JSON.parse(assumption?.policy ?? 'null');

describe('keys of other accounts', () => {
  it('are read as the responder of their account, with a session for that key and reads alone', async () => {
    const { kms, sts, ports } = await world(answering);
    expect(await ports.reader.policy(arn(member, 'us-east-1'))).toMatchObject({ known: true });
    expect(sts.assumptions).toMatchObject([
      {
        roleArn: `arn:aws:iam::${member}:role/kms-guard-responder`,
        externalId: 'an-external-id-1',
        sourceIdentity: 'kms-guard',
        sessionName: 'deletion-guard',
      },
    ]);
    expect(policyOf(sts.assumptions[0])).toEqual({
      Version: '2012-10-17',
      Statement: [
        {
          Sid: 'OneKey',
          Effect: 'Allow',
          Action: expect.arrayContaining(['kms:DescribeKey', 'kms:GetKeyPolicy']),
          Resource: arn(member, 'us-east-1'),
        },
        { Sid: 'Account', Effect: 'Allow', Action: ['cloudtrail:LookupEvents', 'kms:ListAliases'], Resource: '*' },
      ],
    });
    expect(JSON.stringify(policyOf(sts.assumptions[0]))).not.toMatch(/Cancel|Enable|Put|Revoke|kms:\*/);
    expect(kms.requests.map(({ action, region }) => [action, region])).toEqual([['GetKeyPolicy', 'us-east-1']]);
  });

  it('are written with a session for one key and one action', async () => {
    const { sts, ports } = await world(answering);
    const { writer } = ports;
    const key = arn(member);
    await writer.cancelKeyDeletion(key);
    await writer.enableKey(key);
    await writer.enableKeyRotation(key, 365);
    await writer.putKeyPolicy(key, '{}');
    await writer.revokeGrant(key, 'grant');
    const actions = ['CancelKeyDeletion', 'EnableKey', 'EnableKeyRotation', 'PutKeyPolicy', 'RevokeGrant'];
    expect(sts.assumptions.map(policyOf)).toEqual(
      actions.map((action) => ({
        Version: '2012-10-17',
        Statement: [{ Sid: 'OneKey', Effect: 'Allow', Action: [`kms:${action}`], Resource: key }],
      })),
    );
  });

  it('share no session: another key, another one; the same key, the same one', async () => {
    const { sts, ports } = await world(answering);
    const other = arn(member).replace('0a1b2c3d', 'ffffffff');
    for (const key of [arn(member), arn(member), other, arn('999988887777')]) await ports.reader.policy(key);
    expect(sts.assumptions.map(({ roleArn, policy }) => [roleArn.split(':')[4], policy.includes('ffffffff')])).toEqual([
      [member, false],
      [member, true],
      ['999988887777', false],
    ]);
  });

  it('are asked for with a session that STS takes: 2,048 characters for the longest ARN', async () => {
    const { sts, ports } = await world(answering);
    const longest = `arn:aws-us-gov:kms:us-gov-northwest-99:${member}:key/${'a'.repeat(128)}`;
    await ports.reader.policy(longest);
    await ports.writer.enableKeyRotation(longest, 365);
    expect(sts.assumptions).toHaveLength(2);
    for (const { policy } of sts.assumptions) expect(policy.length).toBeLessThan(2_048);
  });

  it('get a new session five minutes before the old one ends, so that clocks may differ', async () => {
    let seconds = 299;
    const { sts, ports } = await world(
      answering,
      () => false,
      () => seconds,
    );
    await ports.reader.policy(arn(member));
    // The SDK asks for such a one more than once, hoping for better.
    const before = sts.assumptions.length;
    seconds = 420;
    for (let times = 0; times < 3; times += 1) await ports.reader.policy(arn(member));
    expect(sts.assumptions).toHaveLength(before + 1);
  });

  it('in another partition have their role there', async () => {
    const { sts, ports } = await world(answering);
    await ports.reader.policy(`arn:aws-cn:kms:cn-north-1:${member}:key/0a1b2c3d-1111-2222-3333-444455556666`);
    expect(sts.assumptions[0]?.roleArn).toBe(`arn:aws-cn:iam::${member}:role/kms-guard-responder`);
  });

  it('whose responder is gone or does not trust the guard are unreadable, with the missing permission', async () => {
    const { kms, ports } = await world(answering, () => true);
    const missing = `sts:AssumeRole on resource: arn:aws:iam::${member}:role/kms-guard-responder`;
    const denied = { known: false, reason: 'access-denied', detail: expect.stringContaining(missing) };
    expect(await ports.reader.policy(arn(member))).toMatchObject(denied);
    // What a reminder asks: it is raised all the same.
    expect(await ports.reader.describe(arn(member))).toMatchObject(denied);
    expect(await ports.reader.tags(arn(member))).toMatchObject(denied);
    expect(await ports.history.stateChanges(arn(member))).toMatchObject(denied);
    expect(await ports.writer.cancelKeyDeletion(arn(member))).toMatchObject({
      ok: false,
      reason: 'access-denied',
      detail: expect.stringContaining(missing),
    });
    expect(kms.requests).toEqual([]);
  });

  it('ask again after a refusal: a role that comes back is used', async () => {
    let refused = true;
    const { ports } = await world(answering, () => refused);
    expect(await ports.reader.policy(arn(member))).toMatchObject({ known: false });
    refused = false;
    expect(await ports.reader.policy(arn(member))).toMatchObject({ known: true });
  });
});

describe('keys of the own account', () => {
  it('are reached with the own role, asking STS for nothing', async () => {
    const { kms, sts, ports, memory } = await world(answering);
    expect(await ports.reader.policy(arn(own))).toMatchObject({ known: true });
    expect(await ports.history.stateChanges(arn(own))).toMatchObject({ known: true });
    await ports.writer.enableKey(arn(own));
    expect(memory.writes).toEqual([`EnableKey ${arn(own)}`]);
    expect([...kms.requests, ...sts.assumptions]).toEqual([]);
  });
});
