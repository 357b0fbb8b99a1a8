import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  CreateKeyCommand,
  DescribeKeyCommand,
  EncryptCommand,
  KMSClient,
  ScheduleKeyDeletionCommand,
} from '@aws-sdk/client-kms';
import { DescribeExecutionCommand, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type AlertInbox, openAlertInbox, type ReceivedAlert } from '../../local/demo/alert-inbox.ts';
import { buildBundles, clientSettings, deployGuard } from '../../local/demo/guarded-aws.ts';
import { type EntryView, type LedgerView, ledgerView } from '../../local/demo/ledger-view.ts';
import { type LocalAws, startLocalAws } from '../../local/local-aws.ts';

/** Events that were lost, or came when nothing could be done: the deployed sweep brings the call to the deployed guard. */
let aws: LocalAws;
let kms: KMSClient;
let folder: string;
let outputs: Readonly<Record<string, string>>;
let ledger: LedgerView;
let inbox: AlertInbox;
const alerts: ReceivedAlert[] = [];

const deploy = async (cancelKeyDeletion: 'observe' | 'enforce'): Promise<void> => {
  const config = join(folder, 'guard.config.json');
  const modes = { remedies: { cancelKeyDeletion, restoreKeyState: cancelKeyDeletion } };
  const sweep = { accounts: 'own', regions: [aws.region] };
  await writeFile(config, JSON.stringify({ modes, sweep, alerts: { storm: { after: 1000 } } }));
  outputs = await deployGuard(aws, config);
};

const makeUsedKey = async (): Promise<string> => {
  const { KeyMetadata } = await kms.send(new CreateKeyCommand({}));
  const key = KeyMetadata?.Arn ?? '';
  await kms.send(new EncryptCommand({ KeyId: key, Plaintext: Buffer.from('secret') }));
  await ledger.waitFor(key, 'CreateKey', { guard: 'deletion-guard' });
  return key;
};

const stateOf = async (key: string): Promise<string> =>
  (await kms.send(new DescribeKeyCommand({ KeyId: key }))).KeyMetadata?.KeyState ?? '';

const runSweep = async (): Promise<void> => {
  const client = new SFNClient(clientSettings(aws));
  const stateMachineArn = outputs['SweepStateMachineArn'] ?? '';
  const { executionArn } = await client.send(new StartExecutionCommand({ stateMachineArn, input: '{}' }));
  for (let tries = 0; tries < 600; tries += 1) {
    const { status, cause } = await client.send(new DescribeExecutionCommand({ executionArn }));
    if (status !== 'RUNNING') return expect({ status, cause }).toMatchObject({ status: 'SUCCEEDED' });
    await sleep(200);
  }
  throw new Error('the sweep does not end');
};

const until = async (isSo: () => Promise<boolean>): Promise<boolean> => {
  for (let tries = 0; tries < 200; tries += 1) {
    if (await isSo()) return true;
    await sleep(150);
  }
  return false;
};

const broughtEntries = async (key: string): Promise<readonly EntryView[]> =>
  (await ledger.entries(key)).filter(({ decision }) => decision.reasons.some(({ id }) => id === 'brought-by-sweep'));

const alertsAbout = async (key: string): Promise<readonly ReceivedAlert[]> => {
  alerts.push(...(await inbox.receive(1)));
  return alerts.filter(({ keyArn, kind }) => kind === 'key' && keyArn === key);
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kms-guard-sweep-brings-'));
  await buildBundles();
  aws = await startLocalAws();
  kms = new KMSClient(clientSettings(aws));
  await deploy('enforce');
  ledger = ledgerView(aws, outputs['TableName'] ?? '');
  inbox = await openAlertInbox(aws, outputs['TopicArn'] ?? '');
}, 300_000);

afterAll(async () => {
  await aws?.stop();
  await rm(folder, { recursive: true, force: true });
}, 60_000);

describe('a deletion that the guard did not undo', () => {
  test('because its event was lost is undone by the sweep, once, and the alert says why', async () => {
    const key = await makeUsedKey();
    await aws.bridge.lose('ScheduleKeyDeletion');
    await kms.send(new ScheduleKeyDeletionCommand({ KeyId: key, PendingWindowInDays: 7 }));
    await aws.bridge.records();
    await aws.bridge.stopLosing();
    expect(await stateOf(key)).toBe('PendingDeletion');
    await runSweep();
    expect(await until(async () => (await broughtEntries(key)).length > 0)).toBe(true);
    expect(await stateOf(key)).toBe('Enabled');
    expect(await until(async () => (await alertsAbout(key)).length > 0)).toBe(true);
    const [alert] = await alertsAbout(key);
    expect(alert?.subject).toContain('Key deletion cancelled, key enabled');
    expect(alert?.text).toContain('the nightly sweep found the key still pending and brought this call');
    await runSweep();
    await sleep(2_000);
    expect(await broughtEntries(key)).toHaveLength(1);
    expect(await alertsAbout(key)).toHaveLength(1);
    const cancels = (await aws.bridge.records()).filter(({ record }) => record['eventName'] === 'CancelKeyDeletion');
    expect(cancels).toHaveLength(1);
    expect(await stateOf(key)).toBe('Enabled');
  });

  test('because it came in observe mode stands as long as that lasts, and is undone in the first night of enforce', async () => {
    await deploy('observe');
    const key = await makeUsedKey();
    await kms.send(new ScheduleKeyDeletionCommand({ KeyId: key, PendingWindowInDays: 7 }));
    expect(await ledger.waitFor(key, 'ScheduleKeyDeletion')).toMatchObject({ decision: { action: 'alert' } });
    await runSweep();
    expect(await stateOf(key)).toBe('PendingDeletion');
    await deploy('enforce');
    await runSweep();
    expect(await until(async () => (await broughtEntries(key)).length > 0)).toBe(true);
    expect(await stateOf(key)).toBe('Enabled');
    expect(await until(async () => (await alertsAbout(key)).length === 2)).toBe(true);
    expect(await broughtEntries(key)).toMatchObject([
      { outcomes: [{ outcome: 'done' }, { remedy: 'restoreKeyState', outcome: 'done' }] },
    ]);
  });
});
