import { policyStalePrincipal } from '../../shared/rules/policy-stale-principal.ts';
import { account, allow, alsoAllowing, put } from '../support/perfect-policy.ts';
import { inDoubt, notJudged, perfectPolicyRows, reachesEveryText } from '../support/policy-columns.ts';
import { type Columns, twoColumns } from '../support/two-columns.ts';

const role = 'AROAEXAMPLEROLEID00A';
const user = 'AIDAEXAMPLEUSERID00B';
const naming = (AWS: string | readonly string[]) => alsoAllowing(allow({ Principal: { AWS } }));

const columns = {
  compliant: [
    { name: 'a role that begins like an id', input: put(naming(`arn:aws:iam::${account}:role/${role}`)) },
    {
      name: 'a unique id in a condition, which is its place',
      input: put(
        alsoAllowing(allow({ Principal: { AWS: account }, Condition: { StringLike: { 'aws:userid': `${role}:*` } } })),
      ),
    },
    ...perfectPolicyRows(),
    ...notJudged(naming(role)),
  ],
  violating: [
    {
      name: 'a deleted role',
      message: 'found',
      severity: 'low',
      input: put(naming(role)),
      data: { count: 1, reasons: [{ id: 'stale', statement: '"More"', principals: role }] },
    },
    {
      name: 'a deleted role and user beside one that exists',
      message: 'found',
      input: put(naming([role, `arn:aws:iam::${account}:role/app`, user])),
      data: { reasons: [{ id: 'stale', principals: `${role}, ${user}`, count: 2 }] },
    },
    {
      name: 'in a Deny, which now misses whoever took the name',
      message: 'found',
      input: put(alsoAllowing({ Effect: 'Deny', Principal: { AWS: role }, Action: 'kms:*', Resource: '*' })),
    },
    ...inDoubt(),
  ],
} satisfies Columns;

twoColumns(policyStalePrincipal, columns);
reachesEveryText(policyStalePrincipal, columns.violating);
