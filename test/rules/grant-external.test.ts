import { expect, test } from 'vitest';
import { type Grant, known, unknown } from '../../shared/facts/facts.ts';
import { grantExternal } from '../../shared/rules/grant-external.ts';
import { inputWith, perfectFacts } from '../support/perfect-key.ts';
import {
  account,
  allow,
  alsoAllowing,
  createGrant,
  foreign,
  partner,
  perfectGrant,
  putPolicy,
  told,
  trusting,
  withPolicy,
} from '../support/perfect-policy.ts';
import { reachesEveryText, remediable, tooHard } from '../support/policy-columns.ts';
import { perfectPolicy } from '../support/policy-text.ts';
import { type Columns, twoColumns } from '../support/two-columns.ts';

const foreignRole = `arn:aws:iam::${foreign}:role/app`;
const granted = (some: Partial<Grant>): Grant => ({ ...perfectGrant, granteePrincipal: foreignRole, ...some });
const swept = (grants: readonly Grant[], policy = perfectPolicy) =>
  inputWith({ facts: withPolicy(policy, { grants: known(grants) }) });
const made = (changes: Partial<typeof createGrant>, grants: readonly Grant[] = [], policy = perfectPolicy) =>
  inputWith({
    call: { ...createGrant, granteePrincipal: foreignRole, ...changes },
    facts: withPolicy(policy, { grants: known(grants) }),
  });
const denying = (some: Record<string, unknown> = {}) =>
  alsoAllowing({ Effect: 'Deny', Principal: { AWS: foreign }, Action: 'kms:*', Resource: '*', ...some });
const perimeter = alsoAllowing({
  Effect: 'Deny',
  Principal: '*',
  Action: 'kms:*',
  Resource: '*',
  Condition: { StringNotEquals: { 'aws:PrincipalAccount': account }, Bool: { 'aws:PrincipalIsAWSService': 'false' } },
});

const columns = {
  compliant: [
    { name: 'to a role of the own account', input: swept([perfectGrant]) },
    {
      name: 'to a trusted account',
      input: {
        ...swept([granted({ granteePrincipal: `arn:aws:iam::${partner}:role/app` })]),
        config: trusting({ accounts: [partner] }),
      },
    },
    { name: 'to an AWS service', input: swept([granted({ granteePrincipal: 'dynamodb.eu-west-1.amazonaws.com' })]) },
    {
      name: 'to an AWS service, by its own parameter',
      input: swept([granted({ granteePrincipal: null, granteeServicePrincipal: 'rds.amazonaws.com' })]),
    },
    {
      name: 'to an AWS service of another partition',
      input: swept([granted({ granteePrincipal: null, granteeServicePrincipal: 'rds.c2s.ic.gov' })]),
    },
    {
      name: 'to an outsider whom the key policy denies, whatever a statement of the policy is called',
      input: swept(
        [granted({})],
        alsoAllowing(allow({ Sid: 'grant:a-grant', Principal: { AWS: account } }), {
          Effect: 'Deny',
          Principal: { AWS: foreign },
          Action: 'kms:*',
          Resource: '*',
        }),
      ),
    },
    { name: 'to an AWS service, just made and not listed yet', input: made({ granteePrincipal: 'rds.amazonaws.com' }) },
    { name: 'to a principal that was deleted', input: swept([granted({ granteePrincipal: 'AROAEXAMPLEROLEID00A' })]) },
    { name: 'to an outsider, but the key policy denies it', input: swept([granted({})], denying()) },
    { name: 'to an outsider, but the key policy denies everybody outside', input: swept([granted({})], perimeter) },
    {
      name: 'an old one to an outsider is not told again with each new grant',
      input: made({ grantId: 'new', granteePrincipal: perfectGrant.granteePrincipal }, [
        granted({ grantId: 'old' }),
        { ...perfectGrant, grantId: 'new' },
      ]),
    },
    { name: 'no grant at all', input: swept([]) },
    {
      name: 'a failed attempt',
      verdict: 'notApplicable',
      input: made({ failure: { errorCode: 'AccessDenied', errorMessage: null } }),
    },
    {
      name: "the caller's own record of a grant on the key of another account",
      verdict: 'notApplicable',
      input: made({ keyArn: 'arn:aws:kms:eu-west-1:444455556666:key/0a1b2c3d-1111-2222-3333-444455556666' }),
    },
    { name: 'a dry run', verdict: 'notApplicable', input: made({ dryRun: true }) },
    {
      name: 'another call',
      verdict: 'notApplicable',
      input: inputWith({ call: putPolicy, facts: withPolicy(perfectPolicy, { grants: known([granted({})]) }) }),
    },
  ],
  violating: [
    {
      name: 'to a role of another account',
      message: 'outside',
      severity: 'high',
      input: made({}, [granted({})]),
      data: {
        count: 1,
        grantIds: ['a-grant'],
        reasons: [
          {
            id: 'open',
            grantId: 'a-grant',
            grantee: foreignRole,
            account: foreign,
            operations: 'Decrypt, GenerateDataKey',
            constraints: 'nothing',
          },
        ],
      },
    },
    {
      name: 'just made and not listed yet',
      message: 'outside',
      input: made({}),
      data: { reasons: [{ operations: 'Decrypt' }] },
    },
    {
      name: 'just made, and the listing is unknown',
      message: 'outside',
      input: { ...made({}), facts: { ...withPolicy(perfectPolicy), grants: unknown('failed', 'no') } },
    },
    {
      name: 'just made, limited in a way that its call does not show',
      message: 'outside',
      input: made({ hasConstraints: true }),
      data: { reasons: [{ constraints: 'an encryption context or source ARN' }] },
    },
    {
      name: 'found by a sweep',
      message: 'outside',
      input: swept([perfectGrant, granted({ grantId: 'b' })]),
      data: { grantIds: ['b'] },
    },
    {
      name: 'to another account as a whole',
      message: 'outside',
      input: swept([granted({ granteePrincipal: foreign })]),
    },
    {
      name: 'under an encryption context, which its holder chooses',
      message: 'outside',
      input: swept([
        granted({
          constraints: { encryptionContextEquals: { app: 'orders' }, encryptionContextSubset: null, sourceArn: null },
        }),
      ]),
      data: { reasons: [{ constraints: 'app = orders' }] },
    },
    {
      name: 'a Deny that stops something else',
      message: 'outside',
      input: swept([granted({})], denying({ Action: 'kms:Encrypt' })),
    },
    {
      name: 'the service-linked role of another account is another account',
      message: 'outside',
      input: swept([
        granted({
          granteePrincipal: `arn:aws:iam::${foreign}:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling`,
        }),
      ]),
    },
    {
      name: 'more than are analyzed together with a Deny: the rest counts as open',
      message: 'outside',
      input: swept(
        Array.from({ length: 22 }, (_, i) => granted({ grantId: `g${i}` })),
        denying(),
      ),
      data: { count: 2, grantIds: ['g20', 'g21'] },
    },
    {
      name: 'whether a Deny stops it is unknown, for the policy is',
      verdict: 'undetermined',
      message: 'unknownOutside',
      input: inputWith({
        facts: { ...perfectFacts, grants: known([granted({})]), policy: unknown('access-denied', 'no') },
      }),
      data: { reasons: [{ id: 'unproven' }] },
    },
    {
      name: 'whether a Deny stops it is unknown, for the policy holds what KMS refuses',
      verdict: 'undetermined',
      message: 'unknownOutside',
      input: swept([granted({})], alsoAllowing(allow({ Principal: { AWS: 'nobody' } }))),
      data: { reasons: [{ id: 'unproven' }] },
    },
    {
      name: 'whether a Deny stops it is too hard to find out',
      verdict: 'undetermined',
      message: 'unknownOutside',
      input: swept(
        [granted({})],
        alsoAllowing(
          ...Object.entries(tooHard('aws:PrincipalTag/x')).map(([operator, values]) => ({
            Effect: 'Deny',
            Principal: '*',
            Action: 'kms:*',
            Resource: '*',
            Condition: { [operator === 'StringLike' ? 'StringNotLike' : 'StringLike']: values },
          })),
        ),
      ),
      data: { reasons: [{ id: 'unproven' }] },
    },
    {
      name: 'a grantee that nobody can place',
      verdict: 'undetermined',
      message: 'unknownOutside',
      input: swept([granted({ granteePrincipal: 'somebody' })]),
      data: { reasons: [{ id: 'unplaced', grantee: 'somebody' }] },
    },
    {
      name: 'the grants are unknown',
      verdict: 'undetermined',
      message: 'unreadable',
      input: inputWith({ facts: withPolicy(perfectPolicy, { grants: unknown('access-denied', 'no') }) }),
      data: { fact: 'grants' },
    },
    {
      name: 'the key is gone',
      verdict: 'undetermined',
      message: 'gone',
      input: inputWith({ facts: withPolicy(perfectPolicy, { grants: unknown('not-found', 'no') }) }),
    },
    {
      name: 'only a part of the grants was read',
      verdict: 'undetermined',
      message: 'partial',
      severity: 'info',
      input: inputWith({ facts: withPolicy(perfectPolicy, { grants: known([perfectGrant], 'the first 1,000') }) }),
    },
    {
      name: 'the request was left out and the grant is not listed',
      verdict: 'undetermined',
      message: 'omitted',
      input: made({ requestOmitted: true }),
    },
  ],
} satisfies Columns;

twoColumns(grantExternal, columns);
reachesEveryText(grantExternal, columns.violating);

test('is revoked when it was just made, not where somebody may rely on it', () => {
  expect(remediable(grantExternal, grantExternal.judge(made({}, [granted({})])))).toBe(true);
  expect(remediable(grantExternal, grantExternal.judge(swept([granted({})])))).toBe(false);
});

test('says who holds which grant', () => {
  expect(told(grantExternal, grantExternal.judge(swept([granted({})])))).toEqual([
    'Grants let somebody outside the trust zone use the key: 1',
    `Grant a-grant lets ${foreignRole} call Decrypt, GenerateDataKey, limited by nothing`,
  ]);
});
