import { readFile } from 'node:fs/promises';
import { type Command, type ExitStatus, UsageError } from '../../cli/command.ts';
import type { OpenLedger } from '../../cli/ledger-access.ts';
import type { LedgerBooks } from '../../shared/adapters/ledger-books.ts';
import { account } from './records.ts';
import { memoryApprovals } from './memory-approvals.ts';
import { memoryIo } from './memory-io.ts';
import { memoryWaivers } from './memory-waivers.ts';

export const security = `arn:aws:sts::${account}:assumed-role/Security/eve@example.com`;

/** A ledger in memory; its clock stands at noon of 20 November 2026. */
export const memoryBooks = (some: Partial<LedgerBooks> = {}): LedgerBooks => {
  let ids = 0;
  return {
    approvals: memoryApprovals(),
    waivers: memoryWaivers(),
    progress: async () => ({ moved: async () => undefined }),
    caller: async () => security,
    newId: () => String((ids += 1)),
    clock: { now: () => Date.parse('2026-11-20T12:00:00Z'), sleep: async () => undefined },
    ...some,
  };
};

type Ran = { readonly status: ExitStatus; readonly out: string; readonly err: string };

/** Runs a command over these books; a UsageError is its one line and status 2, as `main.ts` makes it. */
export const runLedgerCommand = async (
  make: (open: OpenLedger) => Command,
  args: readonly string[],
  books: LedgerBooks = memoryBooks(),
): Promise<Ran> => {
  const io = memoryIo({ readFile: (path) => readFile(path, 'utf8') });
  try {
    const status = await make(async () => books).run(args, io);
    return { status, out: io.out(), err: io.err() };
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    return { status: 2, out: io.out(), err: `${io.err()}${error.message}` };
  }
};
