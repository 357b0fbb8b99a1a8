import { expect, test } from 'vitest';
import { configSchema } from '../shared/config/config.ts';
import { evaluate } from '../shared/evaluate.ts';
import { stored } from '../shared/judge.ts';
import type { Rule } from '../shared/rules/define-rule.ts';
import { grantExternal } from '../shared/rules/grant-external.ts';
import { policyCrossAccount } from '../shared/rules/policy-cross-account.ts';
import { policyGuardLockedOut } from '../shared/rules/policy-guard-locked-out.ts';
import { policyPublic } from '../shared/rules/policy-public.ts';
import { now } from './support/perfect-key.ts';
import {
  account,
  allow,
  alsoAllowing,
  createGrant,
  foreign,
  lastPolicy,
  putPolicy,
  withPolicy,
} from './support/perfect-policy.ts';
import { perfectPolicy } from './support/policy-text.ts';

const guardRole = `arn:aws:iam::${account}:role/kms-guard`;
const config = configSchema.parse({
  modes: { remedies: { restoreKeyPolicy: 'enforce', revokeGrant: 'enforce' }, accounts: {} },
});
const settings = (...rules: readonly Rule[]) => ({ rules, config, ownRoles: [guardRole] });
const toForeign = alsoAllowing(allow({ Principal: { AWS: foreign } }));

test('rules are told the roles of the guard', () => {
  const facts = withPolicy(
    alsoAllowing({ Effect: 'Deny', Principal: { AWS: guardRole }, Action: 'kms:CancelKeyDeletion', Resource: '*' }),
  );
  const { decision } = evaluate(settings(policyGuardLockedOut), { call: putPolicy, facts, now });
  expect(decision).toMatchObject({ action: 'remedy', remedy: 'restoreKeyPolicy' });
});

test('a violation that does not justify the remedy of its rule is alerted, and is not said to be undone in enforce mode', () => {
  const before = withPolicy(toForeign, lastPolicy(toForeign));
  const { decision, verdicts } = evaluate(settings(policyCrossAccount), { call: putPolicy, facts: before, now });
  expect(decision).toMatchObject({ action: 'alert', remedy: null, wouldRemedy: null });
  expect(verdicts.map(stored)).toMatchObject([{ verdict: 'violation', remedy: null }]);
});

test('one that does is remedied, whatever stands beside it', () => {
  const facts = withPolicy(
    alsoAllowing(allow({ Principal: { AWS: foreign } }), allow({ Sid: 'All', Principal: '*' })),
    lastPolicy(toForeign),
  );
  const { decision } = evaluate(settings(policyCrossAccount, policyPublic), { call: putPolicy, facts, now });
  expect(decision).toMatchObject({ action: 'remedy', remedy: 'restoreKeyPolicy', severity: 'critical' });
});

test('a grant is revoked in its event and alerted in a sweep', () => {
  const granted = { ...createGrant, granteePrincipal: `arn:aws:iam::${foreign}:role/app` };
  const facts = withPolicy(perfectPolicy);
  const of = (call: typeof granted | null) => evaluate(settings(grantExternal), { call, facts, now }).decision.action;
  expect(of(granted)).toBe('remedy');
  expect(of(null)).toBe('ignore');
});

test('what may be done to a key is for its own account to say, whoever recorded the call', () => {
  const granted = { ...createGrant, granteePrincipal: `arn:aws:iam::${foreign}:role/app` };
  const facts = withPolicy(perfectPolicy);
  const modes = { remedies: {}, accounts: { '444455556666': { revokeGrant: 'enforce' } } };
  const byMode = { ...settings(grantExternal), config: configSchema.parse({ modes }) };
  // The key is of an account that observes, the record of one that enforces.
  const elsewhere = { ...facts, account: '444455556666' };
  expect(evaluate(byMode, { call: granted, facts: elsewhere, now }).decision).toMatchObject({
    action: 'alert',
    wouldRemedy: 'revokeGrant',
  });
});
