import { describe, expect, test } from 'vitest';
import { configSchema } from '../../shared/config/config.ts';
import { linesOf, waiver } from '../support/config-lines.ts';

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
      `$.mods: {"a":1} stands under an unknown key; did you mean "modes"? known keys are ${Object.keys(configSchema.shape).join(', ')}`,
    ],
    [
      'an unknown key, near none',
      { rotation: { colour: 'red' } },
      '$.rotation.colour: "red" stands under an unknown key; known keys are maximumPeriodInDays, manualPeriodInDays',
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
