import { compliant, defineRule, notApplicable } from '../../shared/rules/define-rule.ts';
import { account, guardRole, record } from './records.ts';

/** Key policies and rules for tests of everything around the policy rules. */

type Some = {
  readonly sid?: string;
  readonly effect?: string;
  readonly principal?: unknown;
  readonly action?: unknown;
};

export const statement = ({ sid = 'Root', effect = 'Allow', principal, action = 'kms:*' }: Some = {}) => ({
  Sid: sid,
  Effect: effect,
  Principal: principal ?? { AWS: `arn:aws:iam::${account}:root` },
  Action: action,
  Resource: '*',
});

export const policyOf = (...statements: readonly object[]): string =>
  JSON.stringify({ Version: '2012-10-17', Statement: statements });

/** What KMS gives a key without a policy of its own. */
export const rootPolicy = policyOf(statement());
export const readerPolicy = policyOf(
  statement(),
  statement({ sid: 'Reader', principal: { AWS: `arn:aws:iam::${account}:role/reader` }, action: 'kms:Decrypt' }),
);
/** The same to KMS, otherwise written. */
export const rootPolicyRewritten = JSON.stringify(
  { Statement: { ...statement({ principal: { AWS: [account] }, action: ['KMS:*'] }) }, Version: '2012-10-17' },
  null,
  2,
);
export const publicPolicy = policyOf(
  statement(),
  statement({ sid: 'Open', principal: '*', action: ['kms:Decrypt', 'kms:Encrypt'] }),
);
export const otherPublicPolicy = policyOf(statement(), statement({ sid: 'Open2', principal: '*', action: 'kms:Sign' }));
/** Keeps the guard out, though the account could change it again. */
export const guardDenied = policyOf(
  statement(),
  statement({ sid: 'NoGuard', effect: 'Deny', principal: { AWS: guardRole }, action: 'kms:PutKeyPolicy' }),
);
/** Nobody in the account can change it. */
export const lockedPolicy = policyOf(statement({ action: 'kms:Decrypt' }));

export const putPolicy = (policy: string, input: Partial<Parameters<typeof record>[0]> = {}): Record<string, unknown> =>
  record({
    eventName: 'PutKeyPolicy',
    request: { policyName: 'default', policy, bypassPolicyLockoutSafetyCheck: false },
    ...input,
  });

export const grantId = 'f'.repeat(64);
export const createGrant = (input: Partial<Parameters<typeof record>[0]> = {}): Record<string, unknown> =>
  record({
    eventName: 'CreateGrant',
    request: { granteePrincipal: 'arn:aws:iam::999988887777:role/stranger', operations: ['Decrypt'] },
    response: { grantId },
    ...input,
  });

/** A stand-in for the policy rules: whoever writes `"Open` as a Sid opens the key. */
export const policyStandIn = defineRule({
  id: 'policy-stand-in',
  title: 'A key is open',
  guard: 'policy-guard',
  severity: 'critical',
  watches: ['PutKeyPolicy', 'CreateKey'],
  sweep: true,
  needs: ['policy', 'metadata'],
  remedy: 'restoreKeyPolicy',
  controls: [],
  messages: { open: 'The key policy lets in anyone' },
  remediation: 'Close it.',
  judge: ({ call, facts: { policy } }) => {
    if (call !== null && call.failure !== null) return notApplicable;
    if (!policy.known) return { verdict: 'undetermined', message: 'open', data: {} };
    return policy.value.includes('"Open') ? { verdict: 'violation', message: 'open', data: {} } : compliant;
  },
});

export const grantStandIn = defineRule({
  ...policyStandIn,
  id: 'grant-stand-in',
  title: 'A grant goes outside',
  watches: ['CreateGrant'],
  needs: ['grants'],
  remedy: 'revokeGrant',
  judge: ({ call, facts: { grants } }) =>
    call?.operation === 'CreateGrant' && grants.known && grants.value.some((grant) => grant.grantId === call.grantId)
      ? { verdict: 'violation', message: 'open', data: {} }
      : compliant,
});
