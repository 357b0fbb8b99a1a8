import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CreateKeyCommand, GetPublicKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { DescribeExecutionCommand, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, expect, test } from 'vitest';
import * as z from 'zod/mini';
import { type AlertInbox, openAlertInbox, type ReceivedAlert } from '../../local/demo/alert-inbox.ts';
import { buildBundles, deployGuard } from '../../local/demo/guarded-aws.ts';
import { type LocalAws, startLocalAws } from '../../local/local-aws.ts';
import { cleanEnvironment } from '../../local/environment.ts';

/** The deployed report, nothing faked: a sweep, the Lambda, its bucket, a signing key, and the alert with its link. */
const own = '111122223333';
const region = 'eu-west-1';

let aws: LocalAws;
let folder: string;
let configFile = '';
let outputs: Readonly<Record<string, string>>;
let inbox: AlertInbox;
let s3: S3Client;
let kms: KMSClient;
let signingKeyArn = '';

const client = () => ({ endpoint: aws.endpoint, region, credentials: { accessKeyId: own, secretAccessKey: 'test' } });

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kms-guard-report-e2e-'));
  await buildBundles();
  aws = await startLocalAws({ account: own, region });
  kms = new KMSClient(client());
  s3 = new S3Client({ ...client(), forcePathStyle: true });
  const signing = { KeyUsage: 'SIGN_VERIFY', KeySpec: 'ECC_NIST_P256' } as const;
  signingKeyArn = (await kms.send(new CreateKeyCommand(signing))).KeyMetadata?.Arn ?? '';
  await kms.send(new CreateKeyCommand({}));
  configFile = join(folder, 'guard.config.json');
  const objectLock = { mode: 'GOVERNANCE', days: 1 };
  const reports = { schedules: ['daily', 'weekly'], title: 'Local estate', objectLock, signingKeyArn };
  await writeFile(configFile, JSON.stringify({ sweep: { regions: [region] }, reports }));
  outputs = await deployGuard(aws, configFile);
  inbox = await openAlertInbox(aws, outputs['TopicArn'] ?? '');
}, 300_000);

afterAll(async () => {
  await aws?.stop();
  await rm(folder, { recursive: true, force: true });
}, 60_000);

const sweep = async (): Promise<void> => {
  const machine = new SFNClient(client());
  const stateMachineArn = outputs['SweepStateMachineArn'] ?? '';
  const { executionArn } = await machine.send(new StartExecutionCommand({ stateMachineArn, input: '{}' }));
  for (let tries = 0; tries < 600; tries += 1) {
    const { status } = await machine.send(new DescribeExecutionCommand({ executionArn }));
    if (status === 'SUCCEEDED') return;
    expect(status).toBe('RUNNING');
    await sleep(200);
  }
  throw new Error('the sweep does not end');
};

const madeSchema = z.object({ prefix: z.string(), files: z.number(), sweep: z.string() });

const makeReport = async (): Promise<z.infer<typeof madeSchema>> => {
  const request = { FunctionName: outputs['ReportFunctionName'], Payload: JSON.stringify({ kind: 'daily' }) };
  const { Payload, FunctionError } = await new LambdaClient(client()).send(new InvokeCommand(request));
  const text = Buffer.from(Payload ?? []).toString();
  expect({ FunctionError, text }).toMatchObject({ FunctionError: undefined });
  return madeSchema.parse(JSON.parse(text));
};

const download = async (prefix: string): Promise<string> => {
  const to = join(folder, 'evidence');
  await mkdir(to);
  const Bucket = outputs['ReportBucketName'];
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket, Prefix: prefix }));
  for (const { Key = '' } of Contents) {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
    await writeFile(join(to, Key.slice(prefix.length)), (await Body?.transformToByteArray()) ?? '');
  }
  return to;
};

type Ran = { readonly status: number | null; readonly out: string; readonly err: string };

/** As a person runs it, with the credentials of the own account. */
const report = (...args: readonly string[]): Promise<Ran> =>
  new Promise((done) => {
    const env = { ...cleanEnvironment(), ...aws.env, AWS_EC2_METADATA_DISABLED: 'true' };
    const options = { env, maxBuffer: 1 << 26 };
    const child = execFile(process.execPath, ['cli/main.ts', 'report', ...args], options, (_error, out, err) =>
      done({ status: child.exitCode, out, err }),
    );
  });
const verify = (...args: readonly string[]) => report('verify', ...args);

const alertOfReport = async (): Promise<ReceivedAlert> => {
  for (let tries = 0; tries < 30; tries += 1) {
    const found = (await inbox.receive(2)).find(({ kind }) => kind === 'report');
    if (found !== undefined) return found;
  }
  throw new Error('no alert about the report');
};

test('a report is made, signed with KMS, verified by the command line, and told with a link that opens it', async () => {
  await sweep();
  const made = await makeReport();
  expect(made.sweep).toBe('complete');
  const evidence = await download(made.prefix);
  const trusted = join(folder, 'own.der');
  const { PublicKey = new Uint8Array() } = await kms.send(new GetPublicKeyCommand({ KeyId: signingKeyArn }));
  await writeFile(trusted, PublicKey);
  const checked = await verify(evidence, '--public-key', trusted);
  expect(checked.out).toContain(`The manifest is signed by ${signingKeyArn}`);
  expect(checked.status).toBe(0);
  const html = await readFile(join(evidence, 'report.html'), 'utf8');
  expect(html).toContain('Local estate');
  await writeFile(join(evidence, 'report.html'), html.replace('Local', 'Other'));
  const ofKms = await verify(evidence, '--key', signingKeyArn);
  expect(ofKms.out).toContain(`The manifest is signed by ${signingKeyArn}`);
  expect(await verify(evidence)).toMatchObject({ status: 1, out: expect.stringMatching(/^CHANGED {2}report\.html/m) });

  const alert = await alertOfReport();
  const link = /https?:\/\/\S+/.exec(alert.text)?.[0] ?? '';
  expect(link).toContain('X-Amz-Signature=');
  const opened = await fetch(link);
  expect([opened.status, await opened.text()]).toEqual([200, html]);
}, 180_000);

test('the command line makes the same report from the ledger', async () => {
  const { prefix } = await makeReport();
  const Bucket = outputs['ReportBucketName'];
  const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key: `${prefix}report.json` }));
  const made = (await Body?.transformToString()) ?? '';
  const { period } = z.object({ period: z.object({ to: z.string() }) }).parse(JSON.parse(made));
  const place = ['--stack', 'KmsGuard', '--config', configFile];
  const told = await report(...place, '--period', 'daily', '--at', period.to, '--format', 'json');
  expect([told.err, told.status]).toEqual(['', 1]);
  expect(told.out).toBe(made);
  const nowhere = await report('--stack', 'Nowhere', '--config', configFile);
  expect(nowhere).toMatchObject({ status: 2, out: '' });
  expect(nowhere.err).toMatch(/^kms-guard: report: the stack Nowhere could not be asked for \([^\n]+\n$/);
}, 180_000);
