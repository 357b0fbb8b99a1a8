import { DescribeKeyCommand, DisableKeyCommand, type KMSClient } from '@aws-sdk/client-kms';
import { describe, expect, test } from 'vitest';
import { eventHistory } from '../../shared/adapters/event-history.ts';
import { forwardingReader } from '../../shared/adapters/forwarding-reader.ts';
import { kmsReader } from '../../shared/adapters/kms-reader.ts';
import { meteredEventBridge, meteredKms, rememberingCloudTrail } from '../../shared/adapters/sweep-clients.ts';
import { sweepLister } from '../../shared/adapters/sweep-lister.ts';
import { activeAccounts, enabledRegions } from '../../shared/adapters/sweep-organization.ts';
import { AccountClient } from '@aws-sdk/client-account';
import { OrganizationsClient } from '@aws-sdk/client-organizations';
import { lackOf } from '../../shared/sweep/lack.ts';
import type { QuotaGate } from '../../shared/sweep/quota-gate.ts';
import { type FakeAws, fakeAws, fakeClientConfig, type Reply } from '../support/fake-aws.ts';

const region = 'eu-west-1';
const keyArn = `arn:aws:kms:${region}:111122223333:key/0a1b2c3d-1111-4222-8333-444455556666`;

/** A gate that lets everything through and remembers. */
const openGate = () => {
  const taken: string[] = [];
  const throttled: string[] = [];
  const gate: QuotaGate = {
    take: async (api) => void taken.push(api),
    throttled: (api) => void throttled.push(api),
    calls: () => ({}),
    rate: () => 1,
  };
  return { gate, taken, throttled };
};

const kmsOf = (fake: FakeAws, gate: QuotaGate, maxAttempts = 1): KMSClient =>
  meteredKms({ ...fakeClientConfig(fake, region), maxAttempts }, gate);

describe('a metered client', () => {
  test('takes one turn for every page and for every attempt, and tells of throttling', async () => {
    let asked = 0;
    await using fake = await fakeAws(({ action }): Reply => {
      asked += 1;
      if (asked === 1) return { error: 'ThrottlingException' };
      if (action === 'ListGrants')
        return { body: { Grants: [], Truncated: asked < 4, ...(asked < 4 && { NextMarker: 'x' }) } };
      return { body: {} };
    });
    const { gate, taken, throttled } = openGate();
    const client = kmsOf(fake, gate, 3);
    await kmsReader(() => client).grants(keyArn);
    expect(taken).toEqual(['ListGrants', 'ListGrants', 'ListGrants', 'ListGrants']);
    expect(throttled).toEqual(['ListGrants']);
    expect(fake.requests).toHaveLength(4);
  });

  test('of EventBridge takes one turn for the list and one for each rule, so that they count among the calls', async () => {
    await using fake = await fakeAws(
      ({ action }): Reply => ({
        body: action === 'DescribeRule' ? { State: 'ENABLED' } : { RuleNames: ['Calls', 'iam'] },
      }),
    );
    const { gate, taken } = openGate();
    const client = meteredEventBridge(fakeClientConfig(fake, region), gate);
    await forwardingReader(client, 'arn:aws:events:eu-central-1:222233334444:event-bus/members').forwarding();
    expect(taken).toEqual(['ListRuleNamesByTarget', 'DescribeRule', 'DescribeRule']);
  });

  test('does not call before its turn', async () => {
    await using fake = await fakeAws(() => ({ body: {} }));
    const { gate } = openGate();
    let go = (): void => undefined;
    const turn = new Promise<void>((resolve) => {
      go = resolve;
    });
    const client = kmsOf(fake, { ...gate, take: () => turn });
    const asking = client.send(new DescribeKeyCommand({ KeyId: keyArn }));
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
    expect(fake.requests).toHaveLength(0);
    go();
    await asking;
    expect(fake.requests).toHaveLength(1);
  });

  test('refuses a call that no quota is known for: a sweep only reads', async () => {
    await using fake = await fakeAws(() => ({ body: {} }));
    const client = kmsOf(fake, openGate().gate);
    await expect(client.send(new DisableKeyCommand({ KeyId: keyArn }))).rejects.toThrow(/does not call DisableKey/);
    expect(fake.requests).toHaveLength(0);
  });
});

test('CloudTrail is asked once for all keys of a Region, and again after a failure', async () => {
  let fail = true;
  await using fake = await fakeAws(() => {
    const reply: Reply = fail ? { error: 'AccessDeniedException' } : { body: { Events: [] } };
    fail = false;
    return reply;
  });
  const { gate, taken } = openGate();
  const client = rememberingCloudTrail(fakeClientConfig(fake, region), gate);
  const history = eventHistory(() => client, []);
  expect(await history.stateChanges(keyArn)).toMatchObject({ known: false });
  const keys = [keyArn, keyArn, `${keyArn}7`];
  const answers = await Promise.all(keys.map((key) => history.stateChanges(key)));
  expect(answers.map(({ known }) => known)).toEqual([true, true, true]);
  const names = fake.requests.map(({ body }) => JSON.stringify(body['LookupAttributes']));
  expect(new Set(names.slice(1)).size).toBe(names.length - 1);
  expect(taken).toHaveLength(names.length);
});

describe('the lister', () => {
  test('gives pages with where to go on, and leaves out aliases without a key', async () => {
    await using fake = await fakeAws(({ action, body }): Reply => {
      if (action === 'ListKeys' && body['Marker'] === undefined) {
        return { body: { Keys: [{ KeyArn: keyArn, KeyId: 'k' }], Truncated: true, NextMarker: 'm' } };
      }
      if (action === 'ListKeys') return { body: { Keys: [], Truncated: false } };
      const aliases = [{ AliasName: 'alias/aws/ebs' }, { AliasName: 'alias/app', TargetKeyId: 'k' }];
      return { body: { Aliases: aliases, Truncated: false } };
    });
    const lister = sweepLister(kmsOf(fake, openGate().gate));
    expect(await lister.keys(null)).toEqual({ known: true, value: { keyArns: [keyArn], next: 'm' } });
    expect(await lister.keys('m')).toEqual({ known: true, value: { keyArns: [], next: null } });
    const aliases = [{ name: 'alias/app', keyId: 'k' }];
    expect(await lister.aliases(null)).toEqual({ known: true, value: { aliases, next: null } });
    expect(fake.requests.map(({ body }) => body['Limit'])).toEqual([1_000, 1_000, 100]);
  });

  test('an answer with parts missing is none: what it hides would be taken for gone', async () => {
    for (const half of [{}, { Keys: [{ KeyArn: 'a' }], Truncated: true }, { Keys: [{ KeyId: 'a' }] }]) {
      await using short = await fakeAws(() => ({ body: half }));
      expect(await sweepLister(kmsOf(short, openGate().gate)).keys(null)).toMatchObject({ known: false });
    }
    for (const half of [{}, { Aliases: [], Truncated: true }]) {
      await using short = await fakeAws(() => ({ body: half }));
      expect(await sweepLister(kmsOf(short, openGate().gate)).aliases(null)).toMatchObject({ known: false });
    }
  });

  test('a refusal names the permission', async () => {
    await using fake = await fakeAws(() => ({ error: 'AccessDeniedException' }));
    const refused = await sweepLister(kmsOf(fake, openGate().gate)).keys(null);
    expect(refused.known ? null : lackOf(refused).permission).toBe('kms:ListKeys');
  });
});

describe('the organization', () => {
  test('its active accounts by State, over empty pages; the retired Status counts where there is no State', async () => {
    await using fake = await fakeAws(({ body }): Reply => {
      if (body['NextToken'] === undefined) return { body: { Accounts: [], NextToken: 'n' } };
      const accounts = [
        { Id: '111122223333', State: 'ACTIVE', Status: 'SUSPENDED' },
        { Id: '444455556666', State: 'PENDING_CLOSURE', Status: 'ACTIVE' },
        { Id: '999988887777', Status: 'ACTIVE' },
      ];
      return { body: { Accounts: accounts } };
    });
    const client = new OrganizationsClient(fakeClientConfig(fake, region));
    expect(await activeAccounts(client)).toEqual({ known: true, value: ['111122223333', '999988887777'] });
  });

  test('who may not list it is told what is missing', async () => {
    await using fake = await fakeAws(() => ({ error: 'AccessDeniedException' }));
    const refused = await activeAccounts(new OrganizationsClient(fakeClientConfig(fake, region)));
    expect(refused).toMatchObject({ known: false, reason: 'access-denied' });
    expect(refused.known ? '' : refused.detail).toMatch(/^organizations:ListAccounts is not permitted/);
  });

  test('no account and no Region at all is no answer: a sweep of nothing would be a silent one', async () => {
    await using fake = await fakeAws(({ action }) => ({
      body: action === 'ListAccounts' ? { Accounts: [{ Id: '444455556666', State: 'SUSPENDED' }] } : { Regions: [] },
    }));
    const config = fakeClientConfig(fake, region);
    expect(await activeAccounts(new OrganizationsClient(config))).toMatchObject({ known: false, reason: 'failed' });
    const regions = await enabledRegions(new AccountClient(config));
    expect(regions).toMatchObject({ known: false, detail: 'account:ListRegions told of no Region' });
  });

  test('the Regions enabled in an account', async () => {
    await using fake = await fakeAws(() => ({
      body: { Regions: [{ RegionName: 'us-east-1' }, { RegionName: 'af-south-1' }] },
    }));
    const client = new AccountClient(fakeClientConfig(fake, region));
    expect(await enabledRegions(client)).toEqual({ known: true, value: ['af-south-1', 'us-east-1'] });
    const [request] = fake.requests;
    expect(request?.body).toMatchObject({ RegionOptStatusContains: ['ENABLED', 'ENABLED_BY_DEFAULT'] });
  });
});
