import type { CallOf } from '../../shared/calls/call.ts';
import { configSchema, type GuardConfig } from '../../shared/config/config.ts';
import { type Facts, type Grant, known, type PolicyVersion } from '../../shared/facts/facts.ts';
import type { JudgeInput, Verdict } from '../../shared/rules/define-rule.ts';
import { explain, explainReasons } from '../../shared/rules/explain.ts';
import type { Rule } from '../../shared/rules/define-rule.ts';
import { account, callBase, daysAgo, inputWith, perfectFacts } from './perfect-key.ts';
import { accountStatement, adminStatement, policyText, useStatement } from './policy-text.ts';

/** Policies and grants with everything right, and the inputs of a judgement about them. */

export { account, policyText } from './policy-text.ts';
export const foreign = '444455556666';
export const partner = '999988887777';
export const ownOrg = 'o-a1b2c3d4e5';

type Statement = Readonly<Record<string, unknown>>;

export const putPolicy: CallOf<'PutKeyPolicy'> = {
  ...callBase,
  eventName: 'PutKeyPolicy',
  operation: 'PutKeyPolicy',
  policy: null,
  bypassPolicyLockoutSafetyCheck: false,
};
export const createGrant: CallOf<'CreateGrant'> = {
  ...callBase,
  eventName: 'CreateGrant',
  operation: 'CreateGrant',
  grantId: 'a-grant',
  granteePrincipal: `arn:aws:iam::${account}:role/app`,
  retiringPrincipal: null,
  operations: ['Decrypt'],
  hasConstraints: false,
};

export const perfectGrant: Grant = {
  grantId: 'a-grant',
  name: null,
  granteePrincipal: `arn:aws:iam::${account}:role/app`,
  granteeServicePrincipal: null,
  retiringPrincipal: null,
  operations: ['Decrypt', 'GenerateDataKey'],
  issuingAccount: `arn:aws:iam::${account}:root`,
  creationDate: '2026-11-20T09:14:07.000Z',
  constraints: null,
};

export const trusting = (trust: Partial<GuardConfig['trust']>): GuardConfig => configSchema.parse({ trust });

/** The perfect policy and some statements more. */
export const alsoAllowing = (...statements: readonly Statement[]): string =>
  policyText([accountStatement, adminStatement, useStatement, ...statements]);

export const allow = (some: Statement): Statement => ({
  Sid: 'More',
  Effect: 'Allow',
  Action: 'kms:Decrypt',
  Resource: '*',
  ...some,
});

export const withPolicy = (policy: string, some: Partial<Facts> = {}): Facts => ({
  ...perfectFacts,
  policy: known(policy),
  ...some,
});

/** The policy was put just now. */
export const put = (policy: string, changes: Partial<JudgeInput> = {}, some: Partial<Facts> = {}): JudgeInput =>
  inputWith({ call: putPolicy, facts: withPolicy(policy, some), ...changes });

/** The ledger's last policy before. */
export const lastPolicy = (policy: string, good = true): Partial<Facts> => {
  const version: PolicyVersion = { policy, at: daysAgo(3), source: 'an-event-id', good };
  return { policyHistory: known({ versions: [version] }) };
};

/** Everything that a verdict says, one line each. */
export const told = (rule: Rule, verdict: Verdict): readonly string[] =>
  verdict.verdict === 'violation' || verdict.verdict === 'undetermined'
    ? [explain(rule.messages, verdict.message, verdict.data), ...explainReasons(rule.messages, verdict.data)]
    : [];
