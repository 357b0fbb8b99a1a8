import { expect, test } from 'vitest';
import type { JudgeInput } from '../../shared/rules/define-rule.ts';
import { policyGuardLockedOut } from '../../shared/rules/policy-guard-locked-out.ts';
import { inputWith, withMetadata } from '../support/perfect-key.ts';
import {
  account,
  allow,
  alsoAllowing,
  foreign,
  policyText,
  put,
  trusting,
  withPolicy,
} from '../support/perfect-policy.ts';
import { inDoubt, notJudged, reachesEveryText, remediable } from '../support/policy-columns.ts';
import { adminStatement, perfectPolicy, useStatement } from '../support/policy-text.ts';
import { type Columns, type Right, twoColumns, type Wrong } from '../support/two-columns.ts';

const role = (name: string) => `arn:aws:iam::${account}:role/${name}`;
const guard = role('kms-guard');
const roles = [guard, `arn:aws:iam::${foreign}:role/kms-guard`];
const guarded = (input: JudgeInput, guardRoles: readonly string[] = roles): JudgeInput => ({ ...input, guardRoles });
const rowsGuarded = <Row extends Right | Wrong>(rows: readonly Row[]): readonly Row[] =>
  rows.map((row) => ({ ...row, input: guarded(row.input) }));
const deny = (some: Record<string, unknown>) =>
  alsoAllowing({ Sid: 'Stop', Effect: 'Deny', Principal: { AWS: guard }, Resource: '*', ...some });
const named = (name: string, ...actions: readonly string[]) =>
  allow({ Sid: name, Principal: { AWS: role(name) }, Action: actions.map((action) => `kms:${action}`) });
const reads = ['DescribeKey', 'GetKeyPolicy'];
const noCancel = deny({ Action: 'kms:CancelKeyDeletion' });

const columns = {
  compliant: [
    { name: 'a path through the account', input: guarded(put(perfectPolicy)) },
    { name: 'the same in a sweep', input: guarded(inputWith({ facts: withPolicy(perfectPolicy) })) },
    {
      name: 'named without the account',
      input: guarded(put(policyText([named('kms-guard', ...reads, 'CancelKeyDeletion', 'EnableKey', 'PutKeyPolicy')]))),
    },
    {
      name: 'two guards, each named for its own part',
      input: guarded(
        put(
          policyText([
            named('deletion', ...reads, 'CancelKeyDeletion', 'EnableKey'),
            named('policy', ...reads, 'PutKeyPolicy'),
          ]),
        ),
        [role('deletion'), role('policy')],
      ),
    },
    { name: 'a Deny of something else', input: guarded(put(deny({ Action: 'kms:Decrypt' }))) },
    {
      name: 'a perimeter around the own organization, of which the guard is part',
      input: guarded(
        put(
          deny({
            Principal: '*',
            Action: 'kms:*',
            Condition: { StringNotEquals: { 'aws:PrincipalOrgID': 'o-a1b2c3d4e5' } },
          }),
          {
            config: trusting({ organization: 'o-a1b2c3d4e5' }),
          },
        ),
      ),
    },
    { name: 'no role at hand, as in replay', verdict: 'notApplicable', input: put(noCancel) },
    {
      name: 'roles in other accounts only',
      verdict: 'notApplicable',
      input: guarded(put(noCancel), roles.slice(1)),
    },
    ...rowsGuarded(notJudged(noCancel)),
  ],
  violating: [
    {
      name: 'a Deny of the cancel',
      message: 'lockedOut',
      severity: 'high',
      input: guarded(put(noCancel)),
      data: {
        actions: ['kms:CancelKeyDeletion'],
        reasons: [{ id: 'denied', role: guard, actions: 'kms:CancelKeyDeletion', statements: '"Stop"' }],
      },
    },
    {
      name: 'a Deny of the cancel while the key is pending deletion',
      message: 'lockedOut',
      severity: 'critical',
      input: guarded({
        ...put(noCancel),
        facts: withMetadata(withPolicy(noCancel), { keyState: 'PendingDeletion' }),
      }),
    },
    {
      name: 'a key that waits for its material is in no such danger',
      message: 'lockedOut',
      severity: 'high',
      input: guarded({ ...put(noCancel), facts: withMetadata(withPolicy(noCancel), { keyState: 'PendingImport' }) }),
    },
    {
      name: 'a Deny for one of two guards',
      message: 'lockedOut',
      input: guarded(put(noCancel), [guard, role('other')]),
      data: { reasons: [{ id: 'denied', role: guard }] },
    },
    {
      name: 'one guard denied, the other never let in: both are said',
      message: 'lockedOut',
      input: guarded(
        put(
          policyText([
            named('kms-guard', ...reads, 'CancelKeyDeletion', 'EnableKey', 'PutKeyPolicy'),
            { Sid: 'Stop', Effect: 'Deny', Principal: { AWS: guard }, Action: 'kms:EnableKey', Resource: '*' },
          ]),
        ),
        [guard, role('other')],
      ),
      data: { actions: ['kms:EnableKey'], reasons: [{ id: 'denied' }, { id: 'noPath', actions: 'kms:EnableKey' }] },
    },
    {
      name: 'a Deny for everybody outside a network',
      message: 'lockedOutForGood',
      input: guarded(
        put(deny({ Principal: '*', Action: 'kms:*', Condition: { StringNotEquals: { 'aws:SourceVpce': 'vpce-1' } } })),
      ),
    },
    {
      name: 'the account was taken out',
      message: 'lockedOutForGood',
      input: guarded(put(policyText([adminStatement, useStatement]))),
      data: { reasons: [{ id: 'noPath' }] },
    },
    {
      name: 'one action without a path',
      message: 'lockedOut',
      input: guarded(put(policyText([named('kms-guard', ...reads, 'PutKeyPolicy', 'EnableKey')]))),
      data: { actions: ['kms:CancelKeyDeletion'], reasons: [{ id: 'noPath', actions: 'kms:CancelKeyDeletion' }] },
    },
    ...rowsGuarded(inDoubt()),
  ],
} satisfies Columns;

twoColumns(policyGuardLockedOut, columns);
reachesEveryText(policyGuardLockedOut, columns.violating);

test('is undone only where the guard can still put the policy', () => {
  const may = (policy: string) => remediable(policyGuardLockedOut, policyGuardLockedOut.judge(guarded(put(policy))));
  expect(may(noCancel)).toBe(true);
  expect(may(deny({ Action: 'kms:PutKeyPolicy' }))).toBe(false);
  expect(may(deny({ Action: 'kms:GetKeyPolicy' }))).toBe(false);
  expect(may(policyText([useStatement]))).toBe(false);
});
