import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { OpenLedger } from '../../cli/ledger-access.ts';
import { waiversWith } from '../../cli/waivers.ts';
import { known } from '../../shared/facts/facts.ts';
import { waiversKept } from '../../shared/waiver-book.ts';
import { memoryBooks, runLedgerCommand, security } from '../support/ledger-command.ts';
import { keyArn } from '../support/records.ts';
import { ledgerWaiver } from '../support/waiver-book-contract.ts';

const folder = mkdtempSync(join(tmpdir(), 'waivers-'));
afterAll(() => rmSync(folder, { recursive: true }));
let files = 0;
const configFile = (some: object): string => {
  files += 1;
  const file = join(folder, `${files}.json`);
  writeFileSync(file, JSON.stringify(some));
  return file;
};
const empty = configFile({});
const now = Date.parse('2026-11-20T12:00:00Z');
const run = (args: readonly string[], books = memoryBooks()) =>
  runLedgerCommand((open: OpenLedger) => waiversWith(open, () => now), args, books);

const adding = (...more: readonly string[]) => [
  'add',
  '--rule',
  'key-unused',
  '--for',
  keyArn,
  '--owner',
  'orders',
  '--reason',
  'kept for old backups',
  '--expires',
  '2027-03-31',
  '--config',
  empty,
  ...more,
];

describe('add', () => {
  test('puts a waiver into the ledger', async () => {
    const books = memoryBooks();
    expect(await run(adding('--for', 'tag:stage=*'), books)).toEqual({
      status: 0,
      out: 'w-1: key-unused is waived until 2027-03-31.\n',
      err: '',
    });
    expect(await books.waivers.all()).toEqual(
      known([
        {
          id: 'w-1',
          rule: 'key-unused',
          keys: [keyArn, 'tag:stage=*'],
          owner: 'orders',
          reason: 'kept for old backups',
          expires: '2027-03-31',
          addedAt: '2026-11-20T12:00:00.000Z',
          addedBy: security,
        },
      ]),
    );
  });

  test.each([
    [
      'by alias or tag',
      ['--for', 'alias/old-*', '--for', 'tag:stage=*'],
      'alias/old-*, tag:stage=* waives the deletion of any',
    ],
    ['by ARN and account', ['--for', 'account:111122223333'], null],
  ])(
    'a waiver of deletions %s is taken, with a warning in one line where others can bring keys under it',
    async (_, more, says) => {
      const { status, out, err } = await run(adding('--rule', 'deletion-scheduled', ...more));
      expect(status).toBe(0);
      expect(out).toBe('w-1: deletion-scheduled is waived until 2027-03-31.\n');
      expect(err).toMatch(says === null ? /^$/ : /^kms-guard: warning: [^\n]*\n$/);
      expect(err).toContain(says ?? '');
    },
  );

  test.each([
    ['a rule that is none', ['--rule', 'key-unusd'], 'did you mean "key-unused"?'],
    ['a selector that is none', ['--for', 'orders'], '--for must be a key ARN'],
    ['a tag without a value', ['--for', 'tag:stage'], '--for must be a key ARN'],
    ['an account that is none', ['--for', 'account:1'], '--for must be a key ARN'],
    ['a short reason', ['--reason', 'because'], '--reason must say why'],
    ['no date', ['--expires', 'tomorrow'], '--expires must be a date'],
    ['a day that is past', ['--expires', '2026-11-19'], 'is past'],
    ['too long', ['--expires', '2027-11-21'], 'is more than 365 days from now'],
  ])('refuses %s in one line', async (_, more, says) => {
    const books = memoryBooks();
    const { status, err } = await run(adding(...more), books);
    expect(status).toBe(2);
    expect(err).toContain(says);
    expect(err).not.toContain('\n');
    expect(await books.waivers.all()).toEqual(known([]));
  });

  test('what is missing is named', async () => {
    expect((await run(['add', '--rule', 'key-unused', '--config', empty])).err).toContain(
      '--for must name at least one',
    );
    expect((await run(['add', '--rule', 'key-unused', '--for', '*', '--config', empty])).err).toContain(
      '--owner must be given',
    );
    expect((await run(['add', '--config', empty])).err).toContain('there is no rule ""');
  });

  test('the configuration says how long at most', async () => {
    const config = configFile({ waiverMaximumDays: 30 });
    const until = (day: string) => run(adding('--expires', day, '--config', config));
    expect((await until('2026-12-20')).status).toBe(0);
    expect((await until('2026-12-21')).err).toContain('more than 30 days');
  });

  test('a full ledger takes no more', async () => {
    const books = memoryBooks();
    for (let n = 0; n < waiversKept; n += 1) await books.waivers.add(ledgerWaiver({ id: `w${n}` }));
    expect((await run(adding(), books)).err).toContain('full');
  });
});

describe('list, check and remove', () => {
  const config = configFile({
    waivers: [
      {
        rule: 'key-untagged',
        keys: ['account:111122223333'],
        owner: 'sandbox',
        reason: 'keys of sandboxes',
        expires: '2027-10-31',
      },
    ],
  });
  const filled = async () => {
    const books = memoryBooks();
    await books.waivers.add(ledgerWaiver({ id: 'w-ended', expires: '2026-11-10' }));
    await books.waivers.add(ledgerWaiver({ id: 'w-ending', expires: '2026-11-30' }));
    return books;
  };

  test('shows those of the configuration and of the ledger', async () => {
    const { status, out } = await run(['list', '--config', config], await filled());
    expect(status).toBe(0);
    expect(out.split('\n').map((line) => line.split(/ {2,}/).slice(0, 3))).toEqual([
      ['ID', 'STATE', 'RULE'],
      ['(configuration)', 'holds', 'key-untagged'],
      ['w-ended', 'ended', 'key-unused'],
      ['w-ending', 'holds', 'key-unused'],
      [''],
    ]);
    const json: unknown = JSON.parse(
      (await run(['list', '--json', '--offline', '--config', config], await filled())).out,
    );
    expect(json).toMatchObject([{ id: null, state: 'holds', owner: 'sandbox' }]);
  });

  test('speaks up about what ends soon and what has ended', async () => {
    const { status, out } = await run(['check', '--config', config], await filled());
    expect(status).toBe(1);
    expect(out.trimEnd().split('\n')).toEqual([
      expect.stringMatching(/^key-unused: ended 9 days ago \(2026-11-10\), orders team: arn:/),
      expect.stringMatching(/^key-unused: ends in 10 days \(2026-11-30\), orders team: arn:/),
    ]);
    const json: unknown = JSON.parse((await run(['check', '--json', '--config', config], await filled())).out);
    expect(json).toMatchObject([{ state: 'ended' }, { state: 'ending' }]);
  });

  test('is content where nothing ends', async () => {
    expect(await run(['check', '--config', config])).toMatchObject({
      status: 0,
      out: '1 waivers, none ends within 14 days.\n',
    });
  });

  test('removes one of the ledger', async () => {
    const books = await filled();
    expect(await run(['remove', 'w-ended'], books)).toMatchObject({ status: 0 });
    expect(await run(['remove', 'w-ended'], books)).toMatchObject({
      status: 2,
      err: expect.stringContaining('has no waiver'),
    });
    expect(await run(['remove'], books)).toMatchObject({ status: 2, err: expect.stringContaining('name the ID') });
  });
});

test.each([[[]], [['grant']], [['list', 'x']]])('%j is bad usage', async (args) => {
  expect(await run(args)).toMatchObject({ status: 2, err: expect.stringContaining('see "kms-guard waivers --help"') });
});
