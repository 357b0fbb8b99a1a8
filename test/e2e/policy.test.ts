import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  CreateGrantCommand,
  CreateKeyCommand,
  GetKeyPolicyCommand,
  KMSClient,
  ListGrantsCommand,
  PutKeyPolicyCommand,
} from '@aws-sdk/client-kms';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AlertInbox, openAlertInbox, type ReceivedAlert } from '../../local/demo/alert-inbox.ts';
import { buildBundles, clientSettings, deployGuard } from '../../local/demo/guarded-aws.ts';
import { type EntryView, type LedgerView, ledgerView } from '../../local/demo/ledger-view.ts';
import { type LocalAws, startLocalAws } from '../../local/local-aws.ts';

/** policy-guard on the local AWS: real PutKeyPolicy and CreateGrant calls, real key policies enforced by the emulator. */
let aws: LocalAws;
let kms: KMSClient;
let ledger: LedgerView;
let inbox: AlertInbox;
let folder: string;
const alerts: ReceivedAlert[] = [];

const partner = '444455556666';

const statement = (Sid: string, Principal: unknown, Action: unknown) => ({
  Sid,
  Effect: 'Allow',
  Principal,
  Action,
  Resource: '*',
});
const policyOf = (...statements: readonly object[]): string =>
  JSON.stringify({ Version: '2012-10-17', Statement: statements });
const own = () => statement('Own', { AWS: `arn:aws:iam::${aws.account}:root` }, 'kms:*');
const open = statement('Open', { AWS: '*' }, ['kms:Decrypt', 'kms:DescribeKey']);

const makeKey = async (): Promise<string> => {
  const { KeyMetadata } = await kms.send(new CreateKeyCommand({ Policy: policyOf(own()) }));
  const key = KeyMetadata?.Arn ?? '';
  await waitForEntries(key, 'CreateKey');
  return key;
};

const putPolicy = (key: string, policy: string) => kms.send(new PutKeyPolicyCommand({ KeyId: key, Policy: policy }));

const policyInForce = async (key: string): Promise<unknown> => {
  const { Policy = '' } = await kms.send(new GetKeyPolicyCommand({ KeyId: key, PolicyName: 'default' }));
  return JSON.parse(Policy);
};

/** policy-guard's entries about calls of people; the guard's own calls are ignored by it and left out here. */
const byPeople = async (key: string, eventName: string): Promise<readonly EntryView[]> =>
  (await ledger.entries(key)).filter(
    ({ guard, call, decision }) =>
      guard === 'policy-guard' &&
      call.eventName === eventName &&
      !decision.reasons.some(({ id }) => id === 'own-actor'),
  );

/** Entries of calls in one second stand in any order: what is waited for is their number. */
const waitForEntries = async (key: string, eventName: string, count = 1): Promise<readonly EntryView[]> => {
  const deadline = Date.now() + 30_000;
  for (;;) {
    const entries = await byPeople(key, eventName);
    if (entries.length >= count || Date.now() > deadline) return entries;
    await sleep(100);
  }
};

const alertsAbout = async (key: string, least = 1): Promise<readonly ReceivedAlert[]> => {
  const deadline = Date.now() + 20_000;
  for (;;) {
    alerts.push(...(await inbox.receive(1)));
    const about = alerts.filter(({ keyArn }) => keyArn === key);
    if (about.length >= least || Date.now() > deadline) return about;
  }
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kms-guard-e2e-'));
  const config = join(folder, 'guard.config.json');
  await writeFile(
    config,
    JSON.stringify({
      modes: { remedies: { restoreKeyPolicy: 'enforce', revokeGrant: 'enforce' } },
      // One actor makes all the calls here, in seconds: that is no storm.
      alerts: { storm: { after: 1000 } },
    }),
  );
  await buildBundles();
  aws = await startLocalAws();
  kms = new KMSClient(clientSettings(aws));
  const outputs = await deployGuard(aws, config);
  ledger = ledgerView(aws, outputs['TableName'] ?? '');
  inbox = await openAlertInbox(aws, outputs['TopicArn'] ?? '');
});

afterAll(async () => {
  await aws?.stop();
  await rm(folder, { recursive: true, force: true });
});

describe('policy-guard', () => {
  it('names who got in and how, and puts the last good policy back', async () => {
    const key = await makeKey();
    const before = await policyInForce(key);
    await putPolicy(key, policyOf(own(), open));
    const [entry] = await waitForEntries(key, 'PutKeyPolicy');
    expect(entry?.verdicts).toContainEqual(expect.objectContaining({ rule: 'policy-public', verdict: 'violation' }));
    expect(entry?.outcomes).toMatchObject([{ remedy: 'restoreKeyPolicy', outcome: 'done' }]);
    expect(await policyInForce(key)).toEqual(before);
    const [alert] = await alertsAbout(key);
    expect(alert?.subject).toContain('Key policy restored');
    for (const part of ['kms:Decrypt', 'Open', 'gained access']) expect(alert?.text).toContain(part);
  });

  it('says nothing about a harmless reordering', async () => {
    const key = await makeKey();
    const reordered = { Statement: { ...own(), Action: ['KMS:*'] }, Version: '2012-10-17' };
    await putPolicy(key, JSON.stringify(reordered));
    const [entry] = await waitForEntries(key, 'PutKeyPolicy');
    expect(entry?.decision.action).toBe('ignore');
    expect(await policyInForce(key)).toEqual(reordered);
    alerts.push(...(await inbox.receive(2)));
    expect(alerts.filter(({ keyArn }) => keyArn === key)).toEqual([]);
  });

  it('restores one policy text once, then only alerts', async () => {
    const key = await makeKey();
    const bad = policyOf(own(), open);
    await putPolicy(key, bad);
    const [first] = await waitForEntries(key, 'PutKeyPolicy');
    expect(first?.outcomes).toMatchObject([{ outcome: 'done' }]);
    await putPolicy(key, bad);
    const [again] = (await waitForEntries(key, 'PutKeyPolicy', 2)).filter(({ eventID }) => eventID !== first?.eventID);
    expect(again?.outcomes).toMatchObject([{ outcome: 'refused' }]);
    expect(await policyInForce(key)).toEqual(JSON.parse(bad));
    expect(await alertsAbout(key, 2)).toHaveLength(2);
  });

  it('revokes a grant to another account', async () => {
    const key = await makeKey();
    const grantee = `arn:aws:iam::${partner}:root`;
    await kms.send(new CreateGrantCommand({ KeyId: key, GranteePrincipal: grantee, Operations: ['Decrypt'] }));
    const [entry] = await waitForEntries(key, 'CreateGrant');
    expect(entry?.verdicts).toContainEqual(expect.objectContaining({ rule: 'grant-external', verdict: 'violation' }));
    expect(entry?.outcomes).toMatchObject([{ remedy: 'revokeGrant', outcome: 'done' }]);
    const { Grants } = await kms.send(new ListGrantsCommand({ KeyId: key }));
    expect(Grants ?? []).toEqual([]);
  });
});
