import { expect, test } from 'vitest';
import { rules } from '../../shared/rules/index.ts';
import { guardsOf, rulesOf, watchedOperations } from '../../shared/rules/routes.ts';

const ofSweep = rules.filter(({ guard }) => guard === 'sweep');

test('every rule belongs to one deployed guard, or to the sweep alone', () => {
  const deployed = guardsOf(rules).flatMap((guard) => rulesOf(guard, rules));
  expect([...deployed, ...ofSweep]).toHaveLength(rules.length);
  expect(guardsOf(rules)).toEqual(['deletion-guard', 'rotation-guard', 'policy-guard']);
});

test('a rule of the sweep alone watches nothing, is swept and remedies nothing: no Lambda would act', () => {
  expect(ofSweep.length).toBeGreaterThan(0);
  for (const { watches, sweep, remedy } of ofSweep) {
    expect({ watches, sweep, remedy }).toEqual({ watches: [], sweep: true, remedy: null });
  }
  expect(guardsOf(ofSweep)).toEqual([]);
  expect(rules.filter(({ guard, watches }) => watches.length === 0 && guard !== 'sweep')).toEqual([]);
});

test('a guard is woken by each call that its rules watch, once and in order', () => {
  for (const guard of guardsOf(rules)) {
    const watched = watchedOperations(guard, rules);
    expect(watched).toEqual([...new Set(watched)].sort());
    for (const rule of rulesOf(guard, rules)) expect(watched).toEqual(expect.arrayContaining([...rule.watches]));
  }
});

test('a guard learns the state that it restores even where no rule watches', () => {
  expect(watchedOperations('deletion-guard', [])).toEqual([
    'CancelKeyDeletion',
    'CreateKey',
    'DeleteKey',
    'DisableKey',
    'EnableKey',
    'ScheduleKeyDeletion',
  ]);
  expect(watchedOperations('rotation-guard', [])).toEqual(['CreateKey', 'DisableKeyRotation', 'EnableKeyRotation']);
  expect(watchedOperations('policy-guard', [])).toEqual(['CreateKey', 'PutKeyPolicy', 'ReplicateKey']);
});

test('what one guard watches does not wake another', () => {
  const extra = rules.map((rule) => ({ ...rule, watches: ['ImportKeyMaterial'] as const }));
  const elsewhere = extra.map((rule) => ({ ...rule, guard: 'policy-guard' as const }));
  expect(watchedOperations('deletion-guard', extra)).toContain('ImportKeyMaterial');
  expect(watchedOperations('deletion-guard', elsewhere)).not.toContain('ImportKeyMaterial');
  expect(watchedOperations('policy-guard', elsewhere)).toContain('ImportKeyMaterial');
});
