import { afterAll, describe, expect, test } from 'vitest';
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as z from 'zod/mini';
import { RolesStack } from '../../infra/stacks/roles-stack.ts';
import { memberTemplate } from '../../infra/member-template.ts';
import { selfGuardEnvSchema } from '../../shared/config/self-guard-env.ts';
import { organizationSchema } from '../../shared/config/organization-config.ts';
import { watchedServices } from '../../shared/defence/watched.ts';
import { rules } from '../../shared/rules/index.ts';
import { defenceEvent } from '../support/defence-records.ts';
import { matchesPattern } from '../support/event-pattern.ts';
import { configOf, guardTemplates, ofType, only, plain, statementsOf } from '../support/guard-template.ts';

const { synthesize, dispose } = guardTemplates();
afterAll(dispose);

const organization = { id: 'o-a1b2c3d4e5', externalId: 'an-external-id-1' };
const template = synthesize({ config: { organization }, sweep: true });
const alone = synthesize();

const everyCall = watchedServices.flatMap((service) => service.events.map((event) => ({ service, event })));
const rulesOf = (bus: 'default' | 'members') =>
  ofType(template, 'AWS::Events::Rule').filter(
    ({ id, Properties }) =>
      id.startsWith('DefenceRoute') &&
      !id.startsWith('DefenceRouteHeartbeats') &&
      (Properties['EventBusName'] === undefined) === (bus === 'default'),
  );
const sees = (bus: 'default' | 'members', event: unknown): boolean =>
  rulesOf(bus).some(({ Properties }) => matchesPattern(Properties['EventPattern'], event));

describe('the rules on the default bus', () => {
  test.each(everyCall.map(({ service, event }) => [service.service, event.name, { service, event }] as const))(
    'see %s %s',
    (_, __, { service, event }) => {
      expect(sees('default', defenceEvent(service, event))).toBe(true);
    },
  );

  test('see nothing else: no name of another service, no other source, no other kind of event', () => {
    for (const { service, event } of everyCall) {
      const made = defenceEvent(service, event);
      expect(sees('default', { ...made, source: 'custom.trail' })).toBe(false);
      expect(sees('default', { ...made, 'detail-type': 'AWS Service Event via CloudTrail' })).toBe(false);
      expect(sees('default', defenceEvent({ service: 'ec2' }, event))).toBe(false);
      expect(sees('default', defenceEvent(service, { name: `${event.name}2` }))).toBe(false);
      for (const other of watchedServices) {
        const known = other.events.some(({ name }) => name === event.name);
        expect(sees('default', defenceEvent(other, event))).toBe(known);
      }
    }
  });

  test('are taken by EventBridge: 2,048 characters, each with its dead letters', () => {
    expect(rulesOf('default')).toHaveLength(watchedServices.length);
    for (const { Properties } of [...rulesOf('default'), ...rulesOf('members')]) {
      expect(JSON.stringify(Properties['EventPattern']).length).toBeLessThan(2_048);
      expect(plain(Properties['Targets'])).toMatchObject([
        {
          Arn: expect.stringMatching(/^\$\{DefenceRouteInbox/),
          DeadLetterConfig: { Arn: expect.stringMatching(/^\$\{DefenceRouteDeadLetters/) },
        },
      ]);
    }
  });

  // Amazon SQS developer guide, "Quotas": a policy has at most 20 statements and 8,192 bytes.
  test.each(['DefenceRouteInboxPolicy', 'DefenceRouteDeadLettersPolicy'])('%s is taken by SQS', (id) => {
    const { PolicyDocument } = only(template, 'AWS::SQS::QueuePolicy', id).Properties;
    expect(statementsOf(PolicyDocument).length).toBeLessThanOrEqual(20);
    const region = 'ap-southeast-99';
    const long = JSON.stringify(plain(PolicyDocument))
      .replaceAll('${AWS::Region}', region)
      .replaceAll(/\$\{[\w.]+\}/g, `arn:aws:events:${region}:111122223333:rule/${'x'.repeat(64)}`);
    expect(Buffer.byteLength(long)).toBeLessThan(8_192);
  });
});

describe('member accounts', () => {
  const inMembers = watchedServices.filter(({ inMembers: yes }) => yes);
  const forwarded = Object.entries(
    z
      .object({
        Resources: z.record(z.string(), z.object({ Type: z.string(), Properties: z.record(z.string(), z.unknown()) })),
      })
      .parse(memberTemplate({ rules, config: configOf({}), organization: organizationSchema.parse(organization) }))
      .Resources,
  ).filter(([, { Type }]) => Type === 'AWS::Events::Rule');

  test('pass on what the guard listens for on their bus, and nothing of what they do not have', () => {
    expect(inMembers.map(({ service }) => service)).toEqual(['cloudtrail', 'events', 'iam']);
    for (const { service, event } of everyCall) {
      const made = defenceEvent(service, event);
      const passed = forwarded.filter(([, { Properties }]) => matchesPattern(Properties['EventPattern'], made));
      expect(passed).toHaveLength(service.inMembers ? 1 : 0);
      expect(sees('members', made)).toBe(service.inMembers);
    }
  });

  test('without an organization nothing listens for them', () => {
    const ids = ofType(alone, 'AWS::Events::Rule').map(({ id }) => id);
    expect(ids.filter((id) => id.startsWith('DefenceRouteMember'))).toEqual([]);
  });
});

describe('the stack where calls of IAM are delivered', () => {
  const parsed = z
    .object({
      Parameters: z.record(z.string(), z.unknown()),
      Resources: z.record(z.string(), z.object({ Type: z.string(), Properties: z.record(z.string(), z.unknown()) })),
    })
    .parse(Template.fromStack(new RolesStack(new App(), 'KmsGuardRoles', { guardStack: 'KmsGuard' })).toJSON());
  const all = Object.values(parsed.Resources).filter(({ Type }) => Type === 'AWS::Events::Rule');
  const iam = watchedServices.filter(({ service }) => service === 'iam');
  const passes = (name: string, roleName: string): boolean =>
    all.some(({ Properties }) =>
      matchesPattern(Properties['EventPattern'], defenceEvent({ service: 'iam' }, { name }, { request: { roleName } })),
    );

  test.each(iam.flatMap(({ events }) => events.map(({ name }) => name)))('passes %s on, of the guard alone', (name) => {
    expect(passes(name, 'KmsGuard-DeletionGuardRole1A2B-Zz9')).toBe(true);
    expect(passes(name, 'kmsguard-deletionguardrole1a2b-zz9')).toBe(true);
    expect(passes(name, 'KmsGuardian-Role')).toBe(false);
    expect(passes(name, 'Orders')).toBe(false);
    // There the rule of the guard's own Region takes it.
    expect(sees('default', defenceEvent({ service: 'iam' }, { name }, {}))).toBe(true);
  });

  test('to the bus that it is told, with dead letters, and needs no bootstrap', () => {
    expect(Object.keys(parsed.Parameters)).toEqual(['DefaultBusArn']);
    expect(all.map(({ Properties }) => plain(Properties['Targets']))).toMatchObject([
      [{ Arn: '${DefaultBusArn}', DeadLetterConfig: { Arn: expect.stringMatching(/^\$\{ForwardingDeadLetters/) } }],
    ]);
  });
});

describe('the self-guard', () => {
  const environment = (from: typeof template) =>
    z
      .object({ Environment: z.object({ Variables: z.record(z.string(), z.string()) }) })
      .parse(plain(only(from, 'AWS::Lambda::Function', 'DefenceSelfGuard').Properties)).Environment.Variables;

  test('knows what the guard is called', () => {
    expect(Object.keys(environment(alone)).sort()).toEqual(Object.keys(selfGuardEnvSchema.shape).sort());
    expect(environment(alone)['GUARD_NAMES']).toMatch(/^KmsGuard,KmsGuardRoles,KmsGuardNotifierBus\w+$/);
    expect(environment(template)['GUARD_NAMES']).toMatch(
      /^KmsGuard,KmsGuardRoles,KmsGuardMember,StackSet-KmsGuard\*,kms-guard-responder,\$\{SweepSteps\w+\.Arn\},KmsGuardNotifierBus\w+$/,
    );
  });

  test('everything in the stack that is watched begins with its name, or has one that is told', () => {
    const named = template.resources.flatMap(({ id, Properties }) =>
      Object.entries(Properties).flatMap(([field, value]) =>
        /^(Name|RoleName|QueueName|TableName|TopicName|FunctionName|BucketName|AlarmName|StateMachineName)$/.test(
          field,
        ) && typeof value === 'string'
          ? [{ id, value }]
          : [],
      ),
    );
    expect(named.length).toBeGreaterThan(2);
    const told = String(environment(template)['GUARD_NAMES']).split(',');
    for (const { id, value } of named) {
      expect(`${id} ${value}`).toMatch(told.includes(value) ? / \w/ : / (KmsGuard-|alias\/)/);
    }
  });

  test('may write the ledger and the outbox, and reads no key', () => {
    const statements = statementsOf(only(alone, 'AWS::IAM::Policy', 'DefenceRole').Properties['PolicyDocument']);
    expect(new Set(statements.flatMap(({ actions }) => actions))).toEqual(
      new Set([
        'dynamodb:GetItem',
        'dynamodb:PutItem',
        'dynamodb:UpdateItem',
        'logs:CreateLogStream',
        'logs:PutLogEvents',
        'sqs:DeleteMessage',
        'sqs:GetQueueAttributes',
        'sqs:ReceiveMessage',
        'sqs:SendMessage',
      ]),
    );
    expect(statements.flatMap(({ resources }) => resources).filter((resource) => resource.includes('*'))).toEqual([]);
    for (const { sid } of statements) expect(sid).toMatch(/^[A-Z][A-Za-z]+$/);
  });

  test('raises an alarm when anything is set aside, and when it falls silent', () => {
    const alarms = ofType(alone, 'AWS::CloudWatch::Alarm').map(({ id }) => id);
    expect(alarms.filter((id) => id.startsWith('DefenceAlarms'))).toHaveLength(1);
    expect(alarms.filter((id) => id.startsWith('HeartbeatMissingselfguard'))).toHaveLength(1);
  });

  test('can be redriven by name', () => {
    expect(alone.outputs).toMatchObject({
      SelfGuardInboxUrl: expect.any(String),
      SelfGuardDeadLettersUrl: expect.any(String),
    });
  });
});
