import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { watchedServices } from '../shared/defence/watched.ts';
import { evaluate, parsePolicy, withCallerKeys } from '../shared/policy/index.ts';

/** What a member account's key policy would allow without the organization's policy: everything. */
const everything = { Sid: 'Everything', Effect: 'Allow', Principal: '*', Action: 'kms:*', Resource: '*' };
const folder = join(import.meta.dirname, '..', 'docs', 'organization-policies');
const documentSchema = z.object({
  Version: z.literal('2012-10-17'),
  Statement: z.array(z.record(z.string(), z.unknown())),
});
const files = readdirSync(folder).filter((name) => name.endsWith('.json'));

/** An SCP names no principal, for it is about those of the account; in front of a key policy it is about everybody. */
const decision = (
  file: string,
  input: { principal?: string; action: string; context?: Record<string, string> },
): string => {
  const { Statement } = documentSchema.parse(JSON.parse(readFileSync(join(folder, file), 'utf8')));
  // Statements about other services say nothing of a key.
  const about = Statement.filter(({ Resource }) => Resource === '*').map((statement) => ({
    ...statement,
    Principal: '*',
  }));
  const parsed = parsePolicy(JSON.stringify({ Version: '2012-10-17', Statement: [everything, ...about] }));
  if (parsed.kind !== 'policy') throw new Error('not a key policy');
  const { principal = 'arn:aws:iam::444455556666:role/App', action, context = {} } = input;
  const principalType = principal.startsWith('arn:') ? ('AWS' as const) : ('Service' as const);
  return evaluate(parsed.policy, withCallerKeys({ principal, principalType, action, resource: null, context }))
    .decision;
};

describe('each sample', () => {
  it.each(files)('%s is a policy that Organizations takes', (file) => {
    const text = readFileSync(join(folder, file), 'utf8');
    const { Statement } = documentSchema.parse(JSON.parse(text));
    expect(JSON.stringify(JSON.parse(text)).length).toBeLessThanOrEqual(5_120);
    for (const statement of Statement) {
      expect(statement['Effect']).toBe('Deny');
      expect(statement['Sid']).toMatch(/^[A-Za-z0-9]+$/);
      expect('Principal' in statement).toBe(file.startsWith('rcp-'));
    }
  });
});

describe('scp-keep-keys.json', () => {
  const at = (action: string, context: Record<string, string> = {}) =>
    decision('scp-keep-keys.json', { action, context });
  const window = 'kms:ScheduleKeyDeletionPendingWindowInDays';
  const unused = 'kms:TrailingDaysWithoutKeyUsage';

  it.each([
    ['a short waiting period', 'kms:ScheduleKeyDeletion', { [window]: '7', [unused]: '400' }],
    ['one day less than thirty', 'kms:ScheduleKeyDeletion', { [window]: '29', [unused]: '400' }],
    ['a key used ninety days ago', 'kms:ScheduleKeyDeletion', { [window]: '30', [unused]: '90' }],
    ['disabling a key in use', 'kms:DisableKey', { [unused]: '0' }],
    ['a policy put past the lockout check', 'kms:PutKeyPolicy', { 'kms:BypassPolicyLockoutSafetyCheck': 'true' }],
  ])('denies %s', (_, action, context) => {
    expect(at(action, context)).toBe('ExplicitDeny');
  });

  it.each([
    [
      'the deletion of a key unused for long, in thirty days',
      'kms:ScheduleKeyDeletion',
      { [window]: '30', [unused]: '91' },
    ],
    ['disabling a key unused for long', 'kms:DisableKey', { [unused]: '91' }],
    ['a policy put with the check', 'kms:PutKeyPolicy', { 'kms:BypassPolicyLockoutSafetyCheck': 'false' }],
    ['saving a key', 'kms:CancelKeyDeletion', {}],
    ['saving its state', 'kms:EnableKey', {}],
    ['using it', 'kms:Decrypt', {}],
  ])('leaves %s', (_, action, context) => {
    expect(at(action, context)).toBe('Allow');
  });
});

describe('rcp-organization-only.json', () => {
  const ours = 'o-a1b2c3d4e5';
  it.each([
    [
      'a stranger',
      { principal: 'arn:aws:iam::999988887777:role/x', context: { 'aws:PrincipalOrgID': 'o-other12345' } },
    ],
    ['an account without organization', { principal: 'arn:aws:iam::999988887777:role/x', context: {} }],
    [
      'a service that acts for somebody else',
      {
        principal: 'logs.amazonaws.com',
        context: {
          'aws:PrincipalIsAWSService': 'true',
          'aws:SourceAccount': '999988887777',
          'aws:SourceOrgID': 'o-other12345',
        },
      },
    ],
  ])('denies %s', (_, request) => {
    expect(decision('rcp-organization-only.json', { action: 'kms:Decrypt', ...request })).toBe('ExplicitDeny');
  });

  it.each([
    ['a member', { context: { 'aws:PrincipalOrgID': ours } }],
    [
      'a service that acts for a member',
      {
        principal: 'logs.amazonaws.com',
        context: { 'aws:PrincipalIsAWSService': 'true', 'aws:SourceAccount': '444455556666', 'aws:SourceOrgID': ours },
      },
    ],
    [
      'a service that acts for itself',
      { principal: 'logs.amazonaws.com', context: { 'aws:PrincipalIsAWSService': 'true' } },
    ],
  ])('leaves %s', (_, request) => {
    expect(decision('rcp-organization-only.json', { action: 'kms:Decrypt', ...request })).toBe('Allow');
  });
});

describe('scp-protect-guard.json', () => {
  const [member, security] = ['444455556666', '111122223333'] as const;
  const { Statement } = documentSchema.parse(JSON.parse(readFileSync(join(folder, 'scp-protect-guard.json'), 'utf8')));
  const whatever = { Sid: 'Whatever', Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' };
  const denials = Statement.map((statement) => ({ ...statement, Principal: '*' }));
  const parsed = parsePolicy(JSON.stringify({ Version: '2012-10-17', Statement: [whatever, ...denials] }));
  if (parsed.kind !== 'policy') throw new Error('not a policy');
  type Asked = { readonly by: string; readonly action: string; readonly on: string; readonly functionArn?: string };
  const may = ({ by, action, on, functionArn }: Asked): string => {
    const context = functionArn === undefined ? {} : { 'lambda:FunctionArn': functionArn };
    const request = {
      principal: by,
      principalType: 'AWS' as const,
      action: action.toLowerCase(),
      resource: on,
      context,
    };
    return evaluate(parsed.policy, withCallerKeys(request)).decision;
  };
  const role = (account: string, name: string): string => `arn:aws:iam::${account}:role/${name}`;
  const stackSets = role(member, 'stacksets-exec-0a1b2c3d');
  const deployer = role(security, 'cdk-hnb659fds-cfn-exec-role-111122223333-eu-west-1');

  /** What IAM calls a call that CloudTrail writes so, where the two differ. */
  const actionOf = (service: string, event: string): string => {
    const name = event.replace(/20\d{6}(?:v\d)?$/, '');
    if (service === 's3')
      return `s3:${name.replace(/^PutBucketLifecycle(?:Configuration)?$/, 'PutLifecycleConfiguration')}`;
    return `${service === 'monitoring' ? 'cloudwatch' : service}:${name}`;
  };
  /** The resource of the guard that a call is about, as IAM names it. */
  const resourceOf = (service: string, event: string, name: string): string => {
    const arn = (of: string, resource: string): string => `arn:aws:${of}:eu-west-1:${security}:${resource}`;
    if (service === 'iam') return role(security, name);
    if (service === 's3') return `arn:aws:s3:::${name.toLowerCase()}`;
    if (service === 'cloudtrail') return arn('cloudtrail', 'trail/main');
    if (service === 'states') return arn('states', 'stateMachine:SweepStepsMachine1A2B-Zz9');
    if (service === 'monitoring') return arn('cloudwatch', `alarm:${name}`);
    if (service === 'cloudformation' && /StackSet|Instances/.test(event))
      return arn(service, `stackset/${name.split('-')[0]}-members:0a1b2c3d`);
    const kinds: Readonly<Record<string, string>> = {
      cloudformation: `stack/${name.split('-')[0]}/0a1b2c3d`,
      dynamodb: `table/${name}`,
      events: /EventBus|Permission/.test(event) ? `event-bus/${name}` : `rule/${name}`,
      lambda: `function:${name}`,
      logs: `log-group:${name}:log-stream:`,
      scheduler: `schedule/default/${name}`,
      sns: name,
      sqs: name,
    };
    return arn(service, kinds[service] ?? 'unknown');
  };
  const watched = watchedServices
    .flatMap(({ service, events }) => events.map(({ name }) => ({ service, name })))
    // Their resource is a mapping of whatever function: the function stands in a condition.
    .filter(({ name }) => !name.includes('EventSourceMapping'));

  it.each(watched)('denies what the self-guard would tell of: $service $name', ({ service, name }) => {
    const action = actionOf(service, name);
    const on = resourceOf(service, name, 'KmsGuard-Thing1A2B-Zz9');
    expect({ on, may: may({ by: role(security, 'Admin'), action, on }) }).toEqual({ on, may: 'ExplicitDeny' });
    if (service === 'cloudtrail') return;
    expect(may({ by: deployer, action, on })).toBe('Allow');
    const other = resourceOf(service, name, 'OrdersApp-Thing1A2B-Zz9');
    if (service !== 'states') expect(may({ by: role(security, 'Admin'), action, on: other })).toBe('Allow');
  });

  it.each(['Create', 'Delete', 'Update'])('denies %sEventSourceMapping of a function of the guard', (what) => {
    const action = `lambda:${what}EventSourceMapping`;
    const on = `arn:aws:lambda:eu-west-1:${security}:event-source-mapping:0a1b2c3d`;
    const of = (name: string): string => `arn:aws:lambda:eu-west-1:${security}:function:${name}`;
    const by = role(security, 'Admin');
    expect(may({ by, action, on, functionArn: of('KmsGuard-Deletion1A2B-Zz9') })).toBe('ExplicitDeny');
    expect(may({ by, action, on, functionArn: of('OrdersApp-Zz9') })).toBe('Allow');
    expect(may({ by: deployer, action, on, functionArn: of('KmsGuard-Deletion1A2B-Zz9') })).toBe('Allow');
  });

  it.each([
    ['iam:PutRolePolicy', role(member, 'kms-guard-responder')],
    ['iam:UpdateAssumeRolePolicy', role(member, 'kms-guard-responder')],
    ['iam:DeleteRole', role(member, 'kms-guard-responder')],
    ['iam:DetachRolePolicy', role(member, 'StackSet-KmsGuard-members-Forwarding-Zz9')],
    ['iam:DeleteRolePolicy', role(member, 'KmsGuardMember-ForwardingRole1A2B-Zz9')],
    ['events:DisableRule', `arn:aws:events:eu-west-1:${member}:rule/StackSet-KmsGuard-members-Forwarding-Zz9`],
    ['events:RemoveTargets', `arn:aws:events:eu-west-1:${member}:rule/KmsGuardMember-ForwardingCalls-Zz9`],
    ['cloudformation:DeleteStack', `arn:aws:cloudformation:eu-west-1:${member}:stack/StackSet-KmsGuard-members-0a/1`],
    ['cloudtrail:StopLogging', `arn:aws:cloudtrail:eu-west-1:${member}:trail/main`],
  ])('in a member denies %s on %s to its administrators, not to StackSets', (action, on) => {
    for (const name of ['Admin', 'cdk-hnb659fds-cfn-exec-role-444455556666-eu-west-1', 'KmsGuardMember-Role'])
      expect({ name, may: may({ by: role(member, name), action, on }) }).toEqual({ name, may: 'ExplicitDeny' });
    expect(may({ by: stackSets, action, on })).toBe('Allow');
  });

  it.each([
    [
      'events:PutEvents',
      `arn:aws:events:eu-west-1:${security}:event-bus/KmsGuard-members`,
      role(member, 'StackSet-KmsGuard-F'),
    ],
    [
      'events:PutEvents',
      `arn:aws:events:eu-west-1:${security}:event-bus/KmsGuardNotifierBus1A`,
      role(security, 'KmsGuard-N'),
    ],
    [
      'scheduler:CreateSchedule',
      `arn:aws:scheduler:eu-west-1:${security}:schedule/KmsGuard-reminders/a`,
      role(security, 'KmsGuard-N'),
    ],
    ['sqs:DeleteMessage', `arn:aws:sqs:eu-west-1:${security}:KmsGuard-Inbox`, role(security, 'KmsGuard-D')],
    [
      'dynamodb:UpdateItem',
      `arn:aws:dynamodb:eu-west-1:${security}:table/KmsGuard-Ledger`,
      role(security, 'KmsGuard-D'),
    ],
    ['sns:Publish', `arn:aws:sns:eu-west-1:${security}:KmsGuard-Alerts`, role(security, 'KmsGuard-N')],
    ['sns:Subscribe', `arn:aws:sns:eu-west-1:${security}:KmsGuard-Alerts`, role(security, 'Admin')],
    ['sts:AssumeRole', role(member, 'kms-guard-responder'), role(security, 'KmsGuard-D')],
    ['kms:CancelKeyDeletion', `arn:aws:kms:eu-west-1:${member}:key/0a1b2c3d`, role(member, 'kms-guard-responder')],
  ])('leaves the guard and its people %s on %s', (action, on, by) => {
    expect(may({ by, action, on })).toBe('Allow');
  });
});
