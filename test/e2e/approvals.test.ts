import { execFile } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  CreateKeyCommand,
  DescribeKeyCommand,
  EncryptCommand,
  KMSClient,
  ScheduleKeyDeletionCommand,
} from '@aws-sdk/client-kms';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildBundles, clientSettings, root } from '../../local/demo/guarded-aws.ts';
import { type LedgerView, ledgerView } from '../../local/demo/ledger-view.ts';
import { type LocalAws, startLocalAws } from '../../local/local-aws.ts';
import { postFunctionUrl } from '../../local/post-function-url.ts';
import { dynamoApprovalBook } from '../../shared/adapters/dynamo-approval-book.ts';
import { dynamoWaivers } from '../../shared/adapters/dynamo-waivers.ts';
import type { ApprovalBook } from '../../shared/approval-book.ts';
import { approvalBookContract, approvalOf } from '../support/approval-book-contract.ts';
import { buttonValue, clickBody, signatureOf, signingSecret } from '../support/slack-click.ts';
import { waiverBookContract } from '../support/waiver-book-contract.ts';

/** Approvals from the terminal and from Slack, through the real stack on the local AWS: nothing of the guard is faked. */
let aws: LocalAws;
let kms: KMSClient;
let dynamo: DynamoDBClient;
let outputs: Readonly<Record<string, string>>;
let ledger: LedgerView;
let approvals: ApprovalBook;
let folder: string;
let config: string;
let hooks: Server;
const replies: string[] = [];

const session = (role: string, name: string): string => `arn:aws:sts::${aws.account}:assumed-role/${role}/${name}`;
const dana = (): string => session('PlatformAdmin', 'dana@example.com');

const makeUsedKey = async (): Promise<string> => {
  const { KeyMetadata } = await kms.send(new CreateKeyCommand({}));
  const key = KeyMetadata?.Arn ?? '';
  await kms.send(new EncryptCommand({ KeyId: key, Plaintext: Buffer.from('secret') }));
  await ledger.waitFor(key, 'CreateKey', { guard: 'deletion-guard' });
  return key;
};

const stateOf = async (key: string): Promise<string> =>
  (await kms.send(new DescribeKeyCommand({ KeyId: key }))).KeyMetadata?.KeyState ?? '';

const until = async <T>(ask: () => Promise<T | undefined>, seconds = 30): Promise<T | undefined> => {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined || Date.now() > deadline) return answer;
    await sleep(100);
  }
};

/** Schedules as somebody, and waits for what the guard made of it: the entry, and the state of the key then. */
const schedule = async (key: string, { by = dana(), days = 7 } = {}) => {
  await aws.bridge.setActor(aws.account, by);
  // Two in one second stand in no order of time.
  const before = new Set((await ledger.entries(key)).map(({ eventID }) => eventID));
  await kms.send(new ScheduleKeyDeletionCommand({ KeyId: key, PendingWindowInDays: days }));
  const entry = await until(async () => {
    const all = await ledger.entries(key);
    return all.find(({ eventID, call }) => call.eventName === 'ScheduleKeyDeletion' && !before.has(eventID));
  });
  return { entry, state: await stateOf(key) };
};

/** `kms-guard ...` in a process of its own, with the local AWS's credentials. */
const guard = (...args: readonly string[]) =>
  new Promise<{ status: number; out: string; err: string }>((resolve) => {
    const env = {
      PATH: process.env['PATH'] ?? '',
      AWS_ACCESS_KEY_ID: aws.account,
      AWS_SECRET_ACCESS_KEY: 'test',
      AWS_REGION: aws.region,
    };
    const where = ['--endpoint-url', aws.endpoint, '--config', config];
    execFile(process.execPath, ['cli/main.ts', ...args, ...where], { cwd: root, env }, (error, out, err) =>
      resolve({ status: typeof error?.code === 'number' ? error.code : error === null ? 0 : 99, out, err }),
    );
  });

const grant = async (key: string, ...more: readonly string[]): Promise<string> => {
  const { status, out, err } = await guard(
    'approvals',
    'grant',
    '--key',
    key,
    '--requester',
    dana(),
    '--days',
    '7',
    '--reason',
    'the orders service was retired',
    '--json',
    ...more,
  );
  expect([status, err]).toEqual([0, '']);
  return out;
};

const click = async (body: string, secret = signingSecret) => {
  const timestamp = String(Math.floor(Date.now() / 1000));
  const headers = {
    'content-type': 'application/x-www-form-urlencoded',
    'x-slack-request-timestamp': timestamp,
    'x-slack-signature': signatureOf(body, timestamp, secret),
  };
  return postFunctionUrl({ endpoint: aws.endpoint, url: outputs['SlackActionsUrl'] ?? '', headers, body });
};

const listenForReplies = async (): Promise<number> => {
  hooks = createServer((incoming, outgoing) => {
    void text(incoming).then((body) => {
      replies.push(body);
      outgoing.end('ok');
    });
  });
  await new Promise<void>((resolve) => hooks.listen(0, '127.0.0.1', resolve));
  const address = hooks.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
};

const deploy = async (port: number): Promise<void> => {
  const secrets = new SecretsManagerClient(clientSettings(aws));
  const made = await secrets.send(new CreateSecretCommand({ Name: 'slack-signing', SecretString: signingSecret }));
  const slack = {
    signingSecretArn: made.ARN,
    users: {
      U0DANA: { name: 'Dana', principals: ['arn:aws:sts::*:assumed-role/*/dana@example.com'] },
      U0EVE: { name: 'Eve', principals: [`arn:aws:iam::${aws.account}:root`] },
    },
    approvers: ['U0EVE'],
  };
  const remedies = { cancelKeyDeletion: 'enforce', restoreKeyState: 'enforce' };
  config = join(folder, 'guard.config.json');
  await writeFile(config, JSON.stringify({ modes: { remedies }, slack }));
  const context = { config, fast: 'true', slackApiUrl: `http://127.0.0.1:${port}/api/` };
  await aws.deploy({ app: 'node infra/app.ts', cwd: root, stacks: ['KmsGuard'], context });
  const stacks = await new CloudFormationClient(clientSettings(aws)).send(
    new DescribeStacksCommand({ StackName: 'KmsGuard' }),
  );
  const found = stacks.Stacks?.[0]?.Outputs ?? [];
  outputs = Object.fromEntries(found.map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]));
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kms-guard-approvals-'));
  await buildBundles();
  aws = await startLocalAws();
  kms = new KMSClient(clientSettings(aws));
  dynamo = new DynamoDBClient(clientSettings(aws));
  await deploy(await listenForReplies());
  ledger = ledgerView(aws, outputs['TableName'] ?? '');
  approvals = dynamoApprovalBook({ client: dynamo, tableName: outputs['TableName'] ?? '' });
});

afterAll(async () => {
  await aws?.stop();
  hooks?.close();
  await rm(folder, { recursive: true, force: true });
});

describe('an approval from the terminal', () => {
  it('lets the requester schedule the deletion: INFO, and once', async () => {
    const key = await makeUsedKey();
    const approval: unknown = JSON.parse(await grant(key));
    expect(approval).toMatchObject({ keyArn: key, requester: dana(), approver: { name: 'Eve' } });
    const { entry, state } = await schedule(key);
    expect(state).toBe('PendingDeletion');
    expect(entry?.decision).toMatchObject({
      action: 'alert',
      severity: 'info',
      reasons: [{ id: 'approved', approver: 'Eve' }],
    });
    expect(entry?.outcomes).toEqual([]);
    const listed: unknown = JSON.parse((await guard('approvals', 'list', '--key', key, '--json')).out);
    expect(listed).toMatchObject([{ state: 'used', used: { eventID: entry?.eventID } }]);
  });

  const misfitOf = (why: string) =>
    expect.objectContaining({ id: 'approval-mismatch', misfit: expect.objectContaining({ why }) });

  it('is not for another requester', async () => {
    const key = await makeUsedKey();
    await grant(key);
    const { entry, state } = await schedule(key, { by: session('PlatformAdmin', 'mallory') });
    expect(state).toBe('Enabled');
    expect(entry?.decision).toMatchObject({ action: 'remedy', severity: 'critical' });
    expect(entry?.decision.reasons).toContainEqual(misfitOf('other-requester'));
  });

  it('is not for a shorter window', async () => {
    const key = await makeUsedKey();
    await grant(key, '--days', '14');
    const { entry, state } = await schedule(key);
    expect(state).toBe('Enabled');
    expect(entry?.decision.reasons).toContainEqual(misfitOf('short-window'));
  });

  it('ends', async () => {
    const key = await makeUsedKey();
    const past = new Date(Date.now() - 1_000).toISOString();
    const eve = { arn: `arn:aws:iam::${aws.account}:root`, slackUser: null, name: 'Eve' };
    await approvals.add(approvalOf({ keyArn: key, requester: dana(), approver: eve, until: past }));
    const { entry, state } = await schedule(key);
    expect(state).toBe('Enabled');
    expect(entry?.decision.reasons).toContainEqual(misfitOf('expired'));
  });

  it('is taken back', async () => {
    const key = await makeUsedKey();
    const id = /"id":"([^"]+)"/.exec(await grant(key))?.[1] ?? '';
    expect(await guard('approvals', 'revoke', id)).toMatchObject({
      status: 0,
      out: expect.stringContaining('is revoked'),
    });
    const { entry, state } = await schedule(key);
    expect(state).toBe('Enabled');
    expect(entry?.decision.reasons).toContainEqual(misfitOf('revoked'));
  });

  it('is refused to whoever asks for himself, in one line', async () => {
    const key = await makeUsedKey();
    const requester = `arn:aws:iam::${aws.account}:root`;
    const reason = ['--reason', 'the orders service was retired'];
    const { status, err } = await guard('approvals', 'grant', '--key', key, '--requester', requester, ...reason);
    expect(status).toBe(2);
    expect(err).toMatch(/^kms-guard: approvals: not granted: .*may be the same person.*\n$/);
  });
});

describe('a waiver of the ledger', () => {
  it('by a tag of a key that is made later', async () => {
    const tomorrow = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10);
    const add = (rule: string) =>
      guard(
        'waivers',
        'add',
        '--rule',
        rule,
        '--for',
        'tag:stage=sandbox',
        '--owner',
        'sandbox',
        '--reason',
        'keys of sandboxes come and go',
        '--expires',
        tomorrow,
      );
    for (const rule of ['deletion-scheduled', 'deletion-window-short']) expect((await add(rule)).status).toBe(0);
    const { KeyMetadata } = await kms.send(new CreateKeyCommand({ Tags: [{ TagKey: 'stage', TagValue: 'sandbox' }] }));
    const key = KeyMetadata?.Arn ?? '';
    const { entry, state } = await schedule(key);
    expect(entry?.decision).toMatchObject({
      action: 'ignore',
      reasons: [{ id: 'waived', owner: 'sandbox' }, { id: 'waived' }],
    });
    expect(state).toBe('PendingDeletion');
    expect((await guard('waivers', 'check')).status).toBe(1);
    const listed: unknown = JSON.parse((await guard('waivers', 'list', '--json')).out);
    for (const { id } of Array.isArray(listed) ? listed : []) await guard('waivers', 'remove', String(id));
    expect((await guard('waivers', 'check')).status).toBe(0);
  });
});

describe('a button in Slack', () => {
  it('lets in nobody without the signature of the very body', async () => {
    const body = clickBody();
    expect(await click(body, 'another secret')).toEqual({ status: 401, body: 'refused' });
    const url = outputs['SlackActionsUrl'] ?? '';
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    expect(await postFunctionUrl({ endpoint: aws.endpoint, url, headers, body })).toEqual({
      status: 401,
      body: 'refused',
    });
  });

  it('approves what the guard cancelled: the requester schedules again, and it stands; and keeps the key after all', async () => {
    const key = await makeUsedKey();
    const first = await schedule(key);
    expect(first.state).toBe('Enabled');
    const value = buttonValue({ keyArn: key, eventID: first.entry?.eventID ?? null, deletionDate: null });
    const responseUrl = `http://127.0.0.1:${portOf(hooks)}/actions/1`;
    expect(await click(clickBody({ user: 'U0EVE', action: 'approve', value, responseUrl }))).toEqual({
      status: 200,
      body: '',
    });
    const approval = await until(async () => {
      const all = await approvals.of(key);
      return all.known ? all.value[0] : undefined;
    });
    expect(approval).toMatchObject({
      requester: dana(),
      approver: { slackUser: 'U0EVE' },
      minimumWindowInDays: 7,
      used: null,
    });
    expect(await until(async () => replies.find((each) => each.includes('Approved')))).toContain('"ephemeral"');
    const second = await schedule(key);
    expect(second.state).toBe('PendingDeletion');
    expect(second.entry?.decision).toMatchObject({ severity: 'info', reasons: [{ id: 'approved' }] });

    const keep = clickBody({
      user: 'U0EVE',
      action: 'keep',
      value: { ...value, eventID: second.entry?.eventID ?? null },
      responseUrl,
    });
    expect((await click(keep)).status).toBe(200);
    expect(await until(async () => ((await stateOf(key)) === 'Enabled' ? 'Enabled' : undefined))).toBe('Enabled');
    expect(await until(async () => replies.find((each) => each.includes('Kept')))).toContain('restoreKeyState: done');
  });

  it('is used once, and answers whoever may not approve', async () => {
    const key = await makeUsedKey();
    const { entry } = await schedule(key);
    const value = buttonValue({ keyArn: key, eventID: entry?.eventID ?? null, deletionDate: null });
    const responseUrl = `http://127.0.0.1:${portOf(hooks)}/actions/2`;
    const body = clickBody({ user: 'U0DANA', action: 'approve', value, responseUrl });
    const timestamp = String(Math.floor(Date.now() / 1000));
    const headers = {
      'content-type': 'application/x-www-form-urlencoded',
      'x-slack-request-timestamp': timestamp,
      'x-slack-signature': signatureOf(body, timestamp),
    };
    const url = outputs['SlackActionsUrl'] ?? '';
    const post = () => postFunctionUrl({ endpoint: aws.endpoint, url, headers, body });
    expect((await post()).status).toBe(200);
    expect(await post()).toEqual({ status: 409, body: 'refused' });
    expect(
      await until(async () => replies.find((each) => each.includes('A second person must approve it'))),
    ).toBeDefined();
    expect(await approvals.of(key)).toMatchObject({ value: [] });
  });
});

const portOf = (server: Server): number => {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
};

let tables = 0;
const emptyTable = async () => {
  tables += 1;
  const tableName = `books-${tables}`;
  const attribute = (AttributeName: string) => ({ AttributeName, AttributeType: 'S' }) as const;
  await dynamo.send(
    new CreateTableCommand({
      TableName: tableName,
      AttributeDefinitions: [attribute('pk'), attribute('sk')],
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      BillingMode: 'PAY_PER_REQUEST',
    }),
  );
  return { client: dynamo, tableName };
};

describe('approvals on DynamoDB', () => {
  approvalBookContract(async () => dynamoApprovalBook(await emptyTable()));
});

describe('waivers on DynamoDB', () => {
  waiverBookContract(async () => dynamoWaivers(await emptyTable()));
});
