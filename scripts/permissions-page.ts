import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  documentedConfigs,
  guardTemplate,
  memberTemplateOf,
  rolesTemplate,
  type Template,
} from './documented-templates.ts';
import { type DocumentedRole, rolesOf, type Statement } from './roles-of-template.ts';

/** `npm run docs`: writes `docs/permissions.md`. A test compares it with the templates, by text and by evaluation. */

export const permissionsFile = join(import.meta.dirname, '..', 'docs', 'permissions.md');

export type Section = {
  readonly title: string;
  readonly about: string;
  readonly template: Template;
};

export const permissionSections = (): readonly Section[] => [
  {
    title: 'One account, observe',
    about: 'The stack `KmsGuard` with the configuration as it comes: nothing in it may change a key.',
    template: guardTemplate(documentedConfigs.observe),
  },
  {
    title: 'One account, enforce',
    about: 'Every remedy in `enforce`. A remedy that stays in `observe` costs no permission.',
    template: guardTemplate(documentedConfigs.enforce),
  },
  {
    title: 'An organization with Slack, enforce',
    about: 'With `organization`, `slack` and a channel in Slack. `o-a1b2c3d4e5` and the ARNs of secrets are examples.',
    template: guardTemplate(documentedConfigs.organization),
  },
  {
    title: 'Member account, observe',
    about: 'The stack `KmsGuardMember`, which the StackSet of `KmsGuard` spreads.',
    template: memberTemplateOf(documentedConfigs.organizationObserve),
  },
  {
    title: 'Member account, enforce',
    about: 'A remedy that only some accounts enforce stands under a condition that is true in those accounts.',
    template: memberTemplateOf(documentedConfigs.organization),
  },
  {
    title: 'Where calls of IAM are delivered',
    about: 'The stack `KmsGuardRoles`, for a guard that lives elsewhere.',
    template: rolesTemplate(),
  },
];

const cell = (text: string): string => text.replaceAll('|', String.raw`\|`);
const codes = (values: readonly string[]): string => values.map((value) => `\`${cell(value)}\``).join('<br>');

const conditionsOf = ({ Condition, when }: Statement): string => {
  const tests = Object.entries(Condition).map(([operator, keys]) => `${operator} ${JSON.stringify(keys)}`);
  return codes([...tests, ...(when === null ? [] : [`if ${when.replace(/[0-9A-F]{8}$/, '')}`])]);
};

const row = (statement: Statement): string => {
  const { Sid = '', Effect, Action, Resource = [] } = statement;
  const name = Effect === 'Allow' ? Sid : `${Effect} ${Sid}`;
  return `| ${[name, codes(Action), codes(Resource), conditionsOf(statement)].join(' | ')} |`;
};

const trustLine = (statement: Statement): string => {
  const conditions = conditionsOf(statement);
  const who = `\`${JSON.stringify(statement.Principal)}\` ${codes(statement.Action)}`;
  return `- Trusts ${who}${conditions === '' ? '' : ` where ${conditions.replaceAll('<br>', ' and ')}`}`;
};

const rolePart = (role: DocumentedRole): readonly string[] => [
  `### ${role.id}`,
  '',
  `${role.description}.`,
  '',
  ...role.trust.map(trustLine),
  '',
  '| Sid | actions | resources | conditions |',
  '| --- | --- | --- | --- |',
  ...role.statements.map(row),
  '',
];

/** Roles that the section before describes word for word are named, not repeated. */
export const permissionsPage = (sections: readonly Section[]): string => {
  const known = new Map<string, string>();
  const parts = sections.flatMap(({ title, about, template }) => {
    const roles = rolesOf(template).map((role) => ({ id: role.id, text: rolePart(role).join('\n') }));
    const fresh = roles.filter(({ id, text }) => known.get(id) !== text);
    const same = roles.filter(({ id, text }) => known.get(id) === text).map(({ id }) => id);
    for (const { id, text } of fresh) known.set(id, text);
    const unchanged = same.length === 0 ? [] : [`As above: ${codes(same).replaceAll('<br>', ', ')}.`, ''];
    return [`## ${title}`, '', about, '', ...unchanged, ...fresh.map(({ text }) => text)];
  });
  return [...head, ...parts].join('\n');
};

const head = [
  '# Permissions',
  '',
  'Written by `scripts/permissions-page.ts` (`npm run docs`) from the templates as they are synthesized. `test/infra/permissions-page.test.ts` asks',
  'the evaluator of `shared/policy` for every KMS action and every role, on keys of this and other Regions and accounts: what it allows is exactly',
  'this, and nothing else. Permissions of other services are compared by their text.',
  '',
  '`${Name.Arn}` is the resource of that logical id in the same stack. No statement depends on a tag: who can untag a key must not disarm its guard.',
  '',
];

if (import.meta.main) writeFileSync(permissionsFile, permissionsPage(permissionSections()));
