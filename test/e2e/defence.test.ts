import { CloudFormationClient, CreateStackCommand, waitUntilStackCreateComplete } from '@aws-sdk/client-cloudformation';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type AlertInbox, openAlertInbox, type ReceivedAlert } from '../../local/demo/alert-inbox.ts';
import { type GuardedAws, startGuardedAws } from '../../local/demo/guarded-aws.ts';
import { documentedConfigs, wholeTemplate } from '../../scripts/documented-templates.ts';
import { defenceEvent } from '../support/defence-records.ts';

/** Calls against the guard itself, on the local AWS: the rules as deployed, the bundle of the self-guard, the notifier, SNS. */
let guarded: GuardedAws;
let inbox: AlertInbox;
const alerts: ReceivedAlert[] = [];

beforeAll(async () => {
  guarded = await startGuardedAws();
  inbox = await openAlertInbox(guarded.aws, guarded.outputs['TopicArn'] ?? '');
});

afterAll(async () => {
  await guarded?.aws.stop();
});

/** As CloudTrail would, on the default bus: the local AWS records calls of KMS only. */
const recordCall = async (...[service, event, some]: Parameters<typeof defenceEvent>): Promise<void> => {
  const { account, region, bridge } = guarded.aws;
  const { source, detail } = defenceEvent(service, event, some);
  const place = { recipientAccountId: account, awsRegion: region };
  await bridge.putEvent({ account, region, source: String(source), detail: { ...Object(detail), ...place } });
};

const alertAbout = async (eventID: string, seconds = 60): Promise<ReceivedAlert | undefined> => {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    const found = alerts.find((alert) => alert.eventID === eventID);
    if (found !== undefined || Date.now() > deadline) return found;
    alerts.push(...(await inbox.receive(1)));
  }
};

it('tells of each thing that disarms the guard, by the names that the deployment gave', async () => {
  const { outputs } = guarded;
  const functionName = outputs['DeletionGuardFunctionName'];
  const calls = [
    ['cloudtrail', 'StopLogging', { name: 'management' }],
    ['lambda', 'PutFunctionConcurrency20171031', { functionName, reservedConcurrentExecutions: 0 }],
    ['sqs', 'PurgeQueue', { queueUrl: outputs['DeletionGuardInboxUrl'] }],
    ['dynamodb', 'UpdateTable', { tableName: outputs['TableName'], deletionProtectionEnabled: false }],
    ['sns', 'SetTopicAttributes', { topicArn: outputs['TopicArn'], attributeName: 'Policy' }],
  ] as const;
  for (const [index, [service, name, request]] of calls.entries()) {
    await recordCall({ service }, { name }, { eventID: `defence-${index}`, request });
  }
  for (const [index, [, name]] of calls.entries()) {
    const alert = await alertAbout(`defence-${index}`);
    expect(alert).toMatchObject({ kind: 'defence', severity: 'critical', eventName: name });
  }
});

it('hears of its roles from the Region in which calls of IAM are delivered', async () => {
  const { account, region, bridge, endpoint } = guarded.aws;
  const elsewhere = 'us-east-1';
  expect(region).not.toBe(elsewhere);
  const credentials = { accessKeyId: account, secretAccessKey: 'test' };
  const client = new CloudFormationClient({ endpoint, region: elsewhere, credentials });
  const parameter = {
    ParameterKey: 'DefaultBusArn',
    ParameterValue: `arn:aws:events:${region}:${account}:event-bus/default`,
  };
  await client.send(
    new CreateStackCommand({
      StackName: 'KmsGuardRoles',
      TemplateBody: JSON.stringify(wholeTemplate('KmsGuardRoles', documentedConfigs.observe)),
      Capabilities: ['CAPABILITY_IAM'],
      Parameters: [parameter],
    }),
  );
  const limits = { maxWaitTime: 60, minDelay: 1, maxDelay: 2 };
  await waitUntilStackCreateComplete({ client, ...limits }, { StackName: 'KmsGuardRoles' });
  const put = async (eventID: string, roleName: string): Promise<void> => {
    const call = { eventID, request: { roleName, policyName: 'deny' } };
    const { source, detail } = defenceEvent({ service: 'iam' }, { name: 'PutRolePolicy' }, call);
    const place = { recipientAccountId: account, awsRegion: elsewhere };
    await bridge.putEvent({
      account,
      region: elsewhere,
      source: String(source),
      detail: { ...Object(detail), ...place },
    });
  };
  await put('other-role', 'Orders');
  await put('own-role', 'KmsGuard-DeletionGuardRole1A2B-Zz9');
  expect(await alertAbout('own-role')).toMatchObject({ kind: 'defence', severity: 'critical', region: elsewhere });
  expect(await alertAbout('other-role', 2)).toBeUndefined();
});

it("says nothing of somebody else's, and each thing once", async () => {
  const other = { name: 'DeleteRule' };
  await recordCall({ service: 'events' }, other, { eventID: 'not-ours', request: { name: 'Billing-Rule' } });
  const again = { eventID: 'defence-twice', request: { name: 'KmsGuard-DeletionGuardRouteCalls' } };
  await recordCall({ service: 'events' }, other, again);
  await recordCall({ service: 'events' }, other, again);
  await recordCall({ service: 'events' }, { name: 'DisableRule' }, { ...again, eventID: 'last' });
  expect(await alertAbout('last')).toMatchObject({ severity: 'critical' });
  expect(await alertAbout('not-ours', 3)).toBeUndefined();
  expect(alerts.filter(({ eventID }) => eventID === 'defence-twice')).toHaveLength(1);
});
