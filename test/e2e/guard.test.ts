import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  CreateAliasCommand,
  CreateKeyCommand,
  DescribeKeyCommand,
  DisableKeyCommand,
  DisableKeyRotationCommand,
  EnableKeyRotationCommand,
  EncryptCommand,
  GetKeyRotationStatusCommand,
  KMSClient,
  ScheduleKeyDeletionCommand,
} from '@aws-sdk/client-kms';
import { ReceiveMessageCommand, SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AlertInbox, openAlertInbox, type ReceivedAlert } from '../../local/demo/alert-inbox.ts';
import { buildBundles, clientSettings, deployGuard } from '../../local/demo/guarded-aws.ts';
import { type LedgerView, ledgerView } from '../../local/demo/ledger-view.ts';
import { type LocalAws, startLocalAws } from '../../local/local-aws.ts';
import { envelope, record } from '../support/records.ts';

/** The whole path, nothing faked: the CDK app, EventBridge, SQS, the Lambda bundles, KMS, SNS and DynamoDB on the local AWS. */
let aws: LocalAws;
let kms: KMSClient;
let sqs: SQSClient;
let outputs: Readonly<Record<string, string>>;
let ledger: LedgerView;
let inbox: AlertInbox;
let folder: string;
let waived: string;
const alerts: ReceivedAlert[] = [];

/** One actor makes all the calls here, in seconds: that is no storm. */
const calm = { storm: { after: 1000 } };

const enforce = { cancelKeyDeletion: 'enforce', restoreKeyState: 'enforce', enableKeyRotation: 'enforce' };

const makeKey = async (): Promise<string> => {
  const { KeyMetadata } = await kms.send(new CreateKeyCommand({}));
  return KeyMetadata?.Arn ?? '';
};

/** A key that is in use, seen by the guard when it was made. */
const makeUsedKey = async (): Promise<string> => {
  const key = await makeKey();
  await kms.send(new EncryptCommand({ KeyId: key, Plaintext: Buffer.from('secret') }));
  await ledger.waitFor(key, 'CreateKey', { guard: 'deletion-guard' });
  return key;
};

const stateOf = async (key: string): Promise<string> =>
  (await kms.send(new DescribeKeyCommand({ KeyId: key }))).KeyMetadata?.KeyState ?? '';

const scheduleDeletion = (key: string, days = 7) =>
  kms.send(new ScheduleKeyDeletionCommand({ KeyId: key, PendingWindowInDays: days }));

const until = async <T>(ask: () => Promise<T | undefined>, seconds = 30): Promise<T | undefined> => {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined || Date.now() > deadline) return answer;
    await sleep(100);
  }
};

const alertAbout = (matches: (alert: ReceivedAlert) => boolean): Promise<ReceivedAlert | undefined> =>
  until(async () => {
    alerts.push(...(await inbox.receive(0)));
    return alerts.find(matches);
  });

const deploy = async (modes: Readonly<Record<string, string>>): Promise<void> => {
  const config = join(folder, 'guard.config.json');
  const waiver = (rule: string) => ({
    rule,
    keys: [waived],
    owner: 'orders team',
    reason: 'the service behind it was retired',
    expires: '2999-12-31',
  });
  const waivers = [waiver('deletion-scheduled'), waiver('deletion-window-short')];
  await writeFile(config, JSON.stringify({ modes: { remedies: modes }, waivers, alerts: calm }));
  outputs = await deployGuard(aws, config);
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kms-guard-e2e-'));
  await buildBundles();
  aws = await startLocalAws();
  kms = new KMSClient(clientSettings(aws));
  sqs = new SQSClient(clientSettings(aws));
  waived = await makeKey();
  await deploy(enforce);
  ledger = ledgerView(aws, outputs['TableName'] ?? '');
  inbox = await openAlertInbox(aws, outputs['TopicArn'] ?? '');
});

afterAll(async () => {
  await aws?.stop();
  await rm(folder, { recursive: true, force: true });
});

describe('in enforce mode', () => {
  it('cancels the deletion of a key in use and restores it to Enabled', async () => {
    const key = await makeUsedKey();
    await kms.send(new CreateAliasCommand({ AliasName: 'alias/e2e-orders', TargetKeyId: key }));
    await scheduleDeletion(key);
    const entry = await ledger.waitFor(key, 'ScheduleKeyDeletion');
    expect(await stateOf(key)).toBe('Enabled');
    expect(entry?.outcomes).toMatchObject([
      { remedy: 'cancelKeyDeletion', outcome: 'done' },
      { remedy: 'restoreKeyState', outcome: 'done' },
    ]);
    const alert = await alertAbout(({ keyArn }) => keyArn === key);
    expect(alert?.subject).toContain('Key deletion cancelled, key enabled: alias/e2e-orders');
    expect(alert?.text).toContain('It was last used 0 days ago');
  });

  it('restores a key to Disabled when it was', async () => {
    const key = await makeUsedKey();
    await kms.send(new DisableKeyCommand({ KeyId: key }));
    await ledger.waitFor(key, 'DisableKey');
    await scheduleDeletion(key);
    const entry = await ledger.waitFor(key, 'ScheduleKeyDeletion');
    expect(entry?.outcomes).toMatchObject([{ outcome: 'done' }, { remedy: 'restoreKeyState', outcome: 'already-so' }]);
    expect(await stateOf(key)).toBe('Disabled');
  });

  it('restores a key whose making the guard has not seen, by what CloudTrail shows', async () => {
    const key = await makeKey();
    await kms.send(new EncryptCommand({ KeyId: key, Plaintext: Buffer.from('secret') }));
    await scheduleDeletion(key);
    await ledger.waitFor(key, 'ScheduleKeyDeletion');
    expect(await stateOf(key)).toBe('Enabled');
  });

  it('does not act on its own calls, and learns from them', async () => {
    const key = await makeUsedKey();
    await scheduleDeletion(key);
    const own = await ledger.waitFor(key, 'EnableKey');
    expect(own?.decision).toMatchObject({ action: 'ignore', reasons: [{ id: 'own-actor' }] });
    expect((await ledger.entries(key)).map(({ call }) => call.eventName)).toContain('CancelKeyDeletion');
  });

  it('switches rotation on again, with the period it had', async () => {
    const key = await makeKey();
    await kms.send(new EnableKeyRotationCommand({ KeyId: key, RotationPeriodInDays: 200 }));
    await ledger.waitFor(key, 'EnableKeyRotation');
    await kms.send(new DisableKeyRotationCommand({ KeyId: key }));
    const entry = await ledger.waitFor(key, 'DisableKeyRotation');
    expect(entry?.outcomes).toMatchObject([{ remedy: 'enableKeyRotation', outcome: 'done' }]);
    const status = await kms.send(new GetKeyRotationStatusCommand({ KeyId: key }));
    expect(status).toMatchObject({ KeyRotationEnabled: true, RotationPeriodInDays: 200 });
  });

  it('lets a deletion stand that the configuration waives', async () => {
    await scheduleDeletion(waived);
    const entry = await ledger.waitFor(waived, 'ScheduleKeyDeletion');
    expect(entry?.decision).toMatchObject({
      action: 'ignore',
      reasons: [{ id: 'waived', owner: 'orders team' }, { id: 'waived' }],
    });
    expect(await stateOf(waived)).toBe('PendingDeletion');
  });

  it('lets a deletion stand that is proven safe', async () => {
    const key = await makeKey();
    const createdAt = new Date(Date.now() - 400 * 86_400_000).toISOString();
    const { account, region } = aws;
    await aws.bridge.setUsage({ account, region, keyId: key, createdAt, trackingStartedAt: createdAt, lastUse: null });
    await scheduleDeletion(key, 30);
    expect((await ledger.waitFor(key, 'ScheduleKeyDeletion'))?.decision.action).toBe('ignore');
    expect(await stateOf(key)).toBe('PendingDeletion');
  });
});

describe('what comes over the bus', () => {
  const put = (detail: Readonly<Record<string, unknown>>) =>
    aws.bridge.putEvent({ account: aws.account, region: aws.region, detail });
  const about = (key: string, eventID: string) =>
    record({ eventName: 'ScheduleKeyDeletion', key, eventID, eventTime: new Date().toISOString() });

  it('is handled once, however often it comes', async () => {
    const key = await makeUsedKey();
    await scheduleDeletion(key);
    const first = await ledger.waitFor(key, 'ScheduleKeyDeletion');
    const written = (await aws.bridge.records()).find((each) => each.record['eventID'] === first?.eventID);
    for (let n = 0; n < 3; n += 1) await put(written?.record ?? {});
    await alertAbout(({ keyArn }) => keyArn === key);
    await sleep(2_000);
    expect((await ledger.entries(key)).filter(({ call }) => call.eventName === 'ScheduleKeyDeletion')).toHaveLength(1);
    alerts.push(...(await inbox.receive(1)));
    expect(alerts.filter(({ keyArn }) => keyArn === key)).toHaveLength(1);
  });

  it('alerts about a key that is gone', async () => {
    const key = `arn:aws:kms:${aws.region}:${aws.account}:key/${randomUUID()}`;
    const eventID = randomUUID();
    await put(about(key, eventID));
    const alert = await alertAbout((each) => each.eventID === eventID);
    expect(alert?.text).toContain('no longer exists');
    expect((await ledger.entries(key))[0]?.outcomes).toEqual([]);
  });

  it('alerts about a denied attempt', async () => {
    const key = await makeUsedKey();
    const code = 'AccessDeniedException';
    await aws.bridge.addFault({
      operation: 'ScheduleKeyDeletion',
      code,
      status: 400,
      count: 1,
      message: 'not authorized',
    });
    await expect(scheduleDeletion(key)).rejects.toThrow('not authorized');
    const entry = await ledger.waitFor(key, 'ScheduleKeyDeletion');
    expect(entry?.verdicts).toContainEqual(
      expect.objectContaining({ rule: 'deletion-attempted', verdict: 'violation' }),
    );
    expect(entry?.call.failure).toMatchObject({ errorCode: expect.stringContaining('AccessDenied') });
    expect((await alertAbout(({ keyArn }) => keyArn === key))?.text).toContain('AccessDenied');
    expect(await stateOf(key)).toBe('Enabled');
  });

  it('goes to the dead letters when it is malformed, while its batch-mates are handled', async () => {
    const key = await makeUsedKey();
    await kms.send(new DisableKeyCommand({ KeyId: key }));
    await ledger.waitFor(key, 'DisableKey');
    const good = envelope(
      record({ eventName: 'EnableKey', key, eventID: randomUUID(), eventTime: new Date().toISOString() }),
    );
    const bad = [
      'this is not JSON',
      JSON.stringify(envelope({ eventName: 'ScheduleKeyDeletion', marker: randomUUID() })),
    ];
    await sqs.send(
      new SendMessageBatchCommand({
        QueueUrl: outputs['DeletionGuardInboxUrl'],
        Entries: [...bad, JSON.stringify(good)].map((MessageBody, n) => ({ Id: `m${n}`, MessageBody })),
      }),
    );
    expect(await ledger.waitFor(key, 'EnableKey')).toBeDefined();
    const dead: string[] = [];
    await until(async () => {
      const { Messages = [] } = await sqs.send(
        new ReceiveMessageCommand({ QueueUrl: outputs['DeletionGuardDeadLettersUrl'], MaxNumberOfMessages: 10 }),
      );
      dead.push(...Messages.map(({ Body = '' }) => Body));
      return dead.length >= 2 ? true : undefined;
    });
    expect(dead.toSorted()).toEqual(bad.toSorted());
    expect((await alertAbout(({ kind }) => kind === 'unreadable'))?.subject).toContain('could not handle an event');
  });

  it('survives throttling of KMS', async () => {
    const key = await makeUsedKey();
    await aws.bridge.addFault({ operation: 'CancelKeyDeletion', code: 'ThrottlingException', status: 400, count: 2 });
    await scheduleDeletion(key);
    await ledger.waitFor(key, 'ScheduleKeyDeletion', { seconds: 60 });
    expect(await stateOf(key)).toBe('Enabled');
  });
});

describe('in observe mode', () => {
  it('says what it would have done, and leaves the key as it is', async () => {
    await deploy({});
    const key = await makeUsedKey();
    await scheduleDeletion(key);
    const entry = await ledger.waitFor(key, 'ScheduleKeyDeletion');
    expect(entry?.decision).toMatchObject({ action: 'alert', remedy: null, wouldRemedy: 'cancelKeyDeletion' });
    expect((await alertAbout(({ keyArn }) => keyArn === key))?.text).toContain(
      'in enforce mode the guard would run cancelKeyDeletion',
    );
    expect(await stateOf(key)).toBe('PendingDeletion');
  });
});
