import { policyAdminAndUse } from '../../shared/rules/policy-admin-and-use.ts';
import { account, allow, alsoAllowing, put } from '../support/perfect-policy.ts';
import { inDoubt, notJudged, perfectPolicyRows, reachesEveryText, tooHard } from '../support/policy-columns.ts';
import { type Columns, twoColumns } from '../support/two-columns.ts';

const admin = `arn:aws:iam::${account}:role/KeyAdmin`;
const alsoUsing = (some: Record<string, unknown> = {}) => alsoAllowing(allow({ Principal: { AWS: admin }, ...some }));
const managed = { StringEquals: { 'kms:ViaService': 's3.eu-west-1.amazonaws.com', 'kms:CallerAccount': account } };
const everyone = allow({ Sid: 'Everyone', Principal: '*', Condition: managed });

const columns = {
  compliant: [
    {
      name: 'a Deny that parts them again',
      input: put(
        alsoAllowing(allow({ Principal: { AWS: admin } }), {
          Effect: 'Deny',
          Principal: { AWS: admin },
          Action: 'kms:Decrypt',
          Resource: '*',
        }),
      ),
    },
    {
      name: 'grants that only services can make hand out nothing',
      input: put(
        alsoAllowing(
          allow({
            Principal: { AWS: `arn:aws:iam::${account}:role/app` },
            Action: 'kms:CreateGrant',
            Condition: { Bool: { 'kms:GrantIsForAWSResource': 'true' } },
          }),
        ),
      ),
    },
    {
      name: 'everybody of the account through a service, the pattern of AWS managed keys',
      input: put(alsoAllowing(everyone)),
    },
    ...perfectPolicyRows(),
    ...notJudged(alsoUsing()),
  ],
  violating: [
    {
      name: 'in two statements',
      message: 'found',
      severity: 'medium',
      input: put(alsoUsing()),
      data: {
        count: 1,
        reasons: [
          {
            id: 'both',
            principal: admin,
            admin: 'kms:PutKeyPolicy',
            use: 'kms:Decrypt',
            statements: '"Allow administration", "More"',
          },
        ],
      },
    },
    {
      name: 'in two statements, beside the pattern of AWS managed keys',
      message: 'found',
      input: put(alsoAllowing(everyone, allow({ Principal: { AWS: admin } }))),
      data: { reasons: [{ id: 'both', statements: '"Allow administration", "More"' }] },
    },
    {
      name: 'by everything',
      message: 'found',
      input: put(alsoAllowing(allow({ Principal: { AWS: `arn:aws:iam::${account}:user/dana` }, Action: 'kms:*' }))),
    },
    {
      name: 'administers with MFA and uses without: two requests are enough',
      message: 'found',
      input: put(alsoUsing({ Condition: { BoolIfExists: { 'aws:MultiFactorAuthPresent': 'false' } } })),
    },
    {
      name: 'the analysis spends its budget',
      verdict: 'undetermined',
      message: 'unfinished',
      input: put(alsoUsing({ Condition: tooHard('aws:PrincipalTag/x') })),
      data: { reasons: [{ id: 'perhaps', principal: admin }] },
    },
    ...inDoubt(),
  ],
} satisfies Columns;

twoColumns(policyAdminAndUse, columns);
reachesEveryText(policyAdminAndUse, columns.violating);
