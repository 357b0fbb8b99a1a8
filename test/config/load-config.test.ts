import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { configSchema, defaultConfig } from '../../shared/config/config.ts';
import { parseConfig } from '../../shared/config/load-config.ts';
import { problemLine } from '../../shared/config/problem.ts';
import { rules } from '../../shared/rules/index.ts';
import { context, linesOf, waiver } from '../support/config-lines.ts';

describe('a configuration that is right', () => {
  test('an empty one is the default', () => {
    expect(parseConfig('{}', 'x', context)).toEqual({ ok: true, config: defaultConfig, warnings: [] });
  });

  test('a byte order mark does not matter', () => {
    expect(parseConfig('\uFEFF{}', 'x', context).ok).toBe(true);
  });

  test('the sample of the house is right, and only observes', () => {
    const text = readFileSync(join(import.meta.dirname, '..', '..', 'guard.config.json'), 'utf8');
    const parsed = parseConfig(text, 'guard.config.json', { ruleIds: rules.map(({ id }) => id), today: '2026-11-22' });
    expect(parsed).toMatchObject({ ok: true, warnings: [] });
    expect(text).not.toContain('enforce');
  });

  test('without rule ids and a day, neither rules nor expiry are looked at', () => {
    const config = { rules: { anything: {} }, waivers: [{ ...waiver, rule: 'other', expires: '2001-01-01' }] };
    expect(parseConfig(JSON.stringify(config), 'x')).toMatchObject({ ok: true, warnings: [] });
  });

  test('a waiver holds on its last day, and speaks up before', () => {
    expect(linesOf({ waivers: [{ ...waiver, expires: '2026-12-07' }] })).toEqual([]);
    for (const [expires, left] of [
      ['2026-11-22', 0],
      ['2026-12-06', 14],
    ]) {
      expect(linesOf({ waivers: [{ ...waiver, expires }] })).toEqual([
        `warning: guard.config.json: $.waivers[0].expires: "${expires}" ends in ${left} days; ask platform to renew it, or to do without`,
      ]);
    }
  });

  test('a waiver that runs longer than the configured maximum is a problem', () => {
    const until = (expires: string) => linesOf({ waiverMaximumDays: 365, waivers: [{ ...waiver, expires }] });
    expect(until('2027-11-22')).toEqual([]);
    expect(until('2027-11-23')).toEqual([
      'guard.config.json: $.waivers[0].expires: "2027-11-23" is more than waiverMaximumDays (365) days from now; choose an earlier day, and renew the waiver when it ends',
    ]);
    expect(linesOf({ waivers: [{ ...waiver, expires: '2999-12-31' }] })).toEqual([]);
  });

  test('answers from Slack name people by their ids, and approvers among them', () => {
    const signingSecretArn = 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:slack-AbCdEf';
    const users = { U012AB3CD: { name: 'Eve', principals: ['arn:aws:iam::111122223333:role/Security'] } };
    expect(linesOf({ slack: { signingSecretArn, users, approvers: ['U012AB3CD'] } })).toEqual([]);
    expect(linesOf({ slack: { signingSecretArn, users, approvers: ['U099ZZ9ZZ'] } })).toEqual([
      'guard.config.json: $.slack.approvers: ["U099ZZ9ZZ"] is not valid; it must name people of slack.users only',
    ]);
    expect(linesOf({ slack: { signingSecretArn, users: { eve: users.U012AB3CD } } }).join()).toContain('Slack user id');
    expect(linesOf({ slack: { signingSecretArn, users, aprovers: [] } }).join()).toContain('did you mean "approvers"?');
  });
});

describe('what is allowed but surely not meant is a warning', () => {
  test('an expired waiver', () => {
    expect(linesOf({ waivers: [{ ...waiver, expires: '2026-11-21' }] })).toEqual([
      'warning: guard.config.json: $.waivers[0].expires: "2026-11-21" is past: the waiver no longer exempts anything; remove it, or ask platform to renew it',
    ]);
  });

  test('a waiver that lets go whatever key somebody tags, or names so', () => {
    const keys = [
      'arn:aws:kms:eu-west-1:111122223333:key/*',
      'alias/old-*',
      'account:111122223333',
      'tag:stage=sandbox',
      'ou:r-ab12',
    ];
    const says =
      'waives the deletion of any key that somebody tags, or points an alias at, to fit; name ARNs or accounts, or have each deletion approved (kms-guard approvals)';
    expect(linesOf({ waivers: [waiver, { ...waiver, rule: 'deletion-scheduled', keys }] })).toEqual([
      `warning: guard.config.json: $.waivers[1].keys[1]: "alias/old-*" ${says}`,
      `warning: guard.config.json: $.waivers[1].keys[3]: "tag:stage=sandbox" ${says}`,
    ]);
    expect(linesOf({ waivers: [{ ...waiver, rule: 'key-disabled', keys }] })).toEqual([]);
  });

  test.each([
    ['everywhere', { remedies: { cancelKeyDeletion: 'enforce' } }, '$.modes.remedies.restoreKeyState'],
    [
      'in an account',
      { accounts: { '111122223333': { cancelKeyDeletion: 'enforce' } } },
      '$.modes.accounts["111122223333"].restoreKeyState',
    ],
    [
      'in an account that takes back one half',
      {
        remedies: { cancelKeyDeletion: 'enforce', restoreKeyState: 'enforce' },
        accounts: { '111122223333': { restoreKeyState: 'observe' } },
      },
      '$.modes.accounts["111122223333"].restoreKeyState',
    ],
  ])('half a rescue %s', (_, modes, path) => {
    expect(linesOf({ modes })).toEqual([
      `warning: guard.config.json: ${path}: "observe" leaves every key that the guard saves disabled; set it to "enforce" along with cancelKeyDeletion`,
    ]);
  });

  test.each([
    ['both enforced', { remedies: { cancelKeyDeletion: 'enforce', restoreKeyState: 'enforce' } }],
    ['neither enforced', { remedies: { cancelKeyDeletion: 'observe' } }],
    [
      'an account completed by the modes of all',
      { remedies: { restoreKeyState: 'enforce' }, accounts: { '111122223333': { cancelKeyDeletion: 'enforce' } } },
    ],
  ])('but not %s', (_, modes) => expect(linesOf({ modes })).toEqual([]));
});

describe('whatever the input', () => {
  const somewhere = fc.constantFrom('modes', 'deletion', 'rotation', 'safety', 'rules', 'waivers', 'x');
  const anything = fc.oneof(fc.jsonValue(), fc.dictionary(somewhere, fc.jsonValue()));

  test('it never throws, agrees with the schema, and every problem is one complete line', () => {
    fc.assert(
      fc.property(anything, (config) => {
        const parsed = parseConfig(JSON.stringify(config), 'f');
        expect(parsed.ok).toBe(configSchema.safeParse(JSON.parse(JSON.stringify(config))).success);
        if (parsed.ok) return;
        expect(parsed.problems.length).toBeGreaterThan(0);
        for (const problem of parsed.problems) {
          expect(problemLine(problem)).not.toMatch(/\n|undefined|Invalid input/);
          expect(problem.path).toMatch(/^\$/);
          expect(problem.remedy).not.toBe('');
        }
      }),
      { numRuns: 500 },
    );
  });

  test('no text makes it throw', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(typeof parseConfig(text, 'f', context).ok).toBe('boolean');
      }),
    );
  });
});
