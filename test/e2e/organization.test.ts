import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CloudFormationClient, CreateStackCommand, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  DisableRuleCommand,
  EnableRuleCommand,
  EventBridgeClient,
  ListRuleNamesByTargetCommand,
  ListTargetsByRuleCommand,
  PutEventsCommand,
  PutTargetsCommand,
  RemoveTargetsCommand,
} from '@aws-sdk/client-eventbridge';
import {
  CreateKeyCommand,
  DescribeKeyCommand,
  EncryptCommand,
  KMSClient,
  ScheduleKeyDeletionCommand,
} from '@aws-sdk/client-kms';
import { DescribeExecutionCommand, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { memberTemplate } from '../../infra/member-template.ts';
import { type AlertInbox, openAlertInbox, type ReceivedAlert } from '../../local/demo/alert-inbox.ts';
import { buildBundles, deployGuard } from '../../local/demo/guarded-aws.ts';
import { type LedgerView, ledgerView } from '../../local/demo/ledger-view.ts';
import { type LocalAws, startLocalAws } from '../../local/local-aws.ts';
import { dynamoFindings } from '../../shared/adapters/dynamo-findings.ts';
import { dynamoSweeps } from '../../shared/adapters/dynamo-sweeps.ts';
import { configSchema } from '../../shared/config/config.ts';
import { remedyNames } from '../../shared/remedies/remedy-names.ts';
import { rules } from '../../shared/rules/index.ts';
import { defenceEvent } from '../support/defence-records.ts';
import { record } from '../support/records.ts';

/** A guard in the security account, three member accounts with two Regions each, one account that is no member: real templates. */
const security = '111122223333';
const members = ['444455556666', '555566667777', '666677778888'] as const;
const outsider = '999988887777';
const regions = ['eu-west-1', 'us-east-1'] as const;
const organization = { id: 'o-a1b2c3d4e5', externalId: 'an-external-id-of-tests' };
const config = {
  modes: { remedies: Object.fromEntries(remedyNames.map((remedy) => [remedy, 'enforce'])) },
  organization,
  sweep: { accounts: [...members, outsider], regions: [...regions] },
  // Each alert by itself, however many come at a time.
  alerts: { storm: { after: 1000 } },
};

let aws: LocalAws;
let folder: string;
let outputs: Readonly<Record<string, string>>;
let ledger: LedgerView;
let inbox: AlertInbox;
const alerts: ReceivedAlert[] = [];

const clientOf = (account: string, region: string) => ({
  endpoint: aws.endpoint,
  region,
  credentials: { accessKeyId: account, secretAccessKey: 'test' },
});
const kmsOf = (account: string, region: string) => new KMSClient(clientOf(account, region));

const alertAbout = async (matches: (alert: ReceivedAlert) => boolean): Promise<ReceivedAlert | undefined> => {
  const deadline = Date.now() + 30_000;
  for (;;) {
    alerts.push(...(await inbox.receive(0)));
    const found = alerts.find(matches);
    if (found !== undefined || Date.now() > deadline) return found;
    await sleep(100);
  }
};

/** What a StackSet does: the member template, in each Region of an account. */
const deployMember = async (account: string): Promise<void> => {
  const { organization: parsed, ...rest } = configSchema.parse(config);
  if (parsed === null) throw new Error('no organization');
  const template = memberTemplate({ rules, config: { ...rest, organization: parsed }, organization: parsed });
  const parameters = {
    GuardAccount: security,
    GuardRoleArns: outputs['GuardRoleArns'] ?? '',
    ReaderRoleArns: outputs['ReaderRoleArns'] ?? '',
    MembersBusArn: outputs['MembersBusArn'] ?? '',
    HomeRegion: regions[0],
  };
  for (const region of regions) {
    const client = new CloudFormationClient(clientOf(account, region));
    await client.send(
      new CreateStackCommand({
        StackName: 'KmsGuardMember',
        TemplateBody: JSON.stringify(template),
        Capabilities: ['CAPABILITY_NAMED_IAM'],
        Parameters: Object.entries(parameters).map(([ParameterKey, ParameterValue]) => ({
          ParameterKey,
          ParameterValue,
        })),
      }),
    );
    await made(client);
  }
};

const made = async (client: CloudFormationClient): Promise<void> => {
  for (;;) {
    const { Stacks } = await client.send(new DescribeStacksCommand({ StackName: 'KmsGuardMember' }));
    const [stack] = Stacks ?? [];
    if (stack?.StackStatus === 'CREATE_COMPLETE') return;
    if (stack?.StackStatus !== 'CREATE_IN_PROGRESS')
      throw new Error(`${stack?.StackStatus}: ${stack?.StackStatusReason}`);
    await sleep(50);
  }
};

/** A key that is in use. */
const makeUsedKey = async (kms: KMSClient): Promise<string> => {
  const { KeyMetadata } = await kms.send(new CreateKeyCommand({}));
  const key = KeyMetadata?.Arn ?? '';
  await kms.send(new EncryptCommand({ KeyId: key, Plaintext: Buffer.from('secret') }));
  return key;
};
const stateOf = async (kms: KMSClient, key: string): Promise<string | undefined> =>
  (await kms.send(new DescribeKeyCommand({ KeyId: key }))).KeyMetadata?.KeyState;
const schedule = (kms: KMSClient, key: string) =>
  kms.send(new ScheduleKeyDeletionCommand({ KeyId: key, PendingWindowInDays: 7 }));

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kms-guard-organization-'));
  await buildBundles();
  aws = await startLocalAws({ account: security, region: regions[0] });
  await aws.bridge.setOrganization({ id: organization.id, accounts: [security, ...members] });
  const file = join(folder, 'guard.config.json');
  await writeFile(file, JSON.stringify(config));
  outputs = await deployGuard(aws, file);
  // A StackSet reaches the security account too.
  for (const account of [security, ...members, outsider]) await deployMember(account);
  ledger = ledgerView(aws, outputs['TableName'] ?? '');
  inbox = await openAlertInbox(aws, outputs['TopicArn'] ?? '');
});

afterAll(async () => {
  await aws?.stop();
  await rm(folder, { recursive: true, force: true });
});

describe('members', () => {
  it.each(members.flatMap((account) => regions.map((region) => [account, region] as const)))(
    'a deletion in %s %s is cancelled and restored by the guard in the security account',
    async (account, region) => {
      const kms = kmsOf(account, region);
      const key = await makeUsedKey(kms);
      await ledger.waitFor(key, 'CreateKey', { guard: 'deletion-guard' });
      await schedule(kms, key);
      const entry = await ledger.waitFor(key, 'ScheduleKeyDeletion');
      expect(entry?.outcomes).toMatchObject([
        { remedy: 'cancelKeyDeletion', outcome: 'done' },
        { remedy: 'restoreKeyState', outcome: 'done' },
      ]);
      expect(await stateOf(kms, key)).toBe('Enabled');
      expect((await alertAbout(({ keyArn }) => keyArn === key))?.text).toContain(account);
    },
  );

  it.each(regions)(
    'a deletion in the security account itself, in %s, is cancelled and restored once, however many ways the call comes',
    async (region) => {
      const kms = kmsOf(security, region);
      const key = await makeUsedKey(kms);
      await ledger.waitFor(key, 'CreateKey', { guard: 'deletion-guard' });
      await schedule(kms, key);
      const entry = await ledger.waitFor(key, 'ScheduleKeyDeletion');
      expect(entry?.outcomes).toMatchObject([
        { remedy: 'cancelKeyDeletion', outcome: 'done' },
        { remedy: 'restoreKeyState', outcome: 'done' },
      ]);
      expect(await stateOf(kms, key)).toBe('Enabled');
      const own = await ledger.waitFor(key, 'CancelKeyDeletion');
      expect(own?.decision).toMatchObject({ action: 'ignore', reasons: [{ id: 'own-actor' }] });
      const cancelled = (await aws.bridge.records()).filter(
        ({ record: { eventName }, record: entire }) =>
          eventName === 'CancelKeyDeletion' && JSON.stringify(entire).includes(key),
      );
      expect(cancelled).toHaveLength(1);
    },
  );

  it('CloudTrail of the member shows that it was the guard, and the guard does not chase itself', async () => {
    const kms = kmsOf(members[0], regions[1]);
    const key = await makeUsedKey(kms);
    await schedule(kms, key);
    await ledger.waitFor(key, 'ScheduleKeyDeletion');
    const own = await ledger.waitFor(key, 'CancelKeyDeletion');
    expect(own?.decision).toMatchObject({ action: 'ignore', reasons: [{ id: 'own-actor' }] });
    const written = (await aws.bridge.records()).find(
      ({ record: { eventName }, record: entry }) =>
        eventName === 'CancelKeyDeletion' && JSON.stringify(entry).includes(key),
    );
    expect(written).toMatchObject({
      account: members[0],
      region: regions[1],
      record: {
        userIdentity: {
          arn: `arn:aws:sts::${members[0]}:assumed-role/kms-guard-responder/deletion-guard`,
          sessionContext: { sourceIdentity: 'kms-guard' },
        },
      },
    });
  });
});

describe('self-defence in members', () => {
  it.each([
    ['cloudtrail', 'StopLogging', { name: 'a-trail-of-the-member' }],
    ['iam', 'DeleteRole', { roleName: 'kms-guard-responder' }],
    ['events', 'DisableRule', { name: 'KmsGuardMember-ForwardingCalls-x9Y8z7' }],
  ])('%s %s in a member reaches the guard in the security account', async (service, name, request) => {
    const eventID = randomUUID();
    const { source, detail } = defenceEvent({ service }, { name }, { eventID, request });
    const [account, region] = [members[2], regions[1]];
    const place = { recipientAccountId: account, awsRegion: region };
    await aws.bridge.putEvent({ account, region, source: String(source), detail: { ...Object(detail), ...place } });
    const alert = await alertAbout((each) => each.eventID === eventID);
    expect(alert).toMatchObject({ kind: 'defence', severity: 'critical', account, region });
  });
});

const sweepNow = async () => {
  const client = new SFNClient(clientOf(security, regions[0]));
  const stateMachineArn = outputs['SweepStateMachineArn'] ?? '';
  const { executionArn } = await client.send(new StartExecutionCommand({ stateMachineArn, input: '{}' }));
  for (;;) {
    const { status, cause } = await client.send(new DescribeExecutionCommand({ executionArn }));
    if (status === 'SUCCEEDED') break;
    if (status !== 'RUNNING') throw new Error(`${status}: ${cause}`);
    await sleep(200);
  }
  const table = { client: new DynamoDBClient(clientOf(security, regions[0])), tableName: outputs['TableName'] ?? '' };
  /** What stands about a Region as a whole that passes its calls on, or does not. */
  const forwarding = async (account: string, region: string) => {
    const found = [];
    for await (const finding of dynamoFindings(table).standing({ account, region }, '2000-01-01T00:00:00Z'))
      if (finding.rule === 'forwarding-missing') found.push(finding);
    return found.map(({ status, verdict, severity, message, data }) => ({ status, verdict, severity, message, data }));
  };
  return { summary: await dynamoSweeps(table).last(), forwarding };
};

describe('the sweep', () => {
  it('reads every member through its responder, and names the account that does not let it in', async () => {
    const { summary, forwarding } = await sweepNow();
    expect(summary).toMatchObject({ failure: null, regions: { unreadable: 2 } });
    expect(summary?.incomplete.filter(({ state }) => state === 'unreadable')).toMatchObject(
      regions.map((region) => ({ account: outsider, region, reason: expect.stringContaining('sts:AssumeRole') })),
    );
    expect(summary?.keys).toBeGreaterThanOrEqual(members.length * regions.length);
    expect(summary?.unreadableKeys).toBe(0);
    const asked = (await aws.bridge.records()).filter(({ record: entry }) =>
      JSON.stringify(entry).includes('assumed-role/kms-guard-responder/kms-guard-sweep'),
    );
    expect(asked.map(({ record: { eventName } }) => eventName)).toEqual([]);
    // In the security account the guard's own Region is no member, and its other ones are not swept.
    for (const account of members) for (const region of regions) expect(await forwarding(account, region)).toEqual([]);
  });

  it('tells of a member whose rule somebody switched off or took the target from, and that it is well again', async () => {
    const [account, region] = [members[1], regions[1]];
    const events = new EventBridgeClient(clientOf(account, region));
    const { RuleNames = [] } = await events.send(
      new ListRuleNamesByTargetCommand({ TargetArn: outputs['MembersBusArn'] }),
    );
    const Name = RuleNames.find((name) => name.includes('ForwardingCalls'));
    await events.send(new DisableRuleCommand({ Name }));
    const open = { status: 'open', verdict: 'violation', severity: 'high', message: 'missing' };
    const lost = 'kms.amazonaws.com ScheduleKeyDeletion';
    const reasons = [{ id: 'notPassed', eventSource: 'kms.amazonaws.com' }];
    const disabled = await sweepNow();
    expect(await disabled.forwarding(account, region)).toMatchObject([
      { ...open, data: { notPassed: expect.arrayContaining([lost]), reasons: [...reasons, { id: 'disabled' }] } },
    ]);
    expect(await disabled.forwarding(account, regions[0])).toEqual([]);
    const alert = await alertAbout(({ kind, text }) => kind === 'sweep' && text.includes('forwarding-missing'));
    expect(alert).toMatchObject({ severity: 'high' });
    expect(alert?.text).toContain(`${account} in ${region}`);

    await events.send(new EnableRuleCommand({ Name }));
    const { forwarding: well } = await sweepNow();
    expect(await well(account, region)).toMatchObject([{ status: 'resolved' }]);

    const { Targets = [] } = await events.send(new ListTargetsByRuleCommand({ Rule: Name }));
    await events.send(new RemoveTargetsCommand({ Rule: Name, Ids: Targets.flatMap(({ Id }) => Id ?? []) }));
    const { forwarding: aimless } = await sweepNow();
    expect(await aimless(account, region)).toMatchObject([
      { ...open, data: { notPassed: expect.arrayContaining([lost]) } },
    ]);
    await events.send(new PutTargetsCommand({ Rule: Name, Targets }));
    const { forwarding: whole } = await sweepNow();
    expect(await whole(account, region)).toMatchObject([{ status: 'resolved' }]);
  });

  it('brings the guard the call of a member whose event was lost, found through the responder of that Region', async () => {
    const kms = kmsOf(members[0], regions[1]);
    const key = await makeUsedKey(kms);
    await ledger.waitFor(key, 'CreateKey', { guard: 'deletion-guard' });
    await aws.bridge.lose('ScheduleKeyDeletion');
    await schedule(kms, key);
    await aws.bridge.records();
    await aws.bridge.stopLosing();
    await sweepNow();
    const entry = await ledger.waitFor(key, 'ScheduleKeyDeletion');
    expect(entry?.decision.reasons.map(({ id }) => id)).toContain('brought-by-sweep');
    expect(entry?.outcomes).toMatchObject([
      { remedy: 'cancelKeyDeletion', outcome: 'done' },
      { remedy: 'restoreKeyState', outcome: 'done' },
    ]);
    expect(await stateOf(kms, key)).toBe('Enabled');
  });
});

describe('who is not believed', () => {
  it('a member that tells of a key in another account is reported as forged, and nothing is done', async () => {
    const victim = await makeUsedKey(kmsOf(members[1], regions[0]));
    const eventID = randomUUID();
    const told = record({ eventID, eventName: 'ScheduleKeyDeletion', key: victim });
    const detail = { ...told, recipientAccountId: members[1] };
    await aws.bridge.putEvent({ account: members[0], region: regions[0], detail });
    const alert = await alertAbout((each) => each.eventID === eventID);
    expect(alert?.kind).toBe('unreadable');
    expect(alert?.text).toContain(`$.account: forged, it comes from "${members[0]}" and tells of ${members[1]}`);
    expect(await ledger.entries(victim)).not.toContainEqual(expect.objectContaining({ eventID }));
  });

  it('an account outside the organization cannot put events on the bus', async () => {
    const entry = { EventBusName: outputs['MembersBusArn'], Source: 'mallory', DetailType: 'x', Detail: '{}' };
    const put = new EventBridgeClient(clientOf(outsider, regions[0])).send(new PutEventsCommand({ Entries: [entry] }));
    await expect(put).rejects.toMatchObject({ name: 'AccessDeniedException' });
  });

  it('nor can its rules, even with the member template deployed', async () => {
    const kms = kmsOf(outsider, regions[0]);
    const key = await makeUsedKey(kms);
    await schedule(kms, key);
    // An event of a member, put after it, has been through everything when its entry is there.
    const member = kmsOf(members[2], regions[0]);
    const after = await makeUsedKey(member);
    await ledger.waitFor(after, 'CreateKey', { guard: 'deletion-guard' });
    expect(await ledger.entries(key)).toEqual([]);
    expect(await stateOf(kms, key)).toBe('PendingDeletion');
  });
});
