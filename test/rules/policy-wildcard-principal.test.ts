import { policyWildcardPrincipal } from '../../shared/rules/policy-wildcard-principal.ts';
import { account, allow, alsoAllowing, put } from '../support/perfect-policy.ts';
import { inDoubt, notJudged, perfectPolicyRows, reachesEveryText } from '../support/policy-columns.ts';
import { type Columns, twoColumns } from '../support/two-columns.ts';

const everyone = (Condition: Record<string, unknown>, some: Record<string, unknown> = {}) =>
  alsoAllowing(allow({ Principal: '*', Condition, ...some }));
const through = { 'kms:ViaService': 's3.eu-west-1.amazonaws.com' };
const own = { 'kms:CallerAccount': account };

const columns = {
  compliant: [
    { name: 'the pattern of AWS managed keys', input: put(everyone({ StringEquals: { ...through, ...own } })) },
    {
      name: 'the same, with the wildcard in a list',
      input: put(everyone({ StringEquals: { ...through, ...own } }, { Principal: { AWS: ['*'] } })),
    },
    {
      name: 'a Deny for everybody',
      input: put(
        alsoAllowing({
          Effect: 'Deny',
          Principal: '*',
          Action: 'kms:*',
          Resource: '*',
          Condition: { StringNotEquals: own },
        }),
      ),
    },
    {
      name: 'a statement that lets nobody in: another rule says so',
      input: put(everyone({ StringEquals: { 'kms:CallerAccount': '*' } })),
    },
    ...perfectPolicyRows(),
    ...notJudged(everyone({ StringEquals: own })),
  ],
  violating: [
    {
      name: 'everybody',
      message: 'found',
      severity: 'low',
      input: put(alsoAllowing(allow({ Principal: { AWS: '*' } }))),
      data: { count: 1, reasons: [{ id: 'unlimited', statement: '"More"' }] },
    },
    {
      name: 'everybody of the own account, with no say for its IAM policies',
      message: 'found',
      input: put(everyone({ StringEquals: own })),
      data: { reasons: [{ id: 'limited', conditions: `StringEquals kms:CallerAccount ${account}` }] },
    },
    {
      name: 'looks like the pattern of AWS managed keys, but lets strangers in',
      message: 'found',
      input: put(everyone({ StringEquals: through })),
    },
    {
      name: 'looks like it, but also lets in who calls directly (IfExists)',
      message: 'found',
      input: put(everyone({ StringEqualsIfExists: through, StringEquals: own })),
    },
    {
      name: 'looks like it, but asks for a call that is not through a service',
      message: 'found',
      input: put(everyone({ Null: { 'kms:ViaService': 'true' }, StringEquals: own })),
    },
    {
      name: 'looks like it, but names the services to keep out',
      message: 'found',
      input: put(everyone({ StringNotEquals: through, StringEquals: own })),
    },
    {
      name: 'looks like it, but passes an empty set',
      message: 'found',
      input: put(everyone({ 'ForAllValues:StringEquals': through, StringEquals: own })),
    },
    ...inDoubt(),
  ],
} satisfies Columns;

twoColumns(policyWildcardPrincipal, columns);
reachesEveryText(policyWildcardPrincipal, columns.violating);
