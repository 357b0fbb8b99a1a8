import { readFileSync } from 'node:fs';
import { describe, expect, test, vi } from 'vitest';
import { permissionSections, permissionsFile, permissionsPage } from '../../scripts/permissions-page.ts';
import { type DocumentedRole, rolesOf } from '../../scripts/roles-of-template.ts';
import { ACCOUNT_ACTIONS, KMS_ACTIONS } from '../../shared/policy/action-catalogue.ts';
import { evaluate, parsePolicy, withCallerKeys } from '../../shared/policy/index.ts';

vi.setConfig({ testTimeout: 120_000 });

const sections = permissionSections();
const page = readFileSync(permissionsFile, 'utf8');

/** One row of the page. */
type Row = {
  readonly sid: string;
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly conditions: string;
};

const unquoted = (cell: string): readonly string[] => cell.split('<br>').map((code) => code.replace(/^`(.*)`$/, '$1'));

/** What the committed page says: section -> role -> rows. Reads the Markdown, not the code that wrote it. */
const readPage = (text: string): ReadonlyMap<string, ReadonlyMap<string, readonly Row[]>> => {
  const read = new Map<string, Map<string, Row[]>>();
  const known = new Map<string, Row[]>();
  let roles = new Map<string, Row[]>();
  let rows: Row[] = [];
  for (const line of text.split('\n')) {
    if (line.startsWith('## ')) {
      roles = new Map();
      read.set(line.slice(3), roles);
    } else if (line.startsWith('As above: ')) {
      for (const [, id = ''] of line.matchAll(/`(\w+)`/g)) roles.set(id, known.get(id) ?? []);
    } else if (line.startsWith('### ')) {
      rows = [];
      roles.set(line.slice(4), rows);
      known.set(line.slice(4), rows);
    } else if (line.startsWith('| ') && !/^\| (Sid|---) /.test(line)) {
      const [sid = '', actions = '', resources = '', conditions = ''] = line.slice(2, -2).split(' | ');
      rows.push({ sid, actions: unquoted(actions), resources: unquoted(resources), conditions: conditions.trim() });
    }
  }
  return read;
};

const written = readPage(page);

const filled = (text: string): string =>
  text
    .replaceAll('${AWS::Partition}', 'aws')
    .replaceAll('${AWS::Region}', 'eu-west-1')
    .replaceAll('${AWS::AccountId}', '111122223333')
    .replaceAll(/\$\{(\w+)(\.\w+)?\}/g, 'arn:aws:sqs:eu-west-1:111122223333:$1');

const keys = {
  own: 'arn:aws:kms:eu-west-1:111122223333:key/0a1b2c3d-1111-2222-3333-444455556666',
  ownMultiRegion: 'arn:aws:kms:eu-west-1:111122223333:key/mrk-0a1b2c3d111122223333444455556666',
  otherRegion: 'arn:aws:kms:us-east-1:111122223333:key/0a1b2c3d-1111-2222-3333-444455556666',
  multiRegionElsewhere: 'arn:aws:kms:us-east-1:111122223333:key/mrk-0a1b2c3d111122223333444455556666',
  otherAccount: 'arn:aws:kms:eu-west-1:999988887777:key/0a1b2c3d-1111-2222-3333-444455556666',
} as const;

/** Every action of KMS, and one that KMS does not have yet. */
const asked = [...KMS_ACTIONS.map(({ name }) => name.toLowerCase()), ...ACCOUNT_ACTIONS, 'kms:actionoftomorrow'];

/** What the evaluator lets a role do on a key, in a session of a guard: its statements, read as those of a policy for everybody. */
const permitted = ({ statements }: DocumentedRole, key: string, session = 'deletion-guard'): readonly string[] => {
  const Statement = statements.map(({ Sid, Effect, Action, Resource = [], Condition }, at) => ({
    Sid: `${Sid ?? 'None'}${at}`,
    Effect,
    Principal: '*',
    Action,
    Resource: Resource.map(filled),
    ...(Object.keys(Condition).length === 0 ? {} : { Condition }),
  }));
  const parsed = parsePolicy(JSON.stringify({ Version: '2012-10-17', Statement }));
  if (parsed.policy === null) throw new Error(JSON.stringify(parsed));
  const { policy } = parsed;
  const principal = 'arn:aws:iam::111122223333:role/It';
  return asked.filter(
    (action) =>
      evaluate(
        policy,
        withCallerKeys({
          principal,
          principalType: 'AWS',
          action,
          resource: key,
          context: { 'aws:userid': `AROAEXAMPLE:${session}` },
        }),
      ).decision === 'Allow',
  );
};

const glob = (pattern: string): RegExp =>
  new RegExp(
    `^${filled(pattern)
      .replaceAll(/[.+^${}()|[\]\\]/g, '\\$&')
      .replaceAll('*', '.*')}$`,
  );

/** The same by the page: no more than a look at its rows. */
const promised = (rows: readonly Row[], key: string): readonly string[] => {
  const named = new Set(
    rows
      .filter(({ resources }) => resources.some((resource) => glob(resource).test(key)))
      .flatMap(({ actions }) => actions.map((action) => action.toLowerCase()))
      .filter((action) => action.startsWith('kms:')),
  );
  return asked.filter((action) => named.has(action));
};

test('the page is current: npm run docs', () => {
  expect(page).toBe(permissionsPage(sections));
});

describe.each(sections)('$title', ({ title, template }) => {
  const roles = rolesOf(template);
  const rowsOf = (id: string): readonly Row[] => written.get(title)?.get(id) ?? [];

  test('the page has exactly the roles of the template', () => {
    expect([...(written.get(title)?.keys() ?? [])].toSorted()).toEqual(roles.map(({ id }) => id).toSorted());
    expect(roles.length).toBeGreaterThan(title === 'Where calls of IAM are delivered' ? 0 : 1);
  });

  test.each(roles)('$id: the evaluator allows every KMS action of the page, and no other', (role) => {
    for (const key of Object.values(keys)) {
      expect({ key, allowed: permitted(role, key) }).toEqual({ key, allowed: promised(rowsOf(role.id), key) });
    }
  });

  test.each(roles)('$id: every other permission is that of the page, word for word', ({ id, statements }) => {
    const plain = statements.map(({ Sid = '', Action, Resource = [] }) => ({
      sid: Sid,
      actions: Action,
      resources: Resource,
    }));
    expect(plain).toEqual(rowsOf(id).map(({ sid, actions, resources }) => ({ sid, actions, resources })));
    for (const { Sid, Effect, Action, Resource, Condition, when } of statements) {
      const { conditions = '' } = rowsOf(id).find(({ sid }) => sid === Sid) ?? {};
      expect(Effect).toBe('Allow');
      expect(Sid).toMatch(/^[A-Z][A-Za-z]+$/);
      expect(Resource).not.toEqual([]);
      expect(Action.filter((action) => action.includes('*'))).toEqual([]);
      for (const value of Object.values(Condition)) expect(conditions).toContain(JSON.stringify(value));
      if (when !== null) expect(conditions).toContain('if ');
      expect(JSON.stringify(Condition)).not.toMatch(/tag/i);
    }
  });
});

/** By hand: what each role may change of a key, so that page and template cannot be wrong together. */
describe('writes on keys, told by the evaluator', () => {
  const isRead = (action: string): boolean => /^kms:(describe|get|list)/.test(action);
  const everywhere = Object.values(keys).filter((key) => key !== keys.otherAccount);
  const writesOf = (title: string) => {
    const section = sections.find((one) => one.title === title);
    if (section === undefined) throw new Error(`no section ${title}`);
    const all = rolesOf(section.template).flatMap((role) => {
      const writes = new Set(everywhere.flatMap((key) => permitted(role, key).filter((action) => !isRead(action))));
      return writes.size === 0 ? [] : [[role.id, [...writes].toSorted()] as const];
    });
    return Object.fromEntries(all);
  };
  const guards = {
    DeletionGuardRole: ['kms:cancelkeydeletion', 'kms:enablekey'],
    RotationGuardRole: ['kms:enablekeyrotation'],
    PolicyGuardRole: ['kms:putkeypolicy', 'kms:revokegrant'],
  };

  test.each([
    ['One account, observe', {}],
    ['One account, enforce', guards],
    [
      'An organization with Slack, enforce',
      { ...guards, SlackAnswersGuardRole: ['kms:cancelkeydeletion', 'kms:enablekey'] },
    ],
    ['Member account, observe', {}],
    ['Where calls of IAM are delivered', {}],
    [
      'Member account, enforce',
      {
        ResponderRole: [
          'kms:cancelkeydeletion',
          'kms:enablekey',
          'kms:enablekeyrotation',
          'kms:putkeypolicy',
          'kms:revokegrant',
        ],
      },
    ],
  ])('%s', (title, expected) => {
    expect(writesOf(title)).toEqual(expected);
  });

  test.each(['kms-guard-sweep', 'kms-guard-report', 'notifier', 'deletion-guard-2', 'x:y'])(
    'in a session called %s the responder only reads',
    (session) => {
      const section = sections.find(({ title }) => title === 'Member account, enforce');
      const role = rolesOf(section?.template ?? { Resources: {}, Conditions: {} }).find(
        ({ id }) => id === 'ResponderRole',
      );
      if (role === undefined) throw new Error('no responder');
      const allowed = permitted(role, keys.own, session);
      expect(allowed).toContain('kms:describekey');
      expect(allowed.filter((action) => !isRead(action))).toEqual([]);
    },
  );

  test('no role uses a key, and none reaches a key of another account by itself', () => {
    for (const { template } of sections) {
      for (const role of rolesOf(template)) {
        const uses = KMS_ACTIONS.filter(({ use }) => use).map(({ name }) => name.toLowerCase());
        expect(permitted(role, keys.own).filter((action) => uses.includes(action))).toEqual([]);
        expect(permitted(role, keys.otherAccount).filter((action) => !/list(aliases|keys)$/.test(action))).toEqual([]);
      }
    }
  });
});
