import { afterAll, describe, expect, test } from 'vitest';
import { rules } from '../../shared/rules/index.ts';
import { enforced, guardTemplates, ofType, permissionsOf, type Statement } from '../support/guard-template.ts';

const { synthesize, dispose } = guardTemplates();
afterAll(dispose);

const observing = synthesize();
const enforcing = synthesize({ config: enforced });
const guards = ['DeletionGuard', 'RotationGuard', 'PolicyGuard'] as const;

const keys = 'arn:${AWS::Partition}:kms:${AWS::Region}:${AWS::AccountId}:key/*';
const primaries = 'arn:${AWS::Partition}:kms:*:${AWS::AccountId}:key/mrk-*';

/** `sid: actions on resources`, to read a whole policy at a glance. */
const lines = (statements: readonly Statement[]): readonly string[] =>
  statements.map(
    ({ sid, effect, actions, resources }) => `${effect} ${sid}: ${actions.join(' ')} on ${resources.join(' ')}`,
  );

const own = (guard: string, ids: { inbox: string; deadLetters: string; logs: string }) => [
  'Allow ReadLedger: dynamodb:GetItem on ${LedgerTable9343E4AA.Arn}',
  'Allow WriteLedger: dynamodb:PutItem dynamodb:UpdateItem on ${LedgerTable9343E4AA.Arn}',
  'Allow PutAlerts: sqs:SendMessage on ${OutboxQueueC2D1E7A1.Arn}',
  `Allow ReceiveCalls: sqs:DeleteMessage sqs:GetQueueAttributes sqs:ReceiveMessage on \${${guard}Route${ids.inbox}.Arn}`,
  `Allow SetAsideUnreadable: sqs:SendMessage on \${${guard}Route${ids.deadLetters}.Arn}`,
  `Allow WriteLogs: logs:CreateLogStream logs:PutLogEvents on \${${guard}${ids.logs}.Arn}`,
];
const deletionOwn = own('DeletionGuard', {
  inbox: 'Inbox775A6706',
  deadLetters: 'DeadLetters79A92535',
  logs: 'Logs8245F6BC',
});
const rotationOwn = own('RotationGuard', {
  inbox: 'Inbox91655A76',
  deadLetters: 'DeadLetters597AC06A',
  logs: 'LogsABC602F0',
});
const policyOwn = own('PolicyGuard', {
  inbox: 'InboxF96DFC5A',
  deadLetters: 'DeadLetters8A66723F',
  logs: 'LogsBC5C56F1',
});
const deletionReads = [
  `Allow ReadKeys: kms:DescribeKey kms:GetKeyLastUsage kms:ListGrants kms:ListResourceTags on ${keys}`,
  'Allow ReadAccount: cloudtrail:LookupEvents kms:ListAliases on *',
];
const rotationReads = [
  `Allow ReadKeys: kms:DescribeKey kms:GetKeyRotationStatus kms:ListResourceTags on ${keys}`,
  `Allow ReadPrimaryKeys: kms:DescribeKey kms:GetKeyRotationStatus on ${primaries}`,
  'Allow ReadAccount: cloudtrail:LookupEvents kms:ListAliases on *',
];
const policyReads = [
  `Allow ReadKeys: kms:DescribeKey kms:GetKeyPolicy kms:ListGrants kms:ListResourceTags on ${keys}`,
  'Allow ReadAccount: kms:ListAliases on *',
];

describe('the exact permissions of each role', () => {
  test('deletion-guard, observe', () => {
    expect(lines(permissionsOf(observing, 'DeletionGuard'))).toEqual([...deletionReads, ...deletionOwn]);
  });

  test('rotation-guard, observe', () => {
    expect(lines(permissionsOf(observing, 'RotationGuard'))).toEqual([...rotationReads, ...rotationOwn]);
  });

  test('policy-guard, observe', () => {
    expect(lines(permissionsOf(observing, 'PolicyGuard'))).toEqual([...policyReads, ...policyOwn]);
  });

  test('deletion-guard, enforce', () => {
    expect(lines(permissionsOf(enforcing, 'DeletionGuard'))).toEqual([
      ...deletionReads,
      `Allow RemedyKeys: kms:CancelKeyDeletion kms:EnableKey on ${keys}`,
      ...deletionOwn,
    ]);
  });

  test('rotation-guard, enforce', () => {
    expect(lines(permissionsOf(enforcing, 'RotationGuard'))).toEqual([
      ...rotationReads,
      `Allow RemedyKeys: kms:EnableKeyRotation on ${keys}`,
      ...rotationOwn,
    ]);
  });

  test('policy-guard, enforce', () => {
    expect(lines(permissionsOf(enforcing, 'PolicyGuard'))).toEqual([
      ...policyReads,
      `Allow RemedyKeys: kms:PutKeyPolicy kms:RevokeGrant on ${keys}`,
      ...policyOwn,
    ]);
  });
});

describe('writes to KMS', () => {
  const isRead = (action: string) => /^kms:(Describe|Get|List)[A-Za-z]+$/.test(action);
  const writes = (config: unknown) => {
    const template = synthesize({ config });
    return Object.fromEntries(
      guards.map((guard) => [
        guard,
        // A guard without a rule is not there at all.
        (ofType(template, 'AWS::IAM::Policy').some(({ id }) => id.startsWith(guard))
          ? permissionsOf(template, guard)
          : []
        )
          .flatMap(({ actions }) => actions)
          .filter((action) => action.startsWith('kms:') && !isRead(action)),
      ]),
    );
  };
  const modes = (remedies: Record<string, string>, accounts: Record<string, Record<string, string>> = {}) => ({
    modes: { remedies, accounts },
  });

  type Writes = { readonly deletion?: string[]; readonly rotation?: string[]; readonly policy?: string[] };

  test.each<[string, unknown, Writes]>([
    ['none by default', {}, {}],
    [
      'none where every entry observes',
      modes({ cancelKeyDeletion: 'observe' }, { '111122223333': { restoreKeyPolicy: 'observe' } }),
      {},
    ],
    ['cancelling alone', modes({ cancelKeyDeletion: 'enforce' }), { deletion: ['kms:CancelKeyDeletion'] }],
    ['nothing to restore where nothing is cancelled', modes({ restoreKeyState: 'enforce' }), {}],
    ['each guard its own', modes({ enableKeyRotation: 'enforce' }), { rotation: ['kms:EnableKeyRotation'] }],
    ['policies alone', modes({ restoreKeyPolicy: 'enforce' }), { policy: ['kms:PutKeyPolicy'] }],
    ['grants alone', modes({ revokeGrant: 'enforce' }), { policy: ['kms:RevokeGrant'] }],
    [
      'one account is enough',
      modes({}, { '111122223333': { cancelKeyDeletion: 'enforce' } }),
      { deletion: ['kms:CancelKeyDeletion'] },
    ],
    [
      'no remedy of a rule that is switched off',
      {
        ...enforced,
        rules: Object.fromEntries(
          rules
            .filter(({ remedy }) => remedy !== 'enableKeyRotation' && remedy !== 'restoreKeyPolicy')
            .map(({ id }) => [id, { enabled: false }]),
        ),
      },
      { rotation: ['kms:EnableKeyRotation'], policy: ['kms:PutKeyPolicy'] },
    ],
  ])('%s', (_, config, { deletion = [], rotation = [], policy = [] }) => {
    const found = writes(config);
    expect(found).toEqual({ DeletionGuard: deletion, RotationGuard: rotation, PolicyGuard: policy });
  });
});

describe('a remedy that not every account enforces', () => {
  const writesIn = (modes: unknown) =>
    permissionsOf(synthesize({ config: { modes } }), 'DeletionGuard').filter(({ sid }) => sid?.startsWith('Remedy'));

  test('is permitted on the keys of those that do', () => {
    const accounts = {
      '111122223333': { cancelKeyDeletion: 'enforce' },
      '444455556666': { cancelKeyDeletion: 'observe' },
    };
    expect(writesIn({ remedies: {}, accounts })).toMatchObject([
      {
        sid: 'RemedyCancelKeyDeletion',
        actions: ['kms:CancelKeyDeletion'],
        condition: { StringEquals: { 'aws:ResourceAccount': ['111122223333'] } },
      },
    ]);
  });

  test('is not permitted on the keys of those that do not; the others stay as they are', () => {
    const remedies = { cancelKeyDeletion: 'enforce', restoreKeyState: 'enforce' };
    const accounts = { '444455556666': { cancelKeyDeletion: 'observe' } };
    expect(writesIn({ remedies, accounts })).toMatchObject([
      { sid: 'RemedyKeys', actions: ['kms:EnableKey'], condition: null },
      {
        sid: 'RemedyCancelKeyDeletion',
        actions: ['kms:CancelKeyDeletion'],
        condition: { StringNotEquals: { 'aws:ResourceAccount': ['444455556666'] } },
      },
    ]);
  });
});

describe('in every role', () => {
  const statements = [observing, enforcing].flatMap((template) =>
    guards.flatMap((guard) => permissionsOf(template, guard)),
  );

  test('each statement says what it is for', () => {
    for (const { sid } of statements) expect(sid).toMatch(/^[A-Z][A-Za-z]+$/);
  });

  test('no action is a wildcard', () => {
    expect(statements.flatMap(({ actions }) => actions).filter((action) => action.includes('*'))).toEqual([]);
  });

  test('a resource is a wildcard only for keys, and where AWS has no resource-level permission', () => {
    const wild = statements.filter(({ resources }) => resources.some((resource) => resource.includes('*')));
    expect(new Set(wild.flatMap(({ resources }) => resources))).toEqual(new Set([keys, primaries, '*']));
    const anything = wild.filter(({ resources }) => resources.includes('*')).flatMap(({ actions }) => actions);
    expect(new Set(anything)).toEqual(new Set(['kms:ListAliases', 'cloudtrail:LookupEvents']));
    const remote = wild.filter(({ resources }) => resources.includes(primaries)).flatMap(({ actions }) => actions);
    expect(new Set(remote)).toEqual(new Set(['kms:DescribeKey', 'kms:GetKeyRotationStatus']));
  });

  test('nothing depends on a tag: who can untag a key must not disarm its guard', () => {
    expect(statements.filter(({ condition }) => condition !== null)).toEqual([]);
  });

  test('there are no other policies, and only Lambda may assume the roles', () => {
    const ofGuards = (type: string) => ofType(observing, type).filter(({ id }) => /^[A-Z][a-z]+GuardRole/.test(id));
    expect(ofGuards('AWS::IAM::Policy')).toHaveLength(3);
    expect(ofType(observing, 'AWS::IAM::ManagedPolicy')).toEqual([]);
    const roles = ofGuards('AWS::IAM::Role');
    expect(roles).toHaveLength(3);
    for (const { Properties } of roles) {
      expect(Properties).toEqual({
        Description: expect.stringContaining('kms-guard'),
        AssumeRolePolicyDocument: {
          Version: '2012-10-17',
          Statement: [{ Action: 'sts:AssumeRole', Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' } }],
        },
      });
    }
  });
});

test('a guard without rules is not deployed at all', () => {
  const template = synthesize({ rules: rules.filter(({ guard }) => guard === 'rotation-guard') });
  expect(template.resources.filter(({ id }) => id.startsWith('Deletion'))).toEqual([]);
  const roles = ofType(template, 'AWS::IAM::Role').map(({ id }) => id);
  expect(roles.filter((id) => /GuardRole/.test(id))).toHaveLength(1);
});
