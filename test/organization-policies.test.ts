import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { evaluate, parsePolicy, withCallerKeys } from '../shared/policy/index.ts';

/** What a member account's key policy would allow without the organization's policy: everything. */
const everything = { Sid: 'Everything', Effect: 'Allow', Principal: '*', Action: 'kms:*', Resource: '*' };
const folder = join(import.meta.dirname, '..', 'docs', 'organization-policies');
const documentSchema = z.object({
  Version: z.literal('2012-10-17'),
  Statement: z.array(z.record(z.string(), z.unknown())),
});
const files = readdirSync(folder).filter((name) => name.endsWith('.json'));

/** An SCP names no principal, for it is about those of the account; in front of a key policy it is about everybody. */
const decision = (
  file: string,
  input: { principal?: string; action: string; context?: Record<string, string> },
): string => {
  const { Statement } = documentSchema.parse(JSON.parse(readFileSync(join(folder, file), 'utf8')));
  // Statements about other services say nothing of a key.
  const about = Statement.filter(({ Resource }) => Resource === '*').map((statement) => ({
    ...statement,
    Principal: '*',
  }));
  const parsed = parsePolicy(JSON.stringify({ Version: '2012-10-17', Statement: [everything, ...about] }));
  if (parsed.kind !== 'policy') throw new Error('not a key policy');
  const { principal = 'arn:aws:iam::444455556666:role/App', action, context = {} } = input;
  const principalType = principal.startsWith('arn:') ? ('AWS' as const) : ('Service' as const);
  return evaluate(parsed.policy, withCallerKeys({ principal, principalType, action, resource: null, context }))
    .decision;
};

describe('each sample', () => {
  it.each(files)('%s is a policy that Organizations takes', (file) => {
    const text = readFileSync(join(folder, file), 'utf8');
    const { Statement } = documentSchema.parse(JSON.parse(text));
    expect(JSON.stringify(JSON.parse(text)).length).toBeLessThanOrEqual(5_120);
    for (const statement of Statement) {
      expect(statement['Effect']).toBe('Deny');
      expect(statement['Sid']).toMatch(/^[A-Za-z0-9]+$/);
      expect('Principal' in statement).toBe(file.startsWith('rcp-'));
    }
  });
});

describe('scp-keep-keys.json', () => {
  const at = (action: string, context: Record<string, string> = {}) =>
    decision('scp-keep-keys.json', { action, context });
  const window = 'kms:ScheduleKeyDeletionPendingWindowInDays';
  const unused = 'kms:TrailingDaysWithoutKeyUsage';

  it.each([
    ['a short waiting period', 'kms:ScheduleKeyDeletion', { [window]: '7', [unused]: '400' }],
    ['one day less than thirty', 'kms:ScheduleKeyDeletion', { [window]: '29', [unused]: '400' }],
    ['a key used ninety days ago', 'kms:ScheduleKeyDeletion', { [window]: '30', [unused]: '90' }],
    ['disabling a key in use', 'kms:DisableKey', { [unused]: '0' }],
    ['a policy put past the lockout check', 'kms:PutKeyPolicy', { 'kms:BypassPolicyLockoutSafetyCheck': 'true' }],
  ])('denies %s', (_, action, context) => {
    expect(at(action, context)).toBe('ExplicitDeny');
  });

  it.each([
    [
      'the deletion of a key unused for long, in thirty days',
      'kms:ScheduleKeyDeletion',
      { [window]: '30', [unused]: '91' },
    ],
    ['disabling a key unused for long', 'kms:DisableKey', { [unused]: '91' }],
    ['a policy put with the check', 'kms:PutKeyPolicy', { 'kms:BypassPolicyLockoutSafetyCheck': 'false' }],
    ['saving a key', 'kms:CancelKeyDeletion', {}],
    ['saving its state', 'kms:EnableKey', {}],
    ['using it', 'kms:Decrypt', {}],
  ])('leaves %s', (_, action, context) => {
    expect(at(action, context)).toBe('Allow');
  });
});

describe('rcp-organization-only.json', () => {
  const ours = 'o-a1b2c3d4e5';
  it.each([
    [
      'a stranger',
      { principal: 'arn:aws:iam::999988887777:role/x', context: { 'aws:PrincipalOrgID': 'o-other12345' } },
    ],
    ['an account without organization', { principal: 'arn:aws:iam::999988887777:role/x', context: {} }],
    [
      'a service that acts for somebody else',
      {
        principal: 'logs.amazonaws.com',
        context: {
          'aws:PrincipalIsAWSService': 'true',
          'aws:SourceAccount': '999988887777',
          'aws:SourceOrgID': 'o-other12345',
        },
      },
    ],
  ])('denies %s', (_, request) => {
    expect(decision('rcp-organization-only.json', { action: 'kms:Decrypt', ...request })).toBe('ExplicitDeny');
  });

  it.each([
    ['a member', { context: { 'aws:PrincipalOrgID': ours } }],
    [
      'a service that acts for a member',
      {
        principal: 'logs.amazonaws.com',
        context: { 'aws:PrincipalIsAWSService': 'true', 'aws:SourceAccount': '444455556666', 'aws:SourceOrgID': ours },
      },
    ],
    [
      'a service that acts for itself',
      { principal: 'logs.amazonaws.com', context: { 'aws:PrincipalIsAWSService': 'true' } },
    ],
  ])('leaves %s', (_, request) => {
    expect(decision('rcp-organization-only.json', { action: 'kms:Decrypt', ...request })).toBe('Allow');
  });
});

describe('scp-protect-guard.json', () => {
  const { Statement } = documentSchema.parse(JSON.parse(readFileSync(join(folder, 'scp-protect-guard.json'), 'utf8')));

  it('spares nobody but the role that StackSets deploy with', () => {
    for (const { Condition } of Statement) {
      expect(Condition).toEqual({ ArnNotLike: { 'aws:PrincipalArn': 'arn:*:iam::*:role/stacksets-exec-*' } });
    }
  });

  it('covers every call that could bend the responder role', () => {
    const [role] = Statement;
    expect(role?.['Resource']).toBe('arn:*:iam::*:role/kms-guard-responder');
    expect(role?.['Action']).toEqual(
      expect.arrayContaining([
        'iam:DeleteRole',
        'iam:UpdateAssumeRolePolicy',
        'iam:DetachRolePolicy',
        'iam:PutRolePolicy',
      ]),
    );
  });
});
