import { policyUnmanageable } from '../../shared/rules/policy-unmanageable.ts';
import { account, allow, alsoAllowing, foreign, policyText, put } from '../support/perfect-policy.ts';
import { inDoubt, notJudged, perfectPolicyRows, reachesEveryText, tooHard } from '../support/policy-columns.ts';
import { accountStatement, adminStatement, useStatement } from '../support/policy-text.ts';
import { type Columns, twoColumns } from '../support/two-columns.ts';

const onlyIf = (Condition: Record<string, unknown>) => policyText([{ ...accountStatement, Condition }, useStatement]);
const denied = (Condition: Record<string, unknown> | null) =>
  alsoAllowing({
    Effect: 'Deny',
    Principal: '*',
    Action: 'kms:Put*',
    Resource: '*',
    ...(Condition === null ? {} : { Condition }),
  });
const admin = `arn:aws:iam::${account}:role/KeyAdmin`;

const columns = {
  compliant: [
    {
      name: 'the account, but only with MFA: good practice',
      input: put(onlyIf({ Bool: { 'aws:MultiFactorAuthPresent': 'true' } })),
    },
    {
      name: 'a perimeter around the own organization',
      input: put(
        denied({
          StringNotEqualsIfExists: { 'aws:PrincipalOrgID': 'o-a1b2c3d4e5' },
          Bool: { 'aws:SecureTransport': 'false' },
        }),
      ),
    },
    {
      name: 'everybody of the account',
      input: put(
        policyText([
          allow({ Principal: '*', Action: 'kms:*', Condition: { StringEquals: { 'kms:CallerAccount': account } } }),
        ]),
      ),
    },
    ...perfectPolicyRows(),
    ...notJudged(policyText([useStatement])),
  ],
  violating: [
    {
      name: 'nobody may put a policy',
      message: 'locked',
      severity: 'critical',
      input: put(policyText([useStatement])),
      data: { level: 'locked', account, principal: null },
    },
    { name: 'a Deny, even for the root user', message: 'locked', input: put(denied(null)) },
    {
      name: 'only another account: KMS does not offer it across accounts',
      message: 'locked',
      input: put(policyText([allow({ Principal: { AWS: foreign }, Action: 'kms:*' })])),
    },
    { name: 'no statement at all', message: 'locked', input: put(policyText([])) },
    {
      name: 'only a named role',
      message: 'named',
      severity: 'medium',
      input: put(policyText([adminStatement, useStatement])),
      data: { level: 'named', principal: admin },
    },
    {
      name: 'only through an endpoint',
      message: 'perishable',
      severity: 'low',
      input: put(onlyIf({ StringEquals: { 'aws:SourceVpce': 'vpce-0123456789abcdef0' } })),
      data: { level: 'conditional', dependsOn: 'aws:SourceVpce' },
    },
    {
      name: 'only until a day',
      message: 'perishable',
      input: put(onlyIf({ DateLessThan: { 'aws:CurrentTime': '2030-01-01T00:00:00Z' } })),
    },
    {
      name: 'the analysis spends its budget',
      verdict: 'undetermined',
      message: 'unfinished',
      severity: 'critical',
      input: put(onlyIf(tooHard('aws:PrincipalTag/x'))),
    },
    ...inDoubt(),
  ],
} satisfies Columns;

twoColumns(policyUnmanageable, columns);
reachesEveryText(policyUnmanageable, columns.violating);
