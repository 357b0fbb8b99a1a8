import { policyNotPrincipal } from '../../shared/rules/policy-not-principal.ts';
import { account, alsoAllowing, put } from '../support/perfect-policy.ts';
import { inDoubt, notJudged, perfectPolicyRows, reachesEveryText } from '../support/policy-columns.ts';
import { type Columns, twoColumns } from '../support/two-columns.ts';

const statement = (Effect: 'Allow' | 'Deny', some: Record<string, unknown> = {}) => ({
  Sid: 'All but',
  Effect,
  NotPrincipal: { AWS: [`arn:aws:iam::${account}:root`, `arn:aws:iam::${account}:role/app`] },
  Action: 'kms:Decrypt',
  Resource: '*',
  ...some,
});

const columns = {
  compliant: [
    {
      name: 'the condition that AWS recommends in its place',
      input: put(
        alsoAllowing({
          Effect: 'Deny',
          Principal: '*',
          Action: 'kms:Decrypt',
          Resource: '*',
          Condition: { ArnNotEquals: { 'aws:PrincipalArn': `arn:aws:iam::${account}:role/app` } },
        }),
      ),
    },
    ...perfectPolicyRows(),
    ...notJudged(alsoAllowing(statement('Allow'))),
  ],
  violating: [
    {
      name: 'an Allow',
      message: 'found',
      severity: 'high',
      input: put(alsoAllowing(statement('Allow'))),
      data: { count: 1, reasons: [{ id: 'allows', statement: '"All but"' }] },
    },
    {
      name: 'a Deny',
      message: 'found',
      severity: 'low',
      input: put(alsoAllowing(statement('Deny'))),
      data: { reasons: [{ id: 'denies' }] },
    },
    {
      name: 'both: the worse counts and comes first',
      message: 'found',
      severity: 'high',
      input: put(alsoAllowing(statement('Deny'), statement('Allow', { Sid: 'Allow' }))),
      data: { count: 2, reasons: [{ id: 'allows' }, { id: 'denies' }] },
    },
    ...inDoubt(),
  ],
} satisfies Columns;

twoColumns(policyNotPrincipal, columns);
reachesEveryText(policyNotPrincipal, columns.violating);
