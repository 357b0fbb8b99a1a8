import { describe, expect, test } from 'vitest';
import { type Facts, unknown } from '../../shared/facts/facts.ts';
import { policyCrossAccount } from '../../shared/rules/policy-cross-account.ts';
import { inputWith } from '../support/perfect-key.ts';
import {
  account,
  allow,
  alsoAllowing,
  foreign,
  lastPolicy,
  partner,
  put,
  told,
  trusting,
  withPolicy,
} from '../support/perfect-policy.ts';
import {
  inDoubt,
  notJudged,
  perfectPolicyRows,
  reachesEveryText,
  remediable,
  tooHard,
} from '../support/policy-columns.ts';
import { perfectPolicy } from '../support/policy-text.ts';
import { type Columns, reasonIds, twoColumns } from '../support/two-columns.ts';

const to = (AWS: string | readonly string[], some: Record<string, unknown> = {}) =>
  alsoAllowing(allow({ Principal: { AWS }, ...some }));
const foreignRole = `arn:aws:iam::${foreign}:role/app`;
const before = (policy: string): Partial<Facts> => lastPolicy(policy);
const endpoint = { Principal: '*', Condition: { StringEquals: { 'aws:SourceVpce': 'vpce-0123456789abcdef0' } } };
const many =
  'Decrypt Encrypt Sign Verify GenerateMac VerifyMac DescribeKey GetPublicKey ReEncryptFrom ReEncryptTo CreateGrant';

const columns = {
  compliant: [
    { name: 'a trusted account', input: put(to(partner), { config: trusting({ accounts: [partner] }) }) },
    {
      name: 'a member of the organization',
      input: put(to(partner), { config: trusting({ memberAccounts: [partner] }) }),
    },
    {
      name: 'a role of the own account that has another account id in its name',
      input: put(to(`arn:aws:iam::${account}:role/${foreign}`)),
    },
    {
      name: 'another account, but only as a member of the own organization',
      input: put(to(foreign, { Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-a1b2c3d4e5' } } }), {
        config: trusting({ organization: 'o-a1b2c3d4e5' }),
      }),
    },
    {
      name: 'a trusted path of another organization',
      input: put(
        alsoAllowing(
          allow({
            Principal: '*',
            Condition: {
              'ForAnyValue:StringLike': { 'aws:PrincipalOrgPaths': 'o-zzzzzzzzzz/r-ab12/ou-ab12-11111111/*' },
            },
          }),
        ),
        { config: trusting({ organizationPaths: ['o-zzzzzzzzzz/r-ab12/ou-ab12-11111111/*'] }) },
      ),
    },
    {
      name: 'the account of the key, though another one recorded the call',
      input: inputWith({ facts: { ...withPolicy(to(account)), account: partner } }),
    },
    {
      name: 'a trusted network',
      input: put(alsoAllowing(allow(endpoint)), { config: trusting({ networks: ['vpce-0123456789abcdef0'] }) }),
    },
    { name: 'what KMS does not offer across accounts', input: put(to(foreign, { Action: 'kms:PutKeyPolicy' })) },
    {
      name: 'a Deny that takes it back',
      input: put(
        alsoAllowing(allow({ Principal: { AWS: foreign } }), {
          Effect: 'Deny',
          Principal: { AWS: foreign },
          Action: 'kms:Decrypt',
          Resource: '*',
        }),
      ),
    },
    { name: 'everybody: another rule says so', input: put(alsoAllowing(allow({ Principal: '*' }))) },
    ...perfectPolicyRows(),
    ...notJudged(to(foreign)),
  ],
  violating: [
    {
      name: 'another account, by its id',
      message: 'open',
      severity: 'high',
      input: put(to(foreign)),
      data: {
        principals: [`arn:aws:iam::${foreign}:root`],
        reasons: [{ id: 'access', who: 'external', subject: `Account ${foreign}` }, { id: 'nothingBefore' }],
      },
    },
    { name: 'another account, in a sweep', message: 'open', input: inputWith({ facts: withPolicy(to(foreign)) }) },
    {
      name: 'its role, under a condition',
      message: 'open',
      input: put(to(foreignRole, { Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } } })),
      data: { reasons: [{ id: 'accessIf', subject: foreignRole }, { id: 'nothingBefore' }] },
    },
    {
      name: 'who can make grants: said for programs too',
      message: 'open',
      input: put(to(foreign, { Action: 'kms:CreateGrant' })),
      data: { reasons: [{ id: 'access', canGrant: true }, { id: 'nothingBefore' }] },
    },
    {
      name: 'a foreign organization',
      message: 'open',
      severity: 'high',
      input: put(
        alsoAllowing(allow({ Principal: '*', Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-zzzzzzzzzz' } } })),
      ),
      data: { reasons: [{ subject: 'Every account of organization o-zzzzzzzzzz' }, { id: 'nothingBefore' }] },
    },
    {
      name: 'any account, but only through a network that the policy names',
      message: 'open',
      severity: 'medium',
      input: put(alsoAllowing(allow(endpoint))),
      data: { reasons: [{ id: 'accessIf', who: 'conditional' }, { id: 'nothingBefore' }] },
    },
    {
      name: 'the account and the network: the wider door counts',
      message: 'open',
      severity: 'high',
      input: put(alsoAllowing(allow(endpoint), allow({ Sid: 'Account', Principal: { AWS: foreign } }))),
    },
    {
      name: 'new since the last policy',
      message: 'open',
      input: put(to(foreign), {}, before(perfectPolicy)),
      data: { reasons: [{ id: 'access' }, { id: 'gained', who: `Account ${foreign}` }] },
    },
    {
      name: 'in the last policy too, spelled in another way',
      message: 'open',
      input: put(
        to(foreign),
        {},
        before(to([`arn:aws:iam::${foreign}:root`], { Sid: 'Same', Action: ['KMS:decrypt'] })),
      ),
      data: { reasons: [{ id: 'access' }, { id: 'notNew' }] },
    },
    {
      name: 'the last policy cannot be read',
      message: 'open',
      input: put(to(foreign), {}, before('{')),
      data: { reasons: [{ id: 'access' }, { id: 'nothingBefore' }] },
    },
    {
      name: 'the ledger cannot be read',
      message: 'open',
      input: put(to(foreign), {}, { policyHistory: unknown('failed', 'no') }),
      data: { reasons: [{ id: 'access' }, { id: 'nothingBefore' }] },
    },
    {
      name: 'by a construct that AWS does not document',
      message: 'open',
      input: put(to(foreign, { Action: 'k*:Decrypt' })),
      data: { reasons: [{ id: 'accessUndocumented' }, { id: 'nothingBefore' }] },
    },
    {
      name: 'more ways in than an alert can show',
      message: 'open',
      input: put(
        alsoAllowing(
          ...many
            .split(' ')
            .map((one) =>
              allow({ Sid: one, Principal: { AWS: `arn:aws:iam::${foreign}:role/${one}` }, Action: `kms:${one}` }),
            ),
        ),
      ),
      data: { reasons: expect.arrayContaining([{ id: 'accessMore', count: 1 }]) },
    },
    {
      name: 'the analysis spends its budget: counts as access, but is not proved',
      verdict: 'undetermined',
      message: 'unfinished',
      input: put(to(foreign, { Condition: tooHard('aws:PrincipalTag/x') })),
      data: { reasons: [{ id: 'accessUnfinished' }] },
    },
    ...inDoubt(),
  ],
} satisfies Columns;

twoColumns(policyCrossAccount, columns);
reachesEveryText(policyCrossAccount, columns.violating);

describe('is undone only where it is new', () => {
  const may = (policy: string, some: Partial<Facts>) =>
    remediable(policyCrossAccount, policyCrossAccount.judge(put(policy, {}, some)));

  test.each([
    ['an account more', to([foreign, partner]), before(to(foreign)), true],
    ['an action more', to(foreign, { Action: ['kms:Decrypt', 'kms:Encrypt'] }), before(to(foreign)), true],
    [
      'a condition less',
      to(foreign),
      before(to(foreign, { Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } } })),
      true,
    ],
    ['the same', to(foreign), before(to(foreign)), false],
    ['an action less', to(foreign), before(to(foreign, { Action: ['kms:Decrypt', 'kms:Encrypt'] })), false],
    [
      'only a service got more',
      alsoAllowing(
        allow({ Principal: { AWS: foreign } }),
        allow({ Sid: 'Own', Principal: { Service: 'cloudtrail.amazonaws.com' } }),
      ),
      before(to(foreign)),
      false,
    ],
    [
      'what is new rests on what AWS does not document',
      alsoAllowing(
        allow({ Principal: { AWS: foreign } }),
        allow({ Sid: 'Odd', Principal: { AWS: foreign }, Action: 'k*:Encrypt' }),
      ),
      before(to(foreign)),
      false,
    ],
    [
      'the last policy held what KMS refuses',
      to(foreign),
      before(alsoAllowing(allow({ Principal: { AWS: 'nobody' } }))),
      false,
    ],
    ['nothing to compare with', to(foreign), {}, false],
    ['new, but by what AWS does not document', to(foreign, { Action: 'k*:Decrypt' }), before(perfectPolicy), false],
  ])('%s', (_name, policy, some, expected) => {
    expect(may(policy, some)).toBe(expected);
  });

  test('the last policy counts, not an older one', () => {
    const { policyHistory } = before(to(foreign));
    if (policyHistory?.known !== true) throw new Error('no history');
    const older = { policy: perfectPolicy, at: '2026-01-01T00:00:00Z', source: 'describe', good: true };
    const versions = [...policyHistory.value.versions, older];
    const verdict = policyCrossAccount.judge(
      put(to(foreign), {}, { policyHistory: { known: true, value: { versions } } }),
    );
    expect(reasonIds(verdict)).toContain('notNew');
  });
});

test('says who is new', () => {
  const verdict = policyCrossAccount.judge(put(to(foreignRole), {}, before(perfectPolicy)));
  expect(told(policyCrossAccount, verdict)).toEqual([
    'The key policy lets in somebody outside the trust zone',
    `${foreignRole} can call kms:Decrypt, by "More". Proof: ${foreignRole} calls kms:Decrypt`,
    `New since the policy of 2026-11-17T09:15:00.000Z: ${foreignRole}`,
  ]);
});

test('shows what is proved before what only cannot be excluded', () => {
  const policy = alsoAllowing(
    allow({
      Sid: 'Hard',
      Principal: { AWS: foreign },
      Action: 'kms:Encrypt',
      Condition: tooHard('aws:PrincipalTag/x'),
    }),
    allow({ Sid: 'Odd', Principal: { AWS: foreign }, Action: 'k*:Sign' }),
    allow({ Sid: 'Sure', Principal: { AWS: partner } }),
  );
  const ids = reasonIds(policyCrossAccount.judge(put(policy)));
  expect(ids).toEqual(['access', 'accessUndocumented', 'accessUnfinished', 'nothingBefore']);
});

test('the proof of a stranger on a named network names nobody', () => {
  const [, way] = told(policyCrossAccount, policyCrossAccount.judge(put(alsoAllowing(allow(endpoint)))));
  expect(way).toContain('Proof: a stranger such as arn:');
});

test('the same facts are judged anew for another configuration', () => {
  const input = put(to(partner));
  expect(policyCrossAccount.judge(input).verdict).toBe('violation');
  expect(policyCrossAccount.judge({ ...input, config: trusting({ accounts: [partner] }) }).verdict).toBe('compliant');
});
