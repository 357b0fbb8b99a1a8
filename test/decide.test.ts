import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type GuardConfig, configSchema, defaultConfig } from '../shared/config/config.ts';
import { applyBreaker, decide, modeOf } from '../shared/decide.ts';
import type { RuleVerdict } from '../shared/decision.ts';
import { configuredOnly } from '../shared/exemptions.ts';
import { known } from '../shared/facts/facts.ts';
import type { Rule, Verdict } from '../shared/rules/define-rule.ts';
import { remedyNames } from '../shared/remedies/remedy-names.ts';
import { account, callOf, envelope, guardRole, keyArn, record, scheduleDeletion } from './support/records.ts';

const rule = (id: string, remedy: Rule['remedy'], severity: Rule['severity'] = 'high'): Rule => ({
  id,
  title: id,
  guard: 'deletion-guard',
  severity,
  watches: ['ScheduleKeyDeletion'],
  sweep: true,
  needs: [],
  remedy,
  controls: [],
  messages: {},
  remediation: '',
  judge: () => ({ verdict: 'compliant' }),
});

const violation: Verdict = { verdict: 'violation', message: 'pending', data: {} };
const undetermined: Verdict = { verdict: 'undetermined', message: 'gone', data: {} };
const flagged = (
  verdict: Verdict,
  remedy: Rule['remedy'] = 'cancelKeyDeletion',
  id = 'deletion-scheduled',
): RuleVerdict => ({
  rule: rule(id, remedy),
  severity: 'high',
  verdict,
});

const enforce: GuardConfig = configSchema.parse({
  modes: { remedies: { cancelKeyDeletion: 'enforce' }, accounts: {} },
});
const now = Date.parse('2026-11-20T09:15:00Z');
const call = callOf(scheduleDeletion());
const exemptions = configuredOnly({ aliases: known([]), tags: known({}) });
const decideOn = (verdicts: readonly RuleVerdict[], more: Partial<Parameters<typeof decide>[0]> = {}) =>
  decide({ verdicts, call, keyArn, account, config: enforce, exemptions, ownRoles: [guardRole], now, ...more });

describe('decide', () => {
  it('remedies a violation in enforce mode', () => {
    expect(decideOn([flagged(violation)])).toEqual({
      action: 'remedy',
      remedy: 'cancelKeyDeletion',
      wouldRemedy: null,
      severity: 'high',
      reasons: [{ id: 'violation', rule: 'deletion-scheduled' }],
    });
  });

  it('only alerts in observe mode, which is the default, and says what it would have done', () => {
    expect(decideOn([flagged(violation)], { config: defaultConfig })).toMatchObject({
      action: 'alert',
      remedy: null,
      wouldRemedy: 'cancelKeyDeletion',
      reasons: [{ id: 'violation' }, { id: 'observe-mode', remedy: 'cancelKeyDeletion' }],
    });
  });

  it('never remedies an undetermined verdict', () => {
    expect(decideOn([flagged(undetermined)])).toMatchObject({ action: 'alert', remedy: null, wouldRemedy: null });
  });

  it('ignores compliant and not applicable verdicts', () => {
    const verdicts = [flagged({ verdict: 'compliant' }), flagged({ verdict: 'notApplicable' })];
    expect(decideOn(verdicts)).toMatchObject({ action: 'ignore', reasons: [{ id: 'compliant' }] });
  });

  const byGuard = { role: 'kms-guard/deletion-guard', session: 'function' };

  it.each(['CancelKeyDeletion', 'EnableKey', 'EnableKeyRotation', 'PutKeyPolicy', 'RevokeGrant'])(
    'ignores a %s that the guard made itself',
    (eventName) => {
      const own = callOf(record({ eventName, ...byGuard }));
      expect(decideOn([flagged(violation)], { call: own })).toMatchObject({
        action: 'ignore',
        reasons: [{ id: 'own-actor' }],
      });
    },
  );

  it("judges a call that the guard never makes, though its role made it: the role's credentials may be stolen", () => {
    const stolen = callOf(scheduleDeletion(byGuard));
    expect(decideOn([flagged(violation)], { call: stolen })).toMatchObject({
      action: 'remedy',
      remedy: 'cancelKeyDeletion',
      reasons: [{ id: 'violation' }, { id: 'impostor' }],
    });
  });

  it('lets the worst severity speak', () => {
    const critical = { ...flagged(violation, null, 'b'), severity: 'critical' as const };
    expect(decideOn([flagged(violation), critical, flagged(violation)]).severity).toBe('critical');
  });
});

describe('modes', () => {
  const config = configSchema.parse({
    modes: {
      remedies: { cancelKeyDeletion: 'enforce' },
      accounts: { [account]: { cancelKeyDeletion: 'observe', enableKeyRotation: 'enforce' } },
    },
  });

  it("takes an account's own entry before the general one", () => {
    expect(modeOf(config, account, 'cancelKeyDeletion')).toBe('observe');
    expect(modeOf(config, account, 'enableKeyRotation')).toBe('enforce');
    expect(modeOf(config, '444455556666', 'cancelKeyDeletion')).toBe('enforce');
    expect(modeOf(config, '444455556666', 'enableKeyRotation')).toBe('observe');
  });

  it('never plans a write in observe mode, whatever the verdicts', () => {
    const anyVerdict = fc.constantFrom<Verdict>(
      violation,
      undetermined,
      { verdict: 'compliant' },
      { verdict: 'notApplicable' },
    );
    const anyRemedy = fc.constantFrom(null, ...remedyNames);
    fc.assert(
      fc.property(fc.array(fc.tuple(anyVerdict, anyRemedy)), (list) => {
        const verdicts = list.map(([verdict, remedy]) => flagged(verdict, remedy));
        const decision = decideOn(verdicts, { config: defaultConfig });
        expect(decision.remedy).toBeNull();
        expect(decision.action).not.toBe('remedy');
      }),
    );
  });
});

describe('waivers', () => {
  const waived = (expires: string, keys: readonly string[] = [keyArn], id = 'deletion-scheduled') =>
    configSchema.parse({
      ...enforce,
      waivers: [{ rule: id, keys, owner: 'payments', reason: 'retired with its service', expires }],
    });

  it('holds to the end of its last day', () => {
    expect(decideOn([flagged(violation)], { config: waived('2026-11-20') })).toMatchObject({
      action: 'ignore',
      reasons: [{ id: 'waived', owner: 'payments', expires: '2026-11-20' }],
    });
  });

  it('has no effect once it has expired, and says so', () => {
    expect(decideOn([flagged(violation)], { config: waived('2026-11-19') })).toMatchObject({
      action: 'remedy',
      reasons: [{ id: 'violation' }, { id: 'waiver-expired', expires: '2026-11-19' }],
    });
  });

  it('counts for its own rule and its own keys only', () => {
    const other = ['arn:aws:kms:eu-west-1:111122223333:key/ffffffff-1111-2222-3333-444455556666'];
    expect(decideOn([flagged(violation)], { config: waived('2026-12-31', other) }).action).toBe('remedy');
    expect(decideOn([flagged(violation)], { config: waived('2026-12-31', [keyArn], 'key-disabled') }).action).toBe(
      'remedy',
    );
    const everyKey = [`arn:aws:kms:*:${account}:key/*`];
    expect(decideOn([flagged(violation)], { config: waived('2026-12-31', everyKey) }).action).toBe('ignore');
  });

  it('leaves the other violations of the same call standing', () => {
    const both = [flagged(violation), flagged(violation, null, 'deletion-window-short')];
    expect(decideOn(both, { config: waived('2026-12-31') })).toMatchObject({
      action: 'alert',
      remedy: null,
      wouldRemedy: null,
      reasons: [{ id: 'violation', rule: 'deletion-window-short' }, { id: 'waived' }],
    });
  });

  it('does not count for a call whose key is not known', () => {
    expect(decideOn([flagged(violation)], { config: waived('2026-12-31', ['*']), keyArn: null }).action).toBe('remedy');
  });
});

describe('replayed events', () => {
  const replayed = callOf(envelope(scheduleDeletion({ eventTime: '2026-11-20T08:00:00Z' }), 'last-week'));

  it('only alert when they are older than the limit', () => {
    expect(decideOn([flagged(violation)], { call: replayed })).toMatchObject({
      action: 'alert',
      wouldRemedy: 'cancelKeyDeletion',
      reasons: [{ id: 'violation' }, { id: 'replayed-too-old', replayName: 'last-week', ageInMinutes: 75 }],
    });
  });

  it('are acted upon when they are young, as is an old event that was only late', () => {
    expect(decideOn([flagged(violation)], { call: replayed, now: Date.parse('2026-11-20T09:00:00Z') }).action).toBe(
      'remedy',
    );
    const late = callOf(scheduleDeletion({ eventTime: '2026-11-19T08:00:00Z' }));
    expect(decideOn([flagged(violation)], { call: late }).action).toBe('remedy');
  });
});

describe('the circuit breaker', () => {
  const decision = decideOn([flagged(violation)]);

  it('leaves a decision with a slot alone', () => {
    expect(applyBreaker(decision, { granted: true }, 5)).toEqual(decision);
  });

  it('turns a remedy without a slot into an alert that says so', () => {
    expect(applyBreaker(decision, { granted: false, first: true }, 5)).toMatchObject({
      action: 'alert',
      remedy: null,
      wouldRemedy: 'cancelKeyDeletion',
      reasons: [{ id: 'violation' }, { id: 'breaker-tripped', limit: 5, first: true }],
    });
  });
});
