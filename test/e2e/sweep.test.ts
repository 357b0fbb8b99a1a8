import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  CloudTrailClient,
  CreateTrailCommand,
  DeleteTrailCommand,
  PutEventSelectorsCommand,
  StartLoggingCommand,
  StopLoggingCommand,
} from '@aws-sdk/client-cloudtrail';
import {
  CreateAliasCommand,
  CreateKeyCommand,
  type CreateKeyCommandInput,
  DecryptCommand,
  DisableKeyCommand,
  EnableKeyCommand,
  EncryptCommand,
  GenerateDataKeyCommand,
  KMSClient,
  ReplicateKeyCommand,
  ScheduleKeyDeletionCommand,
} from '@aws-sdk/client-kms';
import { CreateAccountCommand, OrganizationsClient } from '@aws-sdk/client-organizations';
import { CloudFormationClient, CreateStackCommand, waitUntilStackCreateComplete } from '@aws-sdk/client-cloudformation';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod/mini';
import { root } from '../../local/demo/guarded-aws.ts';
import { cleanEnvironment } from '../../local/environment.ts';
import { type LocalAws, startLocalAws } from '../../local/local-aws.ts';
import { parseCall } from '../../shared/calls/parse.ts';
import { defaultConfig } from '../../shared/config/config.ts';
import { evaluate } from '../../shared/evaluate.ts';
import { offlineFacts } from '../../shared/facts/gather.ts';
import { stored } from '../../shared/judge.ts';
import { ledgerEntry } from '../../shared/ledger/ledger-entry.ts';
import { rules } from '../../shared/rules/index.ts';

/** The command itself, on three accounts and two Regions of the local AWS. */
const own = '111122223333';
const partner = '444455556666';
const closed = '999988887777';
const regions = ['eu-west-1', 'us-east-1'] as const;

let aws: LocalAws;
let folder: string;
const keys: Record<'plain' | 'pending' | 'american' | 'foreign' | 'hidden', string> = {
  plain: '',
  pending: '',
  american: '',
  foreign: '',
  hidden: '',
};

const clientOf = (account: string, region: string) => ({
  endpoint: aws.endpoint,
  region,
  credentials: { accessKeyId: account, secretAccessKey: 'test' },
});

const makeKey = async (account: string, region: string, input: CreateKeyCommandInput = {}): Promise<string> => {
  const { KeyMetadata } = await new KMSClient(clientOf(account, region)).send(new CreateKeyCommand(input));
  return KeyMetadata?.Arn ?? '';
};

const readActions = [
  'kms:ListKeys',
  'kms:ListAliases',
  'kms:DescribeKey',
  'kms:GetKeyPolicy',
  'kms:GetKeyRotationStatus',
  'kms:ListResourceTags',
  'kms:ListGrants',
  'kms:GetKeyLastUsage',
  'kms:ListKeyRotations',
  'cloudtrail:LookupEvents',
  'cloudtrail:DescribeTrails',
  'cloudtrail:GetTrailStatus',
  'cloudtrail:GetEventSelectors',
];

/** A role that lets `own` in and permits these actions. */
const role = (RoleName: string, Action: readonly string[]) => ({
  Type: 'AWS::IAM::Role',
  Properties: {
    RoleName,
    AssumeRolePolicyDocument: {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { AWS: own }, Action: 'sts:AssumeRole' }],
    },
    Policies: [
      {
        PolicyName: 'look',
        PolicyDocument: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action, Resource: '*' }] },
      },
    ],
  },
});

const makeRoles = async (account: string, Resources: Readonly<Record<string, object>>): Promise<void> => {
  const client = new CloudFormationClient(clientOf(account, regions[0]));
  await client.send(
    new CreateStackCommand({
      StackName: 'roles',
      TemplateBody: JSON.stringify({ Resources }),
      Capabilities: ['CAPABILITY_NAMED_IAM'],
    }),
  );
  await waitUntilStackCreateComplete({ client, maxWaitTime: 60, minDelay: 0.2 }, { StackName: 'roles' });
};

const reportSchema = z.object({
  keys: z.number(),
  apiCalls: z.record(z.string(), z.number()),
  regions: z.array(
    z.object({
      account: z.string(),
      region: z.string(),
      keys: z.number(),
      state: z.enum(['complete', 'partial', 'unreadable']),
      reason: z.nullable(z.string()),
    }),
  ),
  findings: z.array(
    z.looseObject({
      id: z.string(),
      rule: z.string(),
      region: z.string(),
      keyArn: z.nullable(z.string()),
      aliases: z.array(z.string()),
      message: z.string(),
      messageId: z.string(),
    }),
  ),
});

type Ran = { readonly status: number; readonly out: string; readonly err: string };

const run = (...args: readonly string[]): Promise<Ran> =>
  new Promise((resolve) => {
    const env = { ...cleanEnvironment(), ...aws.env, AWS_EC2_METADATA_DISABLED: 'true' };
    const main = join(root, 'cli', 'main.ts');
    const child = execFile(process.execPath, [main, 'sweep', ...args], { env, cwd: folder }, (_error, out, err) => {
      resolve({ status: child.exitCode ?? -1, out, err });
    });
  });

const sweep = async (...args: readonly string[]) => {
  const ran = await run('--json', ...args);
  return { ...ran, report: reportSchema.parse(JSON.parse(ran.out)) };
};

const everywhere = regions.flatMap((region) => ['--region', region]);

beforeAll(async () => {
  aws = await startLocalAws({ account: own });
  folder = await mkdtemp(join(tmpdir(), 'kms-guard-sweep-'));
  await makeRoles(partner, {
    Audit: role('Audit', readActions),
    Half: role(
      'Half',
      readActions.filter((action) => action !== 'kms:GetKeyPolicy'),
    ),
  });
  await makeRoles(closed, { Audit: role('Audit', ['kms:DescribeKey']) });
  keys.plain = await makeKey(own, 'eu-west-1');
  keys.pending = await makeKey(own, 'eu-west-1');
  keys.american = await makeKey(own, 'us-east-1');
  keys.foreign = await makeKey(partner, 'us-east-1');
  keys.hidden = await makeKey(closed, 'eu-west-1');
  const european = new KMSClient(clientOf(own, 'eu-west-1'));
  await european.send(new CreateAliasCommand({ AliasName: 'alias/app', TargetKeyId: keys.plain }));
  await european.send(new ScheduleKeyDeletionCommand({ KeyId: keys.pending, PendingWindowInDays: 7 }));
}, 180_000);

afterAll(async () => {
  await aws.stop();
  await rm(folder, { recursive: true, force: true });
}, 60_000);

describe('sweep on the local AWS', () => {
  test('looks at three accounts and two Regions, and says which it could not read and why', async () => {
    const accounts = [own, partner, closed].flatMap((account) => ['--account', account]);
    const { status, report } = await sweep(...accounts, '--role', 'Audit', ...everywhere);
    const states = report.regions.map(
      ({ account, region, keys: count, state }) => `${account} ${region} ${count} ${state}`,
    );
    expect(states).toEqual([
      `${own} eu-west-1 2 complete`,
      `${own} us-east-1 1 complete`,
      `${partner} eu-west-1 0 complete`,
      `${partner} us-east-1 1 complete`,
      `${closed} eu-west-1 0 unreadable`,
      `${closed} us-east-1 0 unreadable`,
    ]);
    expect(report.regions.at(-1)?.reason).toMatch(/kms:ListKeys is not permitted/);
    expect(report.keys).toBe(4);
    expect(status).toBe(3);
    const found = (rule: string) =>
      report.findings.flatMap((finding) => (finding.rule === rule ? (finding.keyArn ?? []) : []));
    expect(found('deletion-scheduled')).toEqual([keys.pending]);
    expect(found('rotation-disabled').sort()).toEqual([keys.plain, keys.american, keys.foreign].sort());
    expect(report.findings.find(({ keyArn }) => keyArn === keys.plain)?.aliases).toEqual(['alias/app']);
    expect(report.findings.map(({ keyArn }) => keyArn)).not.toContain(keys.hidden);
  });

  test('an account whose role does not exist is unreadable, and does not hide the others', async () => {
    const { status, report } = await sweep(
      '--account',
      own,
      '--account',
      partner,
      '--role',
      'Missing',
      '--region',
      'us-east-1',
    );
    expect(report.regions.map(({ state }) => state)).toEqual(['complete', 'unreadable']);
    expect(report.regions[1]?.reason).toMatch(/AssumeRole/);
    expect(report.findings.map(({ keyArn }) => keyArn)).toContain(keys.american);
    expect(status).toBe(3);
  });

  test('a missing permission is named, and its Region is partial', async () => {
    const { report } = await sweep('--account', partner, '--role', 'Half', '--region', 'us-east-1');
    expect(report.regions).toMatchObject([
      { keys: 1, state: 'partial', reason: 'kms:GetKeyPolicy is not permitted for 1 key' },
    ]);
  });

  test('goes on through throttling, and counts the throttled calls', async () => {
    const calm = await sweep('--region', 'eu-west-1');
    await aws.bridge.addFault({ operation: 'DescribeKey', count: 3 });
    await aws.bridge.addFault({ operation: 'ListKeys', count: 2 });
    const { report } = await sweep('--region', 'eu-west-1');
    await aws.bridge.clearFaults();
    expect(report.regions.map(({ state }) => state)).toEqual(['complete']);
    expect(report.apiCalls['DescribeKey']).toBe((calm.report.apiCalls['DescribeKey'] ?? 0) + 3);
    expect(report.apiCalls['ListKeys']).toBe((calm.report.apiCalls['ListKeys'] ?? 0) + 2);
    expect(report.findings.map(({ id }) => id)).toEqual(calm.report.findings.map(({ id }) => id));
  });

  test('a finding has the id that the event has given it', async () => {
    const records = await aws.bridge.records();
    const scheduling = records.find(({ record }) => record['eventName'] === 'ScheduleKeyDeletion');
    const parsed = parseCall(scheduling?.record);
    if (parsed.unreadable) throw new Error(parsed.reason);
    const { call } = parsed;
    const settings = { rules, config: defaultConfig, ownRoles: [] };
    const { verdicts, decision } = evaluate(settings, { call, facts: offlineFacts(call), now: Date.now() });
    const intent = { verdicts: verdicts.map(stored), decision };
    const entry = ledgerEntry({ guard: 'deletion-guard', call, intent, outcomes: [], now: Date.now() });
    const ofEvent = entry.findings.find(({ rule }) => rule === 'deletion-scheduled');
    const { report } = await sweep('--region', 'eu-west-1');
    expect(report.findings.find(({ rule }) => rule === 'deletion-scheduled')?.id).toBe(ofEvent?.id);
  });

  test('--all-accounts are those of the organization; --region all are the ones enabled in each', async () => {
    const organizations = new OrganizationsClient(clientOf(own, 'us-east-1'));
    const { CreateAccountStatus } = await organizations.send(
      new CreateAccountCommand({ AccountName: 'new', Email: 'new@example.com' }),
    );
    const made = CreateAccountStatus?.AccountId ?? '';
    const { status, report } = await sweep('--all-accounts', '--role', 'Audit', '--region', 'all');
    const seen = (account: string) => report.regions.filter((each) => each.account === account);
    expect(new Set(report.regions.map(({ account }) => account))).toEqual(new Set([own, made]));
    expect(seen(own).map(({ region }) => region)).toEqual(expect.arrayContaining([...regions]));
    expect(seen(own).every(({ state }) => state === 'complete')).toBe(true);
    expect(seen(made)).toMatchObject([
      { region: 'all', state: 'unreadable', reason: expect.stringContaining('AssumeRole') },
    ]);
    expect(report.findings.map(({ keyArn }) => keyArn)).toEqual(expect.arrayContaining([keys.plain, keys.american]));
    expect(status).toBe(3);
  });

  test('a Region without a trail that logs KMS is a finding of its own, and one trail sees for every Region', async () => {
    const american = new CloudTrailClient(clientOf(own, 'us-east-1'));
    const told = async () => {
      const { report } = await sweep(...everywhere, '--rule', 'trail-blind');
      expect(report.regions.map(({ state }) => state)).toEqual(['complete', 'complete']);
      return report.findings.map(({ region, keyArn, messageId }) => ({ region, keyArn, messageId }));
    };
    const blindBy = (messageId: string) => regions.map((region) => ({ region, keyArn: null, messageId }));
    expect(await told()).toEqual(blindBy('noTrail'));
    const trail = { Name: 'audit', S3BucketName: 'audit-logs', IsMultiRegionTrail: true };
    await american.send(new CreateTrailCommand(trail));
    await american.send(new StartLoggingCommand({ Name: 'audit' }));
    expect(await told()).toEqual([]);
    const selector = { ReadWriteType: 'All', IncludeManagementEvents: true } as const;
    const withoutKms = { ...selector, ExcludeManagementEventSources: ['kms.amazonaws.com'] };
    await american.send(new PutEventSelectorsCommand({ TrailName: 'audit', EventSelectors: [withoutKms] }));
    expect(await told()).toEqual(blindBy('blind'));
    await american.send(new PutEventSelectorsCommand({ TrailName: 'audit', EventSelectors: [selector] }));
    await american.send(new StopLoggingCommand({ Name: 'audit' }));
    expect(await told()).toEqual(blindBy('blind'));
    await american.send(new DeleteTrailCommand({ Name: 'audit' }));
  });

  test('a replica that drifts is named at its primary, read in its own Region', async () => {
    const Tags = [{ TagKey: 'owner', TagValue: 'payments' }];
    const primary = await makeKey(own, 'eu-west-1', { MultiRegion: true, Tags });
    const replicate = { KeyId: primary, ReplicaRegion: 'us-east-1', Tags };
    const { ReplicaKeyMetadata } = await new KMSClient(clientOf(own, 'eu-west-1')).send(
      new ReplicateKeyCommand(replicate),
    );
    const american = new KMSClient(clientOf(own, 'us-east-1'));
    const drift = async () => {
      const { report } = await sweep(...everywhere, '--rule', 'replica-drift');
      return report.findings.map(({ keyArn, message }) => ({ keyArn, message }));
    };
    expect(await drift()).toEqual([]);
    await american.send(new DisableKeyCommand({ KeyId: ReplicaKeyMetadata?.Arn }));
    const message = 'Replicas do not match this primary: us-east-1 (state)';
    expect(await drift()).toEqual([{ keyArn: primary, message }]);
    // What is asked of relatives elsewhere is counted, though nobody sweeps their Region.
    const { report } = await sweep('--region', 'eu-west-1', '--rule', 'replica-drift');
    expect(report.apiCalls['GetKeyPolicy']).toBe(report.keys + 1);
    await american.send(new EnableKeyCommand({ KeyId: ReplicaKeyMetadata?.Arn }));
  });

  test('a key that is deleted between the list and the look is gone, and hides no other', async () => {
    const vanishing = await makeKey(own, 'us-east-1');
    await aws.bridge.hold('DescribeKey');
    const running = sweep('--region', 'us-east-1');
    while ((await aws.bridge.held()) < 2) await sleep(50);
    await aws.bridge.deleteKey({ account: own, region: 'us-east-1', keyId: vanishing });
    await aws.bridge.release();
    const { report } = await running;
    expect(report.regions).toMatchObject([{ state: 'complete', reason: null }]);
    const seen = report.findings.map(({ keyArn }) => keyArn);
    expect(seen).toContain(keys.american);
    expect(seen).not.toContain(vanishing);
    expect(report.apiCalls['DescribeKey']).toBeGreaterThan(report.keys);
  });

  test('lists page after page, and misses no key', async () => {
    const asian = { ...clientOf(own, 'ap-south-1'), maxAttempts: 5 };
    const kms = new KMSClient(asian);
    const made: string[] = [];
    for (let n = 0; n < 1_010; n += 1) made.push((await kms.send(new CreateKeyCommand({}))).KeyMetadata?.Arn ?? '');
    const { report } = await sweep('--region', 'ap-south-1', '--rule', 'key-without-alias');
    expect(new Set(report.findings.map(({ keyArn }) => keyArn))).toEqual(new Set(made));
    expect(report.apiCalls['ListKeys']).toBe(2);
    expect(report.keys).toBe(1_010);
  });

  test('uses that failed for want of a key pending deletion are named, with who needs it', async () => {
    const european = new KMSClient(clientOf(own, 'eu-west-1'));
    const KeyId = await makeKey(own, 'eu-west-1');
    const { CiphertextBlob } = await european.send(new EncryptCommand({ KeyId, Plaintext: Buffer.from('42') }));
    await european.send(new ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays: 7 }));
    const needed = async () => {
      const { report } = await sweep('--region', 'eu-west-1', '--rule', 'pending-key-needed');
      return report.findings.filter(({ keyArn }) => keyArn === KeyId);
    };
    expect(await needed()).toEqual([]);
    const by = (operation: string) => [
      {
        messageId: 'failing',
        message: expect.stringMatching(
          `the last one ${operation} by .*assumed-role/PlatformAdmin/dana@example.com on 20`,
        ),
      },
    ];
    // Who decrypts need not name the key.
    await expect(european.send(new DecryptCommand({ CiphertextBlob }))).rejects.toThrow('pending deletion');
    expect(await needed()).toMatchObject(by('Decrypt'));
    await expect(european.send(new GenerateDataKeyCommand({ KeyId, KeySpec: 'AES_256' }))).rejects.toThrow('pending');
    expect(await needed()).toMatchObject(by('GenerateDataKey'));
    expect((await aws.bridge.records()).map(({ record }) => record['eventName'])).not.toContain('Decrypt');
  });

  test('prints a table, writes CSV beside it, and respects --endpoint-url', async () => {
    const file = join(folder, 'keys.csv');
    const args = ['--region', 'us-east-1', '--endpoint-url', aws.endpoint, '--format', 'csv', '--output', file];
    const { status, out, err } = await run(...args, '--format', 'table');
    expect(out).toContain('rotation-disabled');
    expect(await readFile(file, 'utf8')).toContain(`"${keys.american}"`);
    expect(err).toBe('');
    expect(status).toBe(1);
  });
});
