import { expect, test } from 'vitest';
import { type Grant, known, unknown } from '../../shared/facts/facts.ts';
import { grantBroad } from '../../shared/rules/grant-broad.ts';
import { inputWith } from '../support/perfect-key.ts';
import { account, createGrant, perfectGrant, withPolicy } from '../support/perfect-policy.ts';
import { reachesEveryText, remediable } from '../support/policy-columns.ts';
import { perfectPolicy } from '../support/policy-text.ts';
import { type Columns, twoColumns } from '../support/two-columns.ts';

const to = (granteePrincipal: string, some: Partial<Grant> = {}) =>
  swept({ ...perfectGrant, granteePrincipal, ...some });
const swept = (...grants: readonly Grant[]) =>
  inputWith({ facts: withPolicy(perfectPolicy, { grants: known(grants) }) });
const made = (changes: Partial<typeof createGrant>) =>
  inputWith({ call: { ...createGrant, ...changes }, facts: withPolicy(perfectPolicy) });
const iam = `arn:aws:iam::${account}`;
const sts = `arn:aws:sts::${account}`;
const handing = { operations: ['Decrypt', 'CreateGrant'] };
const context = { encryptionContextEquals: null, encryptionContextSubset: { app: 'orders' }, sourceArn: null };
const user = `${iam}:user/dana`;

const columns = {
  compliant: [
    { name: 'to a role of a program', input: swept(perfectGrant) },
    { name: 'to a session of one', input: to(`${sts}:assumed-role/app/i-0123456789abcdef0`) },
    { name: 'to a service, whatever it may do', input: to('dynamodb.eu-west-1.amazonaws.com', handing) },
    { name: 'to a service in China', input: to('rds.cn-north-1.amazonaws.com.cn', handing) },
    {
      name: 'to a service-linked role',
      input: to(`${iam}:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling`, handing),
    },
    {
      name: 'to what EC2 makes of itself',
      input: to(`${sts}:assumed-role/aws:ec2-infrastructure/i-0123456789abcdef0`, handing),
    },
    {
      name: 'may be handed on, but only for an encryption context',
      input: to(`${iam}:role/app`, { ...handing, constraints: context }),
    },
    {
      name: 'may be handed on within limits that its call does not show',
      input: made({ ...handing, hasConstraints: true }),
    },
    { name: 'to a principal that was deleted', input: to('AIDAEXAMPLEUSERID00B') },
    {
      name: 'a failed attempt',
      verdict: 'notApplicable',
      input: made({ granteePrincipal: user, failure: { errorCode: 'AccessDenied', errorMessage: null } }),
    },
    {
      name: "the caller's own record of a grant on the key of another account",
      verdict: 'notApplicable',
      input: made({
        granteePrincipal: user,
        keyArn: 'arn:aws:kms:eu-west-1:444455556666:key/0a1b2c3d-1111-2222-3333-444455556666',
      }),
    },
    { name: 'a dry run', verdict: 'notApplicable', input: made({ granteePrincipal: user, dryRun: true }) },
  ],
  violating: [
    {
      name: 'to a user',
      message: 'broad',
      severity: 'medium',
      input: made({ granteePrincipal: user }),
      data: { count: 1, grantIds: ['a-grant'], reasons: [{ id: 'toPerson', grantee: user, operations: 'Decrypt' }] },
    },
    {
      name: 'to a federated user',
      message: 'broad',
      input: to(`${sts}:federated-user/dana`),
      data: { reasons: [{ id: 'toPerson' }] },
    },
    {
      name: 'to a role of IAM Identity Center, which people take',
      message: 'broad',
      input: to(`${iam}:role/aws-reserved/sso.amazonaws.com/eu-west-1/AWSReservedSSO_Admin_0123456789abcdef`),
      data: { reasons: [{ id: 'toPerson' }] },
    },
    {
      name: 'to a session of one',
      message: 'broad',
      input: to(`${sts}:assumed-role/AWSReservedSSO_Admin_0123456789abcdef/dana`),
      data: { reasons: [{ id: 'toPerson' }] },
    },
    {
      name: 'to the account',
      message: 'broad',
      input: to(`${iam}:root`),
      data: { reasons: [{ id: 'toAccount', account }] },
    },
    {
      name: 'may be handed on without limit',
      message: 'broad',
      input: to(`${iam}:role/app`, handing),
      data: { reasons: [{ id: 'handsOn', limited: false }] },
    },
    {
      name: 'may be handed on: an empty constraint is none',
      message: 'broad',
      input: to(`${iam}:role/app`, {
        ...handing,
        constraints: { encryptionContextEquals: null, encryptionContextSubset: null, sourceArn: null },
      }),
    },
    {
      name: 'a role whose name only looks like a service-linked one',
      message: 'broad',
      input: to(`${iam}:role/AWSServiceRoleForMe`, handing),
    },
    {
      name: 'two of three',
      message: 'broad',
      input: swept(
        perfectGrant,
        { ...perfectGrant, grantId: 'b', granteePrincipal: user },
        { ...perfectGrant, grantId: 'c', ...handing },
      ),
      data: { count: 2, grantIds: ['b', 'c'] },
    },
    {
      name: 'the grants are unknown',
      verdict: 'undetermined',
      message: 'unreadable',
      input: inputWith({ facts: withPolicy(perfectPolicy, { grants: unknown('failed', 'no') }) }),
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

twoColumns(grantBroad, columns);
reachesEveryText(grantBroad, columns.violating);

test('is revoked when it was just made, not where somebody may rely on it', () => {
  expect(remediable(grantBroad, grantBroad.judge(made({ granteePrincipal: user })))).toBe(true);
  expect(remediable(grantBroad, grantBroad.judge(to(user)))).toBe(false);
});
