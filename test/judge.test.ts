import { describe, expect, test } from 'vitest';
import { configSchema, defaultConfig } from '../shared/config/config.ts';
import { known, unknown } from '../shared/facts/facts.ts';
import { judge, regionRulesFor, rulesFor } from '../shared/judge.ts';
import type { JudgeInput } from '../shared/rules/define-rule.ts';
import { rules } from '../shared/rules/index.ts';
import { policyGuardLockedOut } from '../shared/rules/policy-guard-locked-out.ts';
import { unprotectableKey } from '../shared/rules/unprotectable-key.ts';
import { account, alsoAllowing, foreign, policyText } from './support/perfect-policy.ts';
import { perfectPolicy, useStatement } from './support/policy-text.ts';
import { swept } from './support/sweep-columns.ts';

const guard = `arn:aws:iam::${account}:role/kms-guard`;
const both = [policyGuardLockedOut, unprotectableKey];
const under = (policy: string, guardRoles: readonly string[] = [guard]): JudgeInput => ({
  ...swept({ policy: known(policy) }),
  guardRoles,
});
const said = (input: JudgeInput, asked: Parameters<typeof judge>[0] = both) =>
  judge(asked, input).map(({ rule, verdict }) => `${rule.id}: ${verdict.verdict}`);

describe('one defect, one finding', () => {
  const lockedOut = policyText([useStatement]);
  const denied = alsoAllowing({
    Effect: 'Deny',
    Principal: { AWS: guard },
    Action: 'kms:CancelKeyDeletion',
    Resource: '*',
  });

  test.each([
    ['the account was taken out', lockedOut],
    ['the guard is denied the cancel', denied],
  ])('%s: the rule that has a remedy tells, the other yields', (_name, policy) => {
    expect(said(under(policy))).toEqual(['policy-guard-locked-out: violation', 'unprotectable-key: notApplicable']);
    expect(said(under(policy), both.toReversed())).toEqual([
      'unprotectable-key: notApplicable',
      'policy-guard-locked-out: violation',
    ]);
  });

  test('where that rule is not in play, the one that yields speaks', () => {
    expect(said(under(lockedOut), [unprotectableKey])).toEqual(['unprotectable-key: violation']);
  });

  test('what only the one that yields can see, it tells: no role of the guard in the account', () => {
    expect(said(under(perfectPolicy, [`arn:aws:iam::${foreign}:role/kms-guard`]))).toEqual([
      'policy-guard-locked-out: notApplicable',
      'unprotectable-key: violation',
    ]);
  });

  test('a doubt is told once, too', () => {
    const input = { ...swept({ policy: unknown('access-denied', 'kms:GetKeyPolicy') }), guardRoles: [guard] };
    expect(said(input)).toEqual(['policy-guard-locked-out: undetermined', 'unprotectable-key: notApplicable']);
  });

  test('every rule that yields, yields to one that there is, and not in a ring', () => {
    for (const { yieldsTo } of rules.filter((rule) => rule.yieldsTo !== undefined)) {
      expect(rules.find(({ id }) => id === yieldsTo)).toMatchObject({ sweep: true });
      expect(rules.find(({ id }) => id === yieldsTo)?.yieldsTo).toBeUndefined();
    }
  });
});

describe('rules about a Region', () => {
  test('are asked of no key, and those about keys of no Region', () => {
    expect(regionRulesFor(rules, defaultConfig).map(({ id }) => id)).toEqual(['trail-blind', 'forwarding-missing']);
    const ofKeys = rulesFor(rules, null, defaultConfig).map(({ id }) => id);
    expect(ofKeys.filter((id) => id === 'trail-blind' || id === 'forwarding-missing')).toEqual([]);
  });

  test('can be switched off', () => {
    const config = configSchema.parse({ rules: { 'trail-blind': { enabled: false } } });
    expect(regionRulesFor(rules, config).map(({ id }) => id)).toEqual(['forwarding-missing']);
  });
});
