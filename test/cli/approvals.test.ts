import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { approvalsWith } from '../../cli/approvals.ts';
import type { Move } from '../../shared/delivery/outbox-message.ts';
import { known, unknown } from '../../shared/facts/facts.ts';
import { findingId } from '../../shared/ledger/finding-id.ts';
import { RetryableFault } from '../../shared/ports.ts';
import { approvalOf, otherKey } from '../support/approval-book-contract.ts';
import { memoryBooks, runLedgerCommand, security } from '../support/ledger-command.ts';
import { account, keyArn } from '../support/records.ts';
import { dana, slackPeople } from '../support/slack-people.ts';

const folder = mkdtempSync(join(tmpdir(), 'approvals-'));
afterAll(() => rmSync(folder, { recursive: true }));
const configFile = (some: object): string => {
  const file = join(folder, `${Object.keys(some).join()}.json`);
  writeFileSync(file, JSON.stringify(some));
  return file;
};
const plainConfig = configFile({});
const withPeople = configFile({ slack: slackPeople });

const run = (args: readonly string[], books = memoryBooks()) => runLedgerCommand(approvalsWith, args, books);
const role = `arn:aws:iam::${account}:role/PlatformAdmin`;
const granting = (...more: readonly string[]) => [
  'grant',
  '--key',
  keyArn,
  '--requester',
  role,
  '--reason',
  'the orders service was retired',
  '--config',
  plainConfig,
  ...more,
];

/** Books whose alerts' messages hear of every step. */
const listening = () => {
  const moves: Move[] = [];
  return { moves, books: memoryBooks({ progress: async () => ({ moved: async (move) => void moves.push(move) }) }) };
};
const deletionFinding = findingId('deletion-scheduled', { keyArn, account, region: 'eu-west-1', keyId: null });

describe('the messages about the key', () => {
  test('hear of a grant: who, on which terms, and how long it holds; about the deletion alone', async () => {
    const { moves, books } = listening();
    expect(await run(granting(), books)).toMatchObject({ status: 0, err: '' });
    expect(moves).toEqual([
      {
        alertId: null,
        keyArn,
        findingIds: expect.arrayContaining([deletionFinding]),
        status: 'approved',
        by: security,
        what: `approved the deletion: ${role} may schedule it until 2026-11-21T12:00:00.000Z, with 30 days or more`,
        at: '2026-11-20T12:00:00.000Z',
        until: '2026-11-21T12:00:00.000Z',
      },
    ]);
    expect(moves[0]?.findingIds).not.toContain(
      findingId('policy-public', { keyArn, account, region: 'eu-west-1', keyId: null }),
    );
  });

  test('hear once that it is taken back', async () => {
    const { moves, books } = listening();
    await books.approvals.add(approvalOf());
    const { id, keyArn: key } = approvalOf();
    expect(await run(['revoke', id], books)).toMatchObject({ status: 0, err: '' });
    await run(['revoke', id], books);
    expect(moves).toMatchObject([{ keyArn: key, status: 'open', by: security, what: `revoked approval ${id}` }]);
  });

  test('hear nothing of what is refused', async () => {
    const { moves, books } = listening();
    expect(await run(granting('--requester', security), books)).toMatchObject({ status: 2 });
    expect(moves).toEqual([]);
  });

  test.each([
    ['there is no outbox', async () => null, 'the stack has no outbox'],
    [
      'the stack cannot be asked for',
      async () => Promise.reject(new Error('the stack KmsGuard could not be asked for\n(AccessDenied)')),
      'the stack KmsGuard could not be asked for',
    ],
  ])('cannot where %s: the approval stands, and one line says so', async (_, progress, why) => {
    const books = memoryBooks({ progress });
    const { status, err } = await run(granting(), books);
    expect(status).toBe(0);
    expect(err).toMatch(/^kms-guard: warning: [^\n]*\n$/);
    expect(err).toContain(why);
    expect(await books.approvals.of(keyArn)).toMatchObject({ value: [{ id: 'cli-1' }] });
  });
});

describe('grant', () => {
  test('puts an approval into the ledger, by whoever asks', async () => {
    const books = memoryBooks();
    const { status, out } = await run(granting('--ticket', 'OPS-1', '--days', '14', '--hours', '2'), books);
    expect(status).toBe(0);
    expect(out).toBe(
      `cli-1: ${role} may schedule the deletion of ${keyArn} before 2026-11-20T14:00:00.000Z, with 14 days or more.\n`,
    );
    expect(await books.approvals.of(keyArn)).toEqual(
      known([
        {
          id: 'cli-1',
          keyArn,
          requester: role,
          approver: { arn: security, slackUser: null, name: security },
          minimumWindowInDays: 14,
          until: '2026-11-20T14:00:00.000Z',
          reason: 'the orders service was retired',
          ticket: 'OPS-1',
          grantedAt: '2026-11-20T12:00:00.000Z',
          revoked: null,
          used: null,
        },
      ]),
    );
  });

  test('takes a day and the configured window where nothing else is said; --json says what was granted', async () => {
    const { out } = await run(granting('--json'));
    expect(JSON.parse(out)).toMatchObject({ minimumWindowInDays: 30, until: '2026-11-21T12:00:00.000Z', ticket: null });
  });

  test.each([
    ['no key', ['--key', 'alias/orders'], '--key takes the ARN of a key, not "alias/orders"'],
    ['a pattern of requesters', ['--requester', `arn:aws:iam::${account}:role/*`], '--requester takes the ARN of one'],
    ['an account as requester', ['--requester', account], '--requester takes the ARN of one'],
    ['no reason', ['--reason', 'because'], '--reason must say why'],
    ['a window that KMS does not know', ['--days', '5'], '--days takes a number from 7 to 30, not "5"'],
    ['a window that is no number', ['--days', '7e0'], '--days takes a number'],
    ['for ever', ['--hours', '100000'], '--hours takes a number from 1 to 720'],
    ['an unknown option', ['--forever'], 'Unknown option'],
    ['a stray word', ['now'], 'takes no "now"'],
  ])('refuses %s in one line', async (_, more, says) => {
    const books = memoryBooks();
    const { status, err } = await run(granting(...more), books);
    expect(status).toBe(2);
    expect(err).toContain(says);
    expect(err).not.toContain('\n');
    expect(await books.approvals.all()).toEqual(known([]));
  });

  test.each([
    ['the requester itself', plainConfig, security, 'may be the same person'],
    ['another session of the requester', plainConfig, security.replace('eve', 'dana'), 'may be the same person'],
    ['the same person in another role', withPeople, security.replace('Security', 'Other'), 'may be the same person'],
    ['a requester whom the mapping does not know', withPeople, role, 'does not tell who'],
  ])('refuses an approval by %s', async (_, file, requester, says) => {
    const books = memoryBooks();
    const { status, err } = await run(granting('--requester', requester, '--config', file), books);
    expect(status).toBe(2);
    expect(err).toContain(says);
    expect(await books.approvals.all()).toEqual(known([]));
  });

  test('refuses an approval by somebody who may not approve', async () => {
    const books = memoryBooks({ caller: async () => `arn:aws:iam::${account}:user/finn` });
    const { err } = await run(granting('--requester', dana, '--config', withPeople), books);
    expect(err).toContain('none of those who may approve');
  });

  test('names the approver as the configuration does', async () => {
    const { out } = await run(granting('--requester', dana, '--config', withPeople, '--json'));
    expect(JSON.parse(out)).toMatchObject({ requester: dana, approver: { arn: security, name: 'Eve' } });
  });
});

describe('list', () => {
  const filled = async () => {
    const books = memoryBooks();
    await books.approvals.add(approvalOf({ id: 'a1', until: '2026-11-21T00:00:00.000Z' }));
    await books.approvals.add(
      approvalOf({ id: 'a2', keyArn: otherKey, until: '2026-11-20T11:59:59.000Z', reason: 'x\u0007y' }),
    );
    return books;
  };

  test('shows every approval with its state, in columns', async () => {
    const { status, out } = await run(['list'], await filled());
    expect(status).toBe(0);
    const lines = out.trimEnd().split('\n');
    expect(lines[0]).toMatch(/^ID +STATE +KEY +REQUESTER +APPROVED BY +DAYS +UNTIL +REASON$/);
    expect(lines.slice(1).map((line) => line.split(/ +/).slice(0, 3))).toEqual([
      ['a1', 'granted', keyArn],
      ['a2', 'expired', otherKey],
    ]);
    expect(out).not.toContain('\u0007');
  });

  test('of one key, for programs', async () => {
    const { out } = await run(['list', '--key', otherKey, '--json'], await filled());
    expect(JSON.parse(out)).toMatchObject([{ id: 'a2', state: 'expired' }]);
  });

  test('says that there are none', async () => {
    expect((await run(['list'])).out).toBe('No approvals.\n');
    expect((await run(['list', '--json'])).out).toBe('[]\n');
  });
});

describe('revoke', () => {
  test('takes an approval back, once', async () => {
    const books = memoryBooks();
    await books.approvals.add(approvalOf());
    expect(await run(['revoke', 'approval-1'], books)).toMatchObject({
      status: 0,
      out: expect.stringContaining('is revoked'),
    });
    expect(await books.approvals.of(keyArn)).toMatchObject(known([{ revoked: { by: security } }]));
    expect((await run(['revoke', 'approval-1'], books)).out).toContain('was revoked before');
  });

  test('warns that a deletion that used it goes on', async () => {
    const books = memoryBooks();
    await books.approvals.add(
      approvalOf({ used: { at: '2026-11-20T10:00:00.000Z', eventID: 'e1', deletionDate: null } }),
    );
    expect((await run(['revoke', 'approval-1'], books)).err).toContain('cancels no deletion');
  });

  test.each([
    [['revoke', 'no-such'], 'there is no approval "no-such"'],
    [['revoke'], 'name the ID'],
  ])('%j is refused', async (args, says) => {
    expect(await run(args)).toMatchObject({ status: 2, err: expect.stringContaining(says) });
  });
});

describe('a ledger that cannot be read', () => {
  const throwing = (error: Error) => ({
    ...memoryBooks().approvals,
    all: async () => {
      throw error;
    },
  });

  test('is one line, with the cause', async () => {
    const cause = Object.assign(new Error('no table'), { name: 'ResourceNotFoundException' });
    const approvals = throwing(new RetryableFault('the ledger did not answer', { cause }));
    const { status, err } = await run(['list'], memoryBooks({ approvals }));
    expect(status).toBe(2);
    expect(err).toBe('approvals: the ledger did not answer (ResourceNotFoundException: no table)');
  });

  test('is no empty list', async () => {
    const approvals = { ...memoryBooks().approvals, all: async () => unknown('failed', 'an item is not JSON') };
    expect(await run(['list'], memoryBooks({ approvals }))).toMatchObject({
      status: 2,
      err: 'approvals: an item is not JSON',
    });
  });

  test('a bug is not hidden', async () => {
    await expect(run(['list'], memoryBooks({ approvals: throwing(new TypeError('a bug')) }))).rejects.toThrow('a bug');
  });
});

test.each([[[]], [['approve']], [['list', '--endpoint-url', 'ftp://x']]])('%j is bad usage', async (args) => {
  expect(await run(args)).toMatchObject({
    status: 2,
    err: expect.stringContaining('see "kms-guard approvals --help"'),
  });
});
