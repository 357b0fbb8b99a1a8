import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { factNames } from '../../shared/facts/facts.ts';
import { remedyNames } from '../../shared/remedies/remedy-names.ts';
import { rules } from '../../shared/rules/index.ts';
import { guardTemplates, permissionsOf } from '../support/guard-template.ts';

const { synthesize, dispose } = guardTemplates();
afterAll(dispose);

const folder = join(import.meta.dirname, '..', '..', 'shared', 'adapters');
const services: Readonly<Record<string, string>> = {
  'client-kms': 'kms',
  'client-dynamodb': 'dynamodb',
  'client-cloudtrail': 'cloudtrail',
  'client-sns': 'sns',
  'client-sqs': 'sqs',
};

/** Transactions have no action of their own: the actions of their items authorize them. */
const itemActions = {
  Put: 'PutItem',
  Update: 'UpdateItem',
  Delete: 'DeleteItem',
  ConditionCheck: 'ConditionCheckItem',
};

const calledActions = (source: string): readonly string[] => {
  const imports = [...source.matchAll(/import \{([^}]*)\} from '@aws-sdk\/(client-[a-z-]+)'/g)].flatMap(
    ([, names, client]) =>
      (names ?? '').split(',').flatMap((name) => {
        const operation = /^(?:paginate([A-Z]\w*)|([A-Z]\w*)Command)$/.exec(name.trim());
        return operation === null ? [] : [`${services[client ?? ''] ?? client}:${operation[1] ?? operation[2]}`];
      }),
  );
  const items = Object.entries(itemActions).flatMap(([item, action]) =>
    new RegExp(`\\b${item}: \\{`).test(source) ? [`dynamodb:${action}`] : [],
  );
  return [...imports.filter((action) => action !== 'dynamodb:TransactWriteItems'), ...items].map((action) =>
    action.startsWith('sns:Publish') ? 'sns:Publish' : action,
  );
};

test('what the adapters call is what roles can hold, no less and no more', () => {
  const needy = rules.map((rule) => ({ ...rule, needs: factNames }));
  const modes = { remedies: Object.fromEntries(remedyNames.map((remedy) => [remedy, 'enforce'])) };
  const template = synthesize({ rules: needy, config: { modes } });
  const granted = (['DeletionGuard', 'RotationGuard', 'PolicyGuard'] as const)
    .flatMap((guard) => permissionsOf(template, guard))
    .filter(({ sid }) => sid !== 'WriteLogs' && sid !== 'ReceiveCalls')
    .flatMap(({ actions }) => actions);
  const called = readdirSync(folder)
    // The sweep has a role of its own.
    .filter((name) => name.endsWith('.ts') && !name.startsWith('sweep-'))
    .flatMap((name) => calledActions(readFileSync(join(folder, name), 'utf8')));
  expect([...new Set(granted)].sort()).toEqual([...new Set(called)].sort());
});
