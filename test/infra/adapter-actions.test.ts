import { afterAll, expect, test } from 'vitest';
import { factNames } from '../../shared/facts/facts.ts';
import { remedyNames } from '../../shared/remedies/remedy-names.ts';
import { rules } from '../../shared/rules/index.ts';
import { calledFrom } from '../support/adapter-calls.ts';
import { guardTemplates, permissionsOf } from '../support/guard-template.ts';

const { synthesize, dispose } = guardTemplates();
afterAll(dispose);

test('what the adapters of a guard call is what roles can hold, no less and no more', () => {
  // What is known of a Region only a sweep asks for.
  const ofKeys = factNames.filter((name) => name !== 'trails' && name !== 'forwarding');
  const needy = rules.map((rule) => ({ ...rule, needs: ofKeys }));
  const modes = { remedies: Object.fromEntries(remedyNames.map((remedy) => [remedy, 'enforce'])) };
  const organization = { id: 'o-a1b2c3d4e5', externalId: 'an-external-id-1' };
  const template = synthesize({ rules: needy, config: { modes, organization } });
  const granted = (['DeletionGuard', 'RotationGuard', 'PolicyGuard'] as const)
    .flatMap((guard) => permissionsOf(template, guard))
    .filter(({ sid }) => sid !== 'WriteLogs' && sid !== 'ReceiveCalls')
    .flatMap(({ actions }) => actions)
    // No call of its own: AssumeRole asks for it.
    .filter((action) => action !== 'sts:SetSourceIdentity');
  const called = calledFrom('aws-ports.ts');
  expect([...new Set(granted)].sort()).toEqual(called);
});
