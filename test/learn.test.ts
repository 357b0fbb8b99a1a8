import { describe, expect, it } from 'vitest';
import { known } from '../shared/facts/facts.ts';
import { offlineFacts } from '../shared/facts/gather.ts';
import { learn } from '../shared/learn.ts';
import type { StoredVerdict } from '../shared/ledger/entries.ts';
import { rules } from '../shared/rules/index.ts';
import { enforceAll } from './support/guard.ts';
import { memoryPorts } from './support/memory-ports.ts';
import { putPolicy, rootPolicy } from './support/policies.ts';
import { account, callOf, guardRole, keyArn, region } from './support/records.ts';

const of = (
  rule: string,
  verdict: StoredVerdict['verdict'],
  remedy: StoredVerdict['remedy'] = null,
): StoredVerdict => ({
  rule,
  verdict,
  severity: 'high',
  message: null,
  data: {},
  remedy,
});

/** What the ledger thinks of a policy that was judged so. */
const goodAfter = async (...verdicts: readonly StoredVerdict[]): Promise<boolean | undefined> => {
  const ports = memoryPorts();
  const pipeline = {
    guard: 'policy-guard',
    rules,
    config: enforceAll,
    ownRoles: [guardRole],
    leaseInSeconds: 60,
    policyParts: null,
    ports,
  };
  const decision = { action: 'ignore', remedy: null, wouldRemedy: null, severity: 'info', reasons: [] } as const;
  await learn(pipeline, {
    call: callOf(putPolicy(rootPolicy, { eventID: 'e1' })),
    facts: { ...offlineFacts({ keyArn, account, region }), policy: known(rootPolicy) },
    lookedAt: ports.clock.time,
    intent: { verdicts, decision },
    outcomes: [],
  });
  return (await ports.ledger.policies(keyArn))[0]?.good;
};

const sound = of('policy-public', 'compliant');

describe('a policy to go back to', () => {
  it.each([
    ['is one that every rule finds sound', [sound]],
    ['may have a finding that nobody would undo', [sound, of('policy-cross-account', 'violation')]],
    ['is not spoiled by rules about other things', [sound, of('grant-external', 'undetermined')]],
  ])('%s', async (_, verdicts) => {
    expect(await goodAfter(...verdicts)).toBe(true);
  });

  it.each([
    ['one that a rule would have undone', [sound, of('policy-service-unscoped', 'violation', 'restoreKeyPolicy')]],
    ['one that a rule is in doubt about', [sound, of('policy-service-unscoped', 'undetermined')]],
    ['one that nobody can manage', [sound, of('policy-unmanageable', 'violation')]],
  ])('is not %s', async (_, verdicts) => {
    expect(await goodAfter(...verdicts)).toBe(false);
  });
});
