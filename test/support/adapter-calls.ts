import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = join(import.meta.dirname, '..', '..', 'shared', 'adapters');
const services: Readonly<Record<string, string>> = {
  'client-kms': 'kms',
  'client-dynamodb': 'dynamodb',
  'client-cloudtrail': 'cloudtrail',
  'client-sns': 'sns',
  'client-sqs': 'sqs',
  'client-sts': 'sts',
  'client-s3': 's3',
  'client-securityhub': 'securityhub',
  'client-account': 'account',
  'client-eventbridge': 'events',
  'client-organizations': 'organizations',
};

/** Transactions have no action of their own: the actions of their items authorize them. */
const itemActions = {
  Put: 'PutItem',
  Update: 'UpdateItem',
  Delete: 'DeleteItem',
  ConditionCheck: 'ConditionCheckItem',
};

const calledActions = (source: string): readonly string[] => {
  const imports = [...source.matchAll(/import \{([^}]*)\} from '@aws-sdk\/(client-[a-z0-9-]+)'/g)].flatMap(
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

const sourceOf = (name: string): string => readFileSync(join(folder, name), 'utf8');

/** The adapters that this one stands on, itself included: others have roles of their own. */
const reachedFrom = (name: string, seen: ReadonlySet<string> = new Set()): readonly string[] => {
  const reached = new Set([...seen, name]);
  for (const [, next] of sourceOf(name).matchAll(/^import (?!type\b)[^]*?from '\.\/([a-z0-9-]+\.ts)';$/gm)) {
    if (next !== undefined && !reached.has(next)) reachedFrom(next, reached).forEach((each) => reached.add(each));
  }
  return [...reached];
};

/** The IAM actions of everything that an adapter and those under it call, sorted. */
export const calledFrom = (...names: readonly string[]): readonly string[] => {
  const reached = new Set(names.flatMap((name) => reachedFrom(name)));
  return [...new Set([...reached].flatMap((name) => calledActions(sourceOf(name))))].sort();
};
