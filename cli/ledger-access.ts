import type { LedgerBooks, LedgerPlace } from '../shared/adapters/ledger-books.ts';
import type { Fact } from '../shared/facts/facts.ts';
import { UsageError } from './command.ts';

/** Options of every command that reads or writes the ledger. */
export const ledgerOptions = {
  table: { type: 'string' },
  stack: { type: 'string', default: 'KmsGuard' },
  region: { type: 'string' },
  'endpoint-url': { type: 'string' },
  config: { type: 'string' },
  json: { type: 'boolean', default: false },
} as const;

export const ledgerHelp = `
  --table NAME         the ledger's table (default: the output TableName of the stack)
  --stack NAME         the stack that was deployed (default: KmsGuard)
  --region R           its Region (default: the Region at hand)
  --endpoint-url URL   instead of AWS's own endpoints
  --config FILE        the guard's configuration (default: guard.config.json of this folder, or else the defaults)
  --json               for programs`.slice(1);

export type OpenLedger = (place: LedgerPlace) => Promise<LedgerBooks>;

type Values = {
  readonly table?: string | undefined;
  readonly stack: string;
  readonly region?: string | undefined;
  readonly 'endpoint-url'?: string | undefined;
};

/** Where the ledger is, out of the arguments. @throws UsageError */
export const placeOf = (command: string, values: Values): LedgerPlace => {
  const { table, stack, region, 'endpoint-url': endpoint } = values;
  return {
    stack,
    ...(table === undefined ? {} : { table }),
    ...(region === undefined ? {} : { region }),
    ...endpointOf(command, endpoint),
  };
};

/** @throws UsageError */
export const endpointOf = (command: string, endpoint: string | undefined): { readonly endpoint?: string } => {
  if (endpoint === undefined) return {};
  if (URL.canParse(endpoint) && /^https?:/.test(endpoint)) return { endpoint };
  throw new UsageError(`${command}: "${endpoint}" is not an http(s) URL; see "kms-guard ${command} --help"`);
};

/** What the ledger says, with its failures as one line. @throws UsageError */
export const fromLedger = async <T>(command: string, work: () => Promise<T>): Promise<T> => {
  try {
    return await work();
  } catch (error) {
    if (error instanceof UsageError || !(error instanceof Error) || !expected.has(error.name)) throw error;
    const { cause } = error;
    const why = error.name === 'RetryableFault' && cause instanceof Error ? ` (${cause.name}: ${cause.message})` : '';
    throw new UsageError(`${command}: ${error.message}${why}`, { cause: error });
  }
};

const expected = new Set(['NotReached', 'RetryableFault']);

/** A list that the ledger holds but nobody can read is no empty list. @throws UsageError */
export const listOf = <T>(command: string, list: Fact<readonly T[]>): readonly T[] => {
  if (!list.known) throw new UsageError(`${command}: ${list.detail}`);
  return list.value;
};

/** AWS with the credentials at hand. The SDK is loaded only for this: it costs more than the rest of the start. */
export const openLedger: OpenLedger = async (place) => {
  const { ledgerBooks } = await import('../shared/adapters/ledger-books.ts');
  return ledgerBooks(place);
};

/** Rows in columns as wide as they need; the first row is the head. */
export const columns = (rows: readonly (readonly string[])[]): string => {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .map((line) => `${line}\n`)
    .join('');
};
