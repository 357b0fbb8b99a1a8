import { policyIneffective } from '../../shared/rules/policy-ineffective.ts';
import { account, allow, alsoAllowing, foreign, put } from '../support/perfect-policy.ts';
import { inDoubt, notJudged, perfectPolicyRows, reachesEveryText, tooHard } from '../support/policy-columns.ts';
import { type Columns, twoColumns } from '../support/two-columns.ts';

const app = { AWS: `arn:aws:iam::${account}:role/app` };
const one = (some: Record<string, unknown>) => alsoAllowing(allow({ Principal: app, ...some }));
const { Resource: _resource, ...noResource } = allow({ Principal: app });
const { Action: _action, ...noAction } = allow({ Principal: app });
const otherKey = `arn:aws:kms:eu-west-1:${account}:key/99999999-1111-2222-3333-444455556666`;

const columns = {
  compliant: [
    {
      name: 'everything of KMS for another account: what it offers there works',
      input: put(alsoAllowing(allow({ Principal: { AWS: foreign }, Action: 'kms:*' }))),
    },
    {
      name: 'the key by its own ARN',
      input: put(one({ Resource: 'arn:aws:kms:eu-west-1:111122223333:key/0a1b2c3d-1111-2222-3333-444455556666' })),
    },
    {
      name: 'a deleted principal: another rule says so',
      input: put(alsoAllowing(allow({ Principal: { AWS: 'AROAEXAMPLEROLEID00A' } }))),
    },
    ...perfectPolicyRows(),
    ...notJudged(alsoAllowing(noResource)),
  ],
  violating: [
    {
      name: 'no Resource',
      message: 'found',
      severity: 'low',
      input: put(alsoAllowing(noResource)),
      data: { count: 1, reasons: [{ id: 'noResource', effect: 'Allow', statement: '"More"' }] },
    },
    {
      name: 'a Deny without Resource, which protects nothing',
      message: 'found',
      severity: 'medium',
      input: put(alsoAllowing({ ...noResource, Effect: 'Deny' })),
      data: { reasons: [{ id: 'noResource', effect: 'Deny' }] },
    },
    {
      name: 'no Action',
      message: 'found',
      input: put(alsoAllowing(noAction)),
      data: { reasons: [{ id: 'noAction' }] },
    },
    {
      name: 'another key',
      message: 'found',
      input: put(one({ Resource: otherKey })),
      data: { reasons: [{ id: 'otherResource' }] },
    },
    {
      name: 'another service',
      message: 'found',
      input: put(one({ Action: 's3:GetObject' })),
      data: { reasons: [{ id: 'otherService' }] },
    },
    {
      name: 'only what no key policy decides: harmless',
      message: 'found',
      severity: 'info',
      input: put(one({ Action: ['kms:ListKeys', 'kms:CreateKey'] })),
      data: { reasons: [{ id: 'accountActionsOnly' }] },
    },
    {
      name: 'some of it is what no key policy decides',
      message: 'found',
      severity: 'info',
      input: put(one({ Action: ['kms:Decrypt', 'kms:ListAliases'] })),
      data: { reasons: [{ id: 'accountAction', actions: 'kms:ListAliases' }] },
    },
    {
      name: 'a harmless one beside a real one',
      message: 'found',
      severity: 'low',
      input: put(alsoAllowing(noResource, allow({ Sid: 'List', Principal: app, Action: 'kms:ListKeys' }))),
      data: { count: 2 },
    },
    {
      name: 'conditions that no request meets',
      message: 'found',
      input: put(
        one({
          Condition: { StringEquals: { 'aws:PrincipalTag/a': 'x' }, StringNotEquals: { 'aws:PrincipalTag/a': 'x' } },
        }),
      ),
      data: { reasons: [{ id: 'unsatisfiable' }] },
    },
    {
      name: 'what KMS does not offer across accounts',
      message: 'found',
      input: put(alsoAllowing(allow({ Principal: { AWS: foreign }, Action: ['kms:PutKeyPolicy', 'kms:Decrypt'] }))),
      data: { reasons: [{ id: 'notAcrossAccounts', actions: 'kms:PutKeyPolicy' }] },
    },
    {
      name: 'the analysis spends its budget',
      verdict: 'undetermined',
      message: 'unfinished',
      input: put(one({ Condition: tooHard('aws:PrincipalTag/x') })),
    },
    ...inDoubt(),
  ],
} satisfies Columns;

twoColumns(policyIneffective, columns);
reachesEveryText(policyIneffective, columns.violating);
