import { expect, test } from 'vitest';
import { policyPublic } from '../../shared/rules/policy-public.ts';
import {
  account,
  allow,
  alsoAllowing,
  foreign,
  ownOrg,
  put,
  putPolicy,
  told,
  trusting,
} from '../support/perfect-policy.ts';
import { perfectPolicy } from '../support/policy-text.ts';
import {
  inDoubt,
  notJudged,
  perfectPolicyRows,
  reachesEveryText,
  remediable,
  tooHard,
} from '../support/policy-columns.ts';
import { type Columns, twoColumns } from '../support/two-columns.ts';

const everyone = (condition: Record<string, unknown> | null, some: Record<string, unknown> = {}) =>
  alsoAllowing(allow({ Principal: '*', ...(condition === null ? {} : { Condition: condition }), ...some }));
const useActions =
  'Decrypt Encrypt Sign Verify GenerateMac VerifyMac DescribeKey GetPublicKey ReEncryptFrom ReEncryptTo CreateGrant ListGrants';
const manyWays = alsoAllowing(
  ...useActions.split(' ').map((action) => allow({ Sid: action, Principal: '*', Action: `kms:${action}` })),
);

const columns = {
  compliant: [
    { name: 'everybody of the own account', input: put(everyone({ StringEquals: { 'kms:CallerAccount': account } })) },
    {
      name: 'everybody of the own organization',
      input: put(everyone({ StringEquals: { 'aws:PrincipalOrgID': ownOrg } }), {
        config: trusting({ organization: ownOrg }),
      }),
    },
    {
      name: 'a value that no account has, because StringEquals knows no wildcard',
      input: put(everyone({ StringEquals: { 'kms:CallerAccount': '*' } })),
    },
    { name: 'what KMS offers to the own account only', input: put(everyone(null, { Action: 'kms:PutKeyPolicy' })) },
    {
      name: 'a Deny for everybody outside',
      input: put(
        alsoAllowing(allow({ Principal: '*' }), {
          Effect: 'Deny',
          Principal: '*',
          Action: 'kms:*',
          Resource: '*',
          Condition: { StringNotEquals: { 'kms:CallerAccount': account } },
        }),
      ),
    },
    {
      name: 'a named stranger: another rule says so',
      input: put(alsoAllowing(allow({ Principal: { AWS: foreign } }))),
    },
    ...perfectPolicyRows(),
    ...notJudged(everyone(null)),
  ],
  violating: [
    {
      name: 'everybody',
      message: 'open',
      severity: 'critical',
      input: put(everyone(null)),
      data: {
        principals: ['*'],
        actions: ['kms:Decrypt'],
        statements: ['More'],
        reasons: [
          { id: 'access', who: 'public', principal: '*', actions: 'kms:Decrypt', witnessAction: 'kms:Decrypt' },
        ],
      },
    },
    {
      name: 'everybody through a service: any account can call through it',
      message: 'open',
      input: put(everyone({ StringEquals: { 'kms:ViaService': 's3.eu-west-1.amazonaws.com' } })),
      data: { reasons: [{ id: 'accessIf', conditions: 'StringEquals kms:ViaService s3.eu-west-1.amazonaws.com' }] },
    },
    {
      name: 'an account condition that passes when the key is absent',
      message: 'open',
      input: put(everyone({ StringEqualsIfExists: { 'aws:PrincipalOrgID': ownOrg } })),
    },
    {
      name: 'a condition on the key itself, which keeps nobody out',
      message: 'open',
      input: put(everyone({ StringEquals: { 'aws:ResourceAccount': account } })),
    },
    {
      name: 'a tag that strangers give themselves',
      message: 'open',
      input: put(everyone({ StringEquals: { 'aws:PrincipalTag/team': 'x' } })),
    },
    {
      name: 'everybody except a list',
      message: 'open',
      input: put(
        alsoAllowing({
          Sid: 'More',
          Effect: 'Allow',
          NotPrincipal: { AWS: account },
          Action: 'kms:Decrypt',
          Resource: '*',
        }),
      ),
    },
    {
      name: 'by a construct that AWS does not document',
      message: 'open',
      input: put(everyone(null, { Action: 'k*:Decrypt' })),
      data: { reasons: [{ id: 'accessUndocumented' }] },
    },
    {
      name: 'more ways in than an alert can show',
      message: 'open',
      input: put(manyWays),
      data: { reasons: expect.arrayContaining([{ id: 'accessMore', count: 2 }]) },
    },
    {
      name: 'the analysis spends its budget: counts as access, but is not proved',
      verdict: 'undetermined',
      message: 'unfinished',
      input: put(everyone(tooHard('aws:PrincipalTag/x'))),
      data: { reasons: [{ id: 'accessUnfinished', principal: '*' }] },
    },
    ...inDoubt(),
  ],
} satisfies Columns;

twoColumns(policyPublic, columns);
reachesEveryText(policyPublic, columns.violating);

const open = everyone(null);

test('is undone, unless nobody can tell for sure that strangers get in', () => {
  expect(remediable(policyPublic, policyPublic.judge(put(open)))).toBe(true);
  const undocumented = everyone(null, { Action: 'k*:Decrypt' });
  expect(remediable(policyPublic, policyPublic.judge(put(undocumented)))).toBe(false);
  const refused = alsoAllowing(allow({ Principal: '*' }), allow({ Principal: { AWS: 'nobody' } }));
  expect(policyPublic.judge(put(refused))).toMatchObject({ verdict: 'violation', message: 'open' });
  expect(remediable(policyPublic, policyPublic.judge(put(refused)))).toBe(false);
});

test('tells who gets in and how, in words that fit an alert', () => {
  const verdict = policyPublic.judge(
    put(everyone({ StringEquals: { 'kms:ViaService': 's3.eu-west-1.amazonaws.com' } })),
  );
  expect(told(policyPublic, verdict)).toEqual([
    'The key policy lets in anyone with an AWS account',
    'Anyone with an AWS account can call kms:Decrypt, by "More", if StringEquals kms:ViaService s3.eu-west-1.amazonaws.com. ' +
      'Proof: a stranger such as arn:aws:iam::999988887777:role/any calls kms:Decrypt with kms:ViaService = s3.eu-west-1.amazonaws.com',
  ]);
});

test('judges the policy in force, not the text of the call', () => {
  const call = { ...putPolicy, policy: open };
  expect(policyPublic.judge({ ...put(perfectPolicy), call })).toEqual({ verdict: 'compliant' });
});
