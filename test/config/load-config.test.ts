import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { configSchema, defaultConfig } from '../../shared/config/config.ts';
import { parseConfig } from '../../shared/config/load-config.ts';
import { problemLine } from '../../shared/config/problem.ts';
import { rules } from '../../shared/rules/index.ts';

const context = { ruleIds: ['deletion-scheduled', 'key-disabled', 'rotation-disabled'], today: '2026-11-22T10:00:00Z' };

/** The problems of a configuration as the lines that a person reads. */
const linesOf = (config: unknown): readonly string[] => {
  const parsed = parseConfig(
    typeof config === 'string' ? config : JSON.stringify(config),
    'guard.config.json',
    context,
  );
  return parsed.ok
    ? parsed.warnings.map((warning) => `warning: ${problemLine(warning)}`)
    : parsed.problems.map(problemLine);
};

const waiver = {
  rule: 'deletion-scheduled',
  keys: ['arn:aws:kms:eu-west-1:111122223333:key/*'],
  owner: 'platform',
  reason: 'test keys come and go',
  expires: '2027-03-31',
};

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

  test('a waiver holds on its last day', () => {
    expect(linesOf({ waivers: [{ ...waiver, expires: '2026-11-22' }] })).toEqual([]);
  });
});

describe('every problem names the file, the path, the value and what to do', () => {
  test.each<[string, unknown, string]>([
    [
      'not JSON',
      '{\n  "modes": {,\n}',
      `line 2, column 13: "\\"modes\\": {," is not JSON: there is "," where a "name" in double quotes should be; correct the JSON there; comments and trailing commas are not allowed`,
    ],
    [
      'nothing',
      '',
      'line 1, column 1: "" is not JSON: the file ends where a value should be; correct the JSON there; comments and trailing commas are not allowed',
    ],
    ['a list', [], '$: [] is a list; write an object in { }'],
    ['null', null, '$: null is null; write an object in { }'],
    [
      'an unknown key, near a known one',
      { mods: { a: 1 } },
      '$.mods: {"a":1} stands under an unknown key; did you mean "modes"? known keys are $schema, modes, deletion, rotation, safety, rules, waivers',
    ],
    [
      'an unknown key, near none',
      { rotation: { colour: 'red' } },
      '$.rotation.colour: "red" stands under an unknown key; known keys are maximumPeriodInDays',
    ],
    [
      'an unknown remedy',
      { modes: { remedies: { cancelKeyDeletions: 'enforce' } } },
      '$.modes.remedies.cancelKeyDeletions: "enforce" stands under an unknown key; did you mean "cancelKeyDeletion"? known keys are cancelKeyDeletion, restoreKeyState, enableKeyRotation, restoreKeyPolicy, revokeGrant',
    ],
    [
      'an unknown mode',
      { modes: { remedies: { revokeGrant: 'enfroce' } } },
      '$.modes.remedies.revokeGrant: "enfroce" is not allowed here; use one of observe, enforce (did you mean "enforce"?)',
    ],
    [
      'a mode that is no text',
      { modes: { remedies: { revokeGrant: true } } },
      '$.modes.remedies.revokeGrant: true is not allowed here; use one of observe, enforce',
    ],
    [
      'a bad account',
      { modes: { accounts: { prod: {} } } },
      '$.modes.accounts.prod: {} stands under a key of the wrong form; the key must be a 12-digit account id',
    ],
    [
      'an unknown remedy of an account',
      { modes: { accounts: { '111122223333': { revoke: 'observe' } } } },
      '$.modes.accounts["111122223333"].revoke: "observe" stands under an unknown key; known keys are cancelKeyDeletion, restoreKeyState, enableKeyRotation, restoreKeyPolicy, revokeGrant',
    ],
    [
      'too small',
      { deletion: { minimumWindowInDays: 3 } },
      '$.deletion.minimumWindowInDays: 3 is too small; write a number of at least 7',
    ],
    [
      'too big',
      { deletion: { minimumWindowInDays: 31 } },
      '$.deletion.minimumWindowInDays: 31 is too big; write a number of at most 30',
    ],
    [
      'not whole',
      { deletion: { unusedForDays: 1.5 } },
      '$.deletion.unusedForDays: 1.5 is not a whole number; write a whole number',
    ],
    [
      'a text for a number',
      { rotation: { maximumPeriodInDays: '365' } },
      '$.rotation.maximumPeriodInDays: "365" is a text; write a number',
    ],
    [
      'a text for a list',
      { deletion: { protectedKeys: '*' } },
      '$.deletion.protectedKeys: "*" is a text; write a list in [ ]',
    ],
    [
      'no ARN',
      { deletion: { protectedKeys: ['alias/app'] } },
      '$.deletion.protectedKeys[0]: "alias/app" has the wrong form; it must be an ARN, where * stands for any text',
    ],
    [
      'a number for a text',
      { deletion: { protectedTags: { 'a b': 1 } } },
      '$.deletion.protectedTags["a b"]: 1 is a number; write a text in double quotes',
    ],
    [
      'an unknown rule',
      { rules: { 'deletion-sheduled': { enabled: false } } },
      '$.rules["deletion-sheduled"]: "deletion-sheduled" is not a rule; did you mean "deletion-scheduled"?',
    ],
    [
      'an unknown severity',
      { rules: { 'key-disabled': { severity: 'hihg' } } },
      '$.rules["key-disabled"].severity: "hihg" is not allowed here; use one of info, low, medium, high, critical (did you mean "high"?)',
    ],
    [
      'a waiver of an unknown rule',
      { waivers: [{ ...waiver, rule: 'zzz' }] },
      '$.waivers[0].rule: "zzz" is not a rule; use one of deletion-scheduled, key-disabled, rotation-disabled',
    ],
    [
      'a waiver without owner',
      { waivers: [{ ...waiver, owner: undefined }] },
      '$.waivers[0].owner: (missing) is required; write a text in double quotes',
    ],
    [
      'a waiver for no key',
      { waivers: [{ ...waiver, keys: [] }] },
      '$.waivers[0].keys: [] is too few; it must name at least one key ARN',
    ],
    [
      'a waiver without a real reason',
      { waivers: [{ ...waiver, reason: 'because' }] },
      '$.waivers[0].reason: "because" is too short; it must say why, in at least 10 characters',
    ],
    [
      'a waiver with an empty owner',
      { waivers: [{ ...waiver, owner: '' }] },
      '$.waivers[0].owner: "" is too short; write at least 1 characters',
    ],
    [
      'a waiver until no day',
      { waivers: [{ ...waiver, expires: '2027-02-30' }] },
      '$.waivers[0].expires: "2027-02-30" has the wrong form; it must be a date such as 2027-03-31',
    ],
  ])('%s', (_, config, line) => {
    expect(linesOf(config)).toEqual([`guard.config.json: ${line}`]);
  });

  test('all problems at once', () => {
    expect(linesOf({ modes: 1, deletion: { unusedForDays: 0 }, waivers: [5] })).toHaveLength(3);
  });

  test('long and hostile values are cut and escaped: a problem is one line', () => {
    const [line] = linesOf({ rules: { 'key-disabled': { severity: `\u001b[31m\n${'x'.repeat(500)}` } } });
    expect(line).not.toMatch(/\p{Cc}/u);
    expect(line?.length).toBeLessThan(250);
  });
});

describe('what is allowed but surely not meant is a warning', () => {
  test('an expired waiver', () => {
    expect(linesOf({ waivers: [{ ...waiver, expires: '2026-11-21' }] })).toEqual([
      'warning: guard.config.json: $.waivers[0].expires: "2026-11-21" is past: the waiver no longer exempts anything; remove it, or ask platform to renew it',
    ]);
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
