import { describe, expect, test } from 'vitest';
import { UsageError } from '../../cli/command.ts';
import { type LedgerActions, runLedgerAction } from '../../cli/ledger-action.ts';
import { RetryableFault } from '../../shared/ports.ts';

const ran: string[] = [];
const actions: LedgerActions = {
  withoutId: {
    list: async () => {
      ran.push('list');
      return 0;
    },
    check: async () => Promise.reject(new RetryableFault('the ledger did not answer', { cause: new Error('no') })),
  },
  withId: {
    remove: async (id) => {
      ran.push(`remove ${id}`);
      return 1;
    },
  },
};
const run = (...words: readonly string[]) => runLedgerAction('waivers', words, actions);

describe('an action on the ledger', () => {
  test('is what the first word says, about the ID that the second says', async () => {
    expect([await run('list'), await run('remove', 'w-1'), ran]).toEqual([0, 1, ['list', 'remove w-1']]);
  });

  test.each([
    [[], 'waivers: say list, check or remove, not ""'],
    [['toString'], 'waivers: say list, check or remove, not "toString"'],
    [['remove'], 'waivers: remove: name the ID; "kms-guard waivers list" shows them'],
    [['remove', 'w-1', 'w-2'], 'waivers: takes no "w-2"'],
    [['list', 'w-1'], 'waivers: takes no "w-1"'],
  ])('%j is refused before anything is done', async (words, line) => {
    await expect(run(...words)).rejects.toThrow(new UsageError(`${line}; see "kms-guard waivers --help"`));
  });

  test('that the ledger does not answer is one line', async () => {
    await expect(run('check')).rejects.toThrow(new UsageError('waivers: the ledger did not answer (Error: no)'));
  });
});
