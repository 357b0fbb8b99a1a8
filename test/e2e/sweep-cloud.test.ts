import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CloudFormationClient, CreateStackCommand, waitUntilStackCreateComplete } from '@aws-sdk/client-cloudformation';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  CreateAliasCommand,
  CreateKeyCommand,
  DeleteAliasCommand,
  DisableKeyRotationCommand,
  EnableKeyRotationCommand,
  KMSClient,
} from '@aws-sdk/client-kms';
import { GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { DescribeExecutionCommand, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type AlertInbox, openAlertInbox, type ReceivedAlert } from '../../local/demo/alert-inbox.ts';
import { buildBundles, deployGuard } from '../../local/demo/guarded-aws.ts';
import { type LedgerView, ledgerView } from '../../local/demo/ledger-view.ts';
import { type LocalAws, startLocalAws } from '../../local/local-aws.ts';
import { dynamoFindings } from '../../shared/adapters/dynamo-findings.ts';
import { dynamoSweeps } from '../../shared/adapters/dynamo-sweeps.ts';
import { fastTimings } from '../../infra/timings.ts';
import { findingId } from '../../shared/ledger/finding-id.ts';
import type { StoredFinding } from '../../shared/ledger/finding-history.ts';
import { type SweepLine, parseSweepLine } from '../../shared/sweep/sweep-line.ts';
import type { SweepSummary } from '../../shared/sweep/sweep-summary.ts';

/** The deployed sweep, nothing faked: state machine, Lambdas, bucket and ledger; three accounts and two Regions. */
const own = '111122223333';
const partner = '444455556666';
const closed = '999988887777';
const [europe, america] = ['eu-west-1', 'us-east-1'] as const;
/** More than a run of four seconds asks for their last use. */
const manyKeys = 24;

let aws: LocalAws;
let folder: string;
let outputs: Readonly<Record<string, string>>;
let ledger: LedgerView;
let inbox: AlertInbox;
let table: { readonly client: DynamoDBClient; readonly tableName: string };
let s3: S3Client;
const alerts: ReceivedAlert[] = [];
const european: string[] = [];
let foreign = '';
let first: SweepSummary;

const clientOf = (account: string, region: string) => ({
  endpoint: aws.endpoint,
  region,
  credentials: { accessKeyId: account, secretAccessKey: 'test' },
});

const makeKey = async (account: string, region: string): Promise<string> => {
  const { KeyMetadata } = await new KMSClient(clientOf(account, region)).send(new CreateKeyCommand({}));
  return KeyMetadata?.Arn ?? '';
};

const reads = ['DescribeKey', 'GetKeyPolicy', 'GetKeyRotationStatus', 'GetKeyLastUsage', 'ListAliases', 'ListGrants'];
const trails = ['DescribeTrails', 'GetTrailStatus', 'GetEventSelectors', 'LookupEvents'];
const everyRead = [
  ...[...reads, 'ListKeys', 'ListKeyRotations', 'ListResourceTags'].map((action) => `kms:${action}`),
  ...trails.map((action) => `cloudtrail:${action}`),
];

/** A role that lets `own` in and permits these actions. */
const makeRole = async (account: string, Action: readonly string[]): Promise<void> => {
  const statement = (more: object) => ({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...more }] });
  const trust = statement({ Principal: { AWS: own }, Action: 'sts:AssumeRole' });
  const Policies = [{ PolicyName: 'look', PolicyDocument: statement({ Action, Resource: '*' }) }];
  const role = { RoleName: 'Audit', AssumeRolePolicyDocument: trust, Policies };
  const TemplateBody = JSON.stringify({ Resources: { Audit: { Type: 'AWS::IAM::Role', Properties: role } } });
  const client = new CloudFormationClient(clientOf(account, europe));
  const stack = { StackName: 'roles', TemplateBody, Capabilities: ['CAPABILITY_NAMED_IAM' as const] };
  await client.send(new CreateStackCommand(stack));
  await waitUntilStackCreateComplete({ client, maxWaitTime: 60, minDelay: 0.2 }, { StackName: 'roles' });
};

/** Runs the state machine to its end. */
const sweep = async (): Promise<SweepSummary> => {
  const client = new SFNClient(clientOf(own, europe));
  const stateMachineArn = outputs['SweepStateMachineArn'] ?? '';
  const { executionArn } = await client.send(new StartExecutionCommand({ stateMachineArn, input: '{}' }));
  for (let tries = 0; tries < 600; tries += 1) {
    const { status, cause, output } = await client.send(new DescribeExecutionCommand({ executionArn }));
    if (status !== 'RUNNING') {
      expect({ status, cause, output }).toMatchObject({ status: 'SUCCEEDED' });
      const summary = await dynamoSweeps(table).last();
      if (summary === null) throw new Error('a sweep without a summary');
      return summary;
    }
    await sleep(200);
  }
  throw new Error('the sweep does not end');
};

const findingsIn = async (account: string, region: string): Promise<readonly StoredFinding[]> => {
  const found: StoredFinding[] = [];
  for await (const finding of dynamoFindings(table).standing({ account, region }, '2000')) found.push(finding);
  return found;
};

const findingOf = async (rule: string, keyArn: string): Promise<StoredFinding | undefined> => {
  const [, , , region = '', account = ''] = keyArn.split(':');
  const id = findingId(rule, { keyArn, account, region, keyId: null });
  return (await findingsIn(account, region)).find((finding) => finding.id === id);
};

const statuses = (finding: StoredFinding | undefined) => finding?.history.map(({ status }) => status);

const objectsUnder = async (prefix: string): Promise<readonly string[]> => {
  const Bucket = outputs['SweepBucketName'];
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket, Prefix: prefix }));
  return Contents.flatMap(({ Key }) => Key ?? []).sort();
};

const textOf = async (key: string): Promise<string> => {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: outputs['SweepBucketName'], Key: key }));
  return (await Body?.transformToString()) ?? '';
};

const linesUnder = async (prefix: string): Promise<readonly SweepLine[]> => {
  const texts = await Promise.all((await objectsUnder(prefix)).map(textOf));
  return texts.flatMap((text) =>
    text
      .split('\n')
      .filter((line) => line !== '')
      .map(parseSweepLine),
  );
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kms-guard-sweep-cloud-'));
  await buildBundles();
  aws = await startLocalAws({ account: own, region: europe });
  const config = join(folder, 'guard.config.json');
  const where = { accounts: [own, partner, closed], role: 'Audit', regions: [europe, america] };
  await writeFile(config, JSON.stringify({ sweep: { ...where, regionsAtOnce: 6 } }));
  await makeRole(partner, everyRead);
  await makeRole(closed, ['kms:DescribeKey']);
  outputs = await deployGuard(aws, config);
  ledger = ledgerView(aws, outputs['TableName'] ?? '');
  inbox = await openAlertInbox(aws, outputs['TopicArn'] ?? '');
  table = { client: new DynamoDBClient(clientOf(own, europe)), tableName: outputs['TableName'] ?? '' };
  s3 = new S3Client({ ...clientOf(own, europe), forcePathStyle: true });
  for (let n = 0; n < manyKeys; n += 1) european.push(await makeKey(own, europe));
  foreign = await makeKey(partner, america);
  await makeKey(closed, europe);
}, 300_000);

afterAll(async () => {
  await aws?.stop();
  await rm(folder, { recursive: true, force: true });
}, 60_000);

describe('the sweep in the cloud', () => {
  test('looks at three accounts and two Regions in runs that follow each other, through throttling', async () => {
    await aws.bridge.addFault({ operation: 'DescribeKey', count: 3, actor: 'kms-guard-sweep' });
    await aws.bridge.addFault({ operation: 'ListKeys', count: 2 });
    first = await sweep();
    await aws.bridge.clearFaults();
    expect(first).toMatchObject({ failure: null, keys: manyKeys + 1, regions: { complete: 4, unreadable: 2 } });
    expect(first.incomplete.map(({ account, state }) => [account, state])).toEqual([
      [closed, 'unreadable'],
      [closed, 'unreadable'],
    ]);
    expect(first.incomplete[0]?.reason).toMatch(/kms:ListKeys is not permitted/);
    const runs = await objectsUnder(`${first.prefix}/keys/${own}/${europe}/`);
    expect(runs.length).toBeGreaterThan(1);
    const lines = await linesUnder(`${first.prefix}/keys/${own}/${europe}/`);
    const seen = lines.flatMap((line) => (line.line === 'key' ? [line.row.keyArn] : []));
    expect(seen.toSorted()).toEqual(european.toSorted());
    expect(lines.filter(({ line }) => line === 'end')).toHaveLength(runs.length);
    expect(JSON.parse(await textOf('sweeps/latest.json'))).toMatchObject({ id: first.id, keys: manyKeys + 1 });
  });

  test('opens findings, each once, with the words of the rule beside them', async () => {
    const stored = await findingOf('rotation-disabled', foreign);
    expect(stored).toMatchObject({ status: 'open', resolvedAt: null, firstSeen: stored?.lastSeen });
    expect(statuses(stored)).toEqual(['open']);
    const [object = ''] = await objectsUnder(`${first.prefix}/findings/${partner}/${america}/`);
    expect(await textOf(object)).toContain(stored?.id);
  });

  test('a finding that an event opens again is the same one, and stays as old as it was', async () => {
    const [key = ''] = european;
    const kms = new KMSClient(clientOf(own, europe));
    await kms.send(new EnableKeyRotationCommand({ KeyId: key }));
    await sweep();
    expect(statuses(await findingOf('rotation-disabled', key))).toEqual(['open', 'resolved']);
    await kms.send(new DisableKeyRotationCommand({ KeyId: key }));
    await ledger.waitFor(key, 'DisableKeyRotation');
    const ofEvent = await findingOf('rotation-disabled', key);
    expect(statuses(ofEvent)).toEqual(['open', 'resolved', 'open']);
    const after = await sweep();
    const { id, firstSeen, history } = ofEvent ?? {};
    expect(await findingOf('rotation-disabled', key)).toMatchObject({ id, firstSeen, history });
    expect(after.news.find(({ rule }) => rule === 'rotation-disabled')?.reopened ?? 0).toBe(0);
  });

  test('what only a sweep sees is resolved and opened again by it, once told', async () => {
    const [, key = ''] = european;
    const kms = new KMSClient(clientOf(own, europe));
    expect(await findingOf('key-without-alias', key)).toMatchObject({ status: 'open' });
    await kms.send(new CreateAliasCommand({ AliasName: 'alias/swept', TargetKeyId: key }));
    const second = await sweep();
    const gone = await findingOf('key-without-alias', key);
    expect(gone).toMatchObject({ status: 'resolved', resolvedAt: expect.stringMatching(/^20/) });
    expect(second.news.find(({ rule }) => rule === 'key-without-alias')).toMatchObject({ opened: 0, resolved: 1 });
    await kms.send(new DeleteAliasCommand({ AliasName: 'alias/swept' }));
    const third = await sweep();
    const back = await findingOf('key-without-alias', key);
    expect(statuses(back)).toEqual(['open', 'resolved', 'open']);
    expect(back?.firstSeen).toBe(gone?.firstSeen);
    expect(third.news.find(({ rule }) => rule === 'key-without-alias')).toMatchObject({ opened: 0, reopened: 1 });
  });

  test('a key that is deleted while it is swept is gone with its findings; one that is denied is told', async () => {
    const before = await findingOf('rotation-disabled', foreign);
    // What KMS answers of a key that is no more; the second answer confirms the first.
    const gone = { operation: 'DescribeKey', code: 'NotFoundException', count: 2, actor: 'kms-guard-sweep' };
    await aws.bridge.addFault(gone);
    const fourth = await sweep();
    await aws.bridge.clearFaults();
    expect(fourth.keys).toBe(manyKeys);
    expect(await findingOf('rotation-disabled', foreign)).toMatchObject({ status: 'resolved' });
    await aws.bridge.addFault({ ...gone, code: 'AccessDeniedException', count: 1 });
    const fifth = await sweep();
    await aws.bridge.clearFaults();
    expect(fifth).toMatchObject({ unreadableKeys: 1, regions: { partial: 1, unreadable: 2 } });
    expect(fifth.incomplete.map(({ reason }) => reason)).toContainEqual(
      expect.stringContaining('kms:DescribeKey is not permitted for 1 key'),
    );
    expect(await findingOf('rotation-disabled', foreign)).toMatchObject({
      status: 'resolved',
      firstSeen: before?.firstSeen,
    });
    await sweep();
    expect(statuses(await findingOf('rotation-disabled', foreign))).toEqual(['open', 'resolved', 'open']);
  });

  test('people hear of new findings once a rule, and of Regions that nobody can read', async () => {
    for (let tries = 0; tries < 20; tries += 1) {
      alerts.push(...(await inbox.receive(1)));
      if (alerts.some(({ text }) => text.includes(closed))) break;
    }
    const unread = alerts.filter(({ kind, text }) => kind === 'sweep' && text.includes(closed));
    expect(unread).toHaveLength(1);
    expect(unread[0]?.text).toContain('kms:ListKeys is not permitted');
    const told = alerts.filter(({ kind }) => kind === 'sweep').map(({ subject }) => subject);
    expect(new Set(told).size).toBe(told.length);
  });

  test('a key that KMS deletes between the list and the look is gone, with its findings, and hides no other', async () => {
    const vanishing = await makeKey(partner, america);
    await sweep();
    expect(await findingOf('rotation-disabled', vanishing)).toMatchObject({ status: 'open' });
    await aws.bridge.hold('DescribeKey');
    const running = sweep();
    // Every Region is listed, and waits for its first answer.
    while ((await aws.bridge.held()) < manyKeys / 3) await sleep(50);
    await aws.bridge.deleteKey({ account: partner, region: america, keyId: vanishing });
    await aws.bridge.release();
    const summary = await running;
    expect(summary).toMatchObject({ keys: manyKeys + 1, regions: { complete: 4, unreadable: 2 } });
    expect(await findingOf('rotation-disabled', vanishing)).toMatchObject({ status: 'resolved' });
    expect(await findingOf('rotation-disabled', foreign)).toMatchObject({ status: 'open' });
  });

  test('a run that is killed is made again, and misses no key', async () => {
    await aws.bridge.hold('GetKeyPolicy');
    const running = sweep();
    // Longer than a run may take: Lambda ends it, and the state machine begins it anew.
    const killed = (async () => {
      while ((await aws.bridge.held()) === 0) await sleep(50);
      const heldAt = new Date().toISOString();
      await sleep(fastTimings.sweepTimeout * 1_000 + 2_000);
      await aws.bridge.release();
      return heldAt;
    })();
    const [summary, heldAt] = await Promise.all([running, killed]);
    expect(summary).toMatchObject({ failure: null, keys: manyKeys + 1, regions: { complete: 4, unreadable: 2 } });
    const lines = await linesUnder(`${summary.prefix}/keys/${own}/${europe}/`);
    const seen = lines.flatMap((line) => (line.line === 'key' ? [line] : []));
    expect(seen.map(({ row }) => row.keyArn).toSorted()).toEqual(european.toSorted());
    // No look of the run that was killed is among them: each began after the call that waited.
    expect(seen.filter(({ at }) => at < heldAt)).toEqual([]);
  }, 180_000);
});
