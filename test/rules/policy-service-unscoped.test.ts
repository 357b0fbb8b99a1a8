import { expect, test } from 'vitest';
import type { Facts } from '../../shared/facts/facts.ts';
import { policyServiceUnscoped } from '../../shared/rules/policy-service-unscoped.ts';
import { account, allow, alsoAllowing, foreign, lastPolicy, put, trusting } from '../support/perfect-policy.ts';
import {
  inDoubt,
  notJudged,
  perfectPolicyRows,
  reachesEveryText,
  remediable,
  tooHard,
} from '../support/policy-columns.ts';
import { perfectPolicy } from '../support/policy-text.ts';
import { type Columns, twoColumns } from '../support/two-columns.ts';

const Service = 'cloudtrail.amazonaws.com';
const to = (condition: Record<string, unknown> | null, some: Record<string, unknown> = {}) =>
  alsoAllowing(allow({ Principal: { Service }, ...(condition === null ? {} : { Condition: condition }), ...some }));
const actions =
  'Decrypt Encrypt Sign Verify GenerateMac VerifyMac DescribeKey GetPublicKey ReEncryptFrom ReEncryptTo CreateGrant';

const columns = {
  compliant: [
    { name: 'for the own account', input: put(to({ StringEquals: { 'aws:SourceAccount': account } })) },
    {
      name: 'for an own trail',
      input: put(to({ ArnEquals: { 'aws:SourceArn': `arn:aws:cloudtrail:eu-west-1:${account}:trail/main` } })),
    },
    {
      name: 'for the own organization',
      input: put(to({ StringEquals: { 'aws:SourceOrgID': 'o-a1b2c3d4e5' } }), {
        config: trusting({ organization: 'o-a1b2c3d4e5' }),
      }),
    },
    {
      name: 'by the encryption context that the service sets itself: the documented pattern',
      input: put(
        to({ StringLike: { 'kms:EncryptionContext:aws:cloudtrail:arn': `arn:aws:cloudtrail:*:${account}:trail/*` } }),
      ),
    },
    {
      name: 'a service that the configuration trusts',
      input: put(to(null), { config: trusting({ services: [Service] }) }),
    },
    ...perfectPolicyRows(),
    ...notJudged(to(null)),
  ],
  violating: [
    {
      name: 'for anybody',
      message: 'open',
      severity: 'high',
      input: put(to(null)),
      data: { principals: [Service], reasons: [{ id: 'access', who: 'service' }, { id: 'nothingBefore' }] },
    },
    {
      name: 'for the own account, or for calls that carry no source',
      message: 'open',
      input: put(to({ StringEqualsIfExists: { 'aws:SourceAccount': account } })),
      data: { reasons: [{ id: 'accessIf' }, { id: 'nothingBefore' }] },
    },
    {
      name: 'for the trail of any account',
      message: 'open',
      input: put(to({ ArnLike: { 'aws:SourceArn': 'arn:aws:cloudtrail:*:*:trail/*' } })),
    },
    {
      name: 'for another account',
      message: 'open',
      input: put(to({ StringEquals: { 'aws:SourceAccount': foreign } })),
    },
    {
      name: 'new since the last policy',
      message: 'open',
      input: put(to(null), {}, lastPolicy(perfectPolicy)),
      data: { reasons: [{ id: 'access' }, { id: 'gained' }] },
    },
    {
      name: 'as the last policy had it',
      message: 'open',
      input: put(to(null), {}, lastPolicy(to(null))),
      data: { reasons: [{ id: 'access' }, { id: 'notNew' }] },
    },
    {
      name: 'by a construct that AWS does not document',
      message: 'open',
      input: put(to(null, { Action: 'k*:Decrypt' })),
      data: { reasons: [{ id: 'accessUndocumented' }, { id: 'nothingBefore' }] },
    },
    {
      name: 'more ways in than an alert can show',
      message: 'open',
      input: put(
        alsoAllowing(
          ...actions
            .split(' ')
            .map((one) =>
              allow({ Sid: one, Principal: { Service: `${one.toLowerCase()}.amazonaws.com` }, Action: `kms:${one}` }),
            ),
        ),
      ),
      data: { reasons: expect.arrayContaining([{ id: 'accessMore', count: 1 }]) },
    },
    {
      name: 'the analysis spends its budget: counts as access, but is not proved',
      verdict: 'undetermined',
      message: 'unfinished',
      input: put(to(tooHard('kms:EncryptionContext:x'))),
      data: { reasons: [{ id: 'accessUnfinished' }] },
    },
    ...inDoubt(),
  ],
} satisfies Columns;

twoColumns(policyServiceUnscoped, columns);
reachesEveryText(policyServiceUnscoped, columns.violating);

test('is undone only where it is new', () => {
  const may = (some: Partial<Facts>) =>
    remediable(policyServiceUnscoped, policyServiceUnscoped.judge(put(to(null), {}, some)));
  expect(may(lastPolicy(perfectPolicy))).toBe(true);
  expect(may(lastPolicy(to({ StringEquals: { 'aws:SourceAccount': account } })))).toBe(true);
  expect(may(lastPolicy(to(null)))).toBe(false);
  expect(may({})).toBe(false);
});
