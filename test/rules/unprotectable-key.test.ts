import { type KeyMetadata, known, unknown } from '../../shared/facts/facts.ts';
import { unprotectableKey } from '../../shared/rules/unprotectable-key.ts';
import { account, allow, alsoAllowing, foreign, policyText } from '../support/perfect-policy.ts';
import { reachesEveryText } from '../support/policy-columns.ts';
import { perfectPolicy, useStatement } from '../support/policy-text.ts';
import { swept, undescribed } from '../support/sweep-columns.ts';
import { type Columns, twoColumns } from '../support/two-columns.ts';

const role = (name: string) => `arn:aws:iam::${account}:role/${name}`;
const guard = role('kms-guard');
const elsewhere = `arn:aws:iam::${foreign}:role/kms-guard`;
type Options = { readonly roles?: readonly string[]; readonly metadata?: Partial<KeyMetadata> };
const under = (policy: string, { roles = [guard, elsewhere], metadata = {} }: Options = {}) => ({
  ...swept({ policy: known(policy) }, metadata),
  guardRoles: roles,
});
const named = (name: string, ...actions: readonly string[]) =>
  allow({ Sid: name, Principal: { AWS: role(name) }, Action: actions.map((action) => `kms:${action}`) });
const denying = (principal: string, ...actions: readonly string[]) =>
  alsoAllowing({
    Sid: 'Stop',
    Effect: 'Deny',
    Principal: { AWS: principal },
    Action: actions.map((action) => `kms:${action}`),
    Resource: '*',
  });
const noAccount = policyText([useStatement]);
const saving = ['DescribeKey', 'CancelKeyDeletion', 'EnableKey'];

const columns = {
  compliant: [
    { name: 'a path through the account', input: under(perfectPolicy) },
    {
      name: 'named for what saves a key, and for nothing else',
      input: under(policyText([named('kms-guard', ...saving)])),
    },
    {
      name: 'the policy itself is out of reach: that does not delete the key',
      input: under(denying(guard, 'PutKeyPolicy')),
    },
    {
      name: 'one of two guards is kept out',
      input: under(denying(guard, 'CancelKeyDeletion'), { roles: [guard, role('other')] }),
    },
    {
      name: 'two guards, each named for its own part',
      input: under(policyText([named('a', 'DescribeKey', 'EnableKey'), named('b', 'CancelKeyDeletion')]), {
        roles: [role('a'), role('b')],
      }),
    },
    {
      name: 'no role at hand, as on the command line',
      verdict: 'notApplicable',
      input: under(noAccount, { roles: [] }),
    },
    {
      name: 'an AWS managed key',
      verdict: 'notApplicable',
      input: under(noAccount, { metadata: { keyManager: 'AWS' } }),
    },
  ],
  violating: [
    {
      name: 'a Deny of the cancel for the only role',
      message: 'unprotectable',
      severity: 'high',
      input: under(denying(guard, 'CancelKeyDeletion')),
      data: { missing: ['kms:CancelKeyDeletion'], reasons: [{ id: 'denied', role: guard, statements: '"Stop"' }] },
    },
    {
      name: 'the same while the key is pending deletion',
      message: 'unprotectable',
      severity: 'critical',
      input: under(denying(guard, 'CancelKeyDeletion'), { metadata: { keyState: 'PendingDeletion' } }),
    },
    {
      name: 'the account was taken out',
      message: 'unprotectable',
      input: under(noAccount),
      data: {
        missing: ['kms:DescribeKey', 'kms:CancelKeyDeletion', 'kms:EnableKey'],
        roles: [guard],
        reasons: [{ id: 'noPath' }],
      },
    },
    {
      name: 'one guard denied, the other without a path',
      message: 'unprotectable',
      input: under(
        policyText([
          named('kms-guard', ...saving),
          { Sid: 'Stop', Effect: 'Deny', Principal: { AWS: guard }, Action: 'kms:EnableKey', Resource: '*' },
        ]),
        { roles: [guard, role('other')] },
      ),
      data: { missing: ['kms:EnableKey'] },
    },
    {
      name: 'the guard has roles, but none in this account',
      message: 'noRole',
      severity: 'high',
      input: under(perfectPolicy, { roles: [elsewhere] }),
      data: { account },
    },
    {
      name: 'the same while the key is pending deletion',
      message: 'noRole',
      severity: 'critical',
      input: under(perfectPolicy, { roles: [elsewhere], metadata: { keyState: 'PendingReplicaDeletion' } }),
    },
    {
      name: 'the policy cannot be read',
      verdict: 'undetermined',
      message: 'unreadable',
      input: { ...swept({ policy: unknown('access-denied', 'kms:GetKeyPolicy') }), guardRoles: [guard] },
      data: { fact: 'policy', reason: 'access-denied' },
    },
    { name: 'the policy is no JSON', verdict: 'undetermined', message: 'refused', input: under('{') },
    {
      name: 'the policy holds what KMS refuses',
      verdict: 'undetermined',
      message: 'refused',
      input: under(alsoAllowing(allow({ Principal: { AWS: `arn:aws:iam::${account}:role/*` } }))),
    },
    ...undescribed().map((row) => ({ ...row, input: { ...row.input, guardRoles: [guard] } })),
  ],
} satisfies Columns;

twoColumns(unprotectableKey, columns);
reachesEveryText(unprotectableKey, columns.violating);
