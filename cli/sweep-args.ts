import { parseArgs } from 'node:util';
import { readArgs, UsageError } from './command.ts';

export type SweepFormat = 'table' | 'json' | 'csv';

/** One rendering; `file` null: standard output. */
export type SweepOutput = { readonly format: SweepFormat; readonly file: string | null };

export type SweepArgs = {
  /** Empty: the account of the credentials, unless `allAccounts`. */
  readonly accounts: readonly string[];
  readonly allAccounts: boolean;
  readonly role: string | undefined;
  /** Empty: the Region at hand. */
  readonly regions: readonly string[] | 'all';
  readonly endpoint: string | undefined;
  readonly config: string | undefined;
  /** Empty: every rule that sweeps. */
  readonly rules: readonly string[];
  readonly lastUseLimit: number;
  readonly outputs: readonly SweepOutput[];
};

const options = {
  account: { type: 'string', multiple: true },
  'all-accounts': { type: 'boolean', default: false },
  role: { type: 'string' },
  region: { type: 'string', multiple: true },
  'endpoint-url': { type: 'string' },
  config: { type: 'string' },
  rule: { type: 'string', multiple: true },
  'last-use-limit': { type: 'string', default: '10000' },
  format: { type: 'string', multiple: true },
  output: { type: 'string', multiple: true },
  json: { type: 'boolean', default: false },
} as const;

const wrong = (problem: string): UsageError => new UsageError(`sweep: ${problem}; see "kms-guard sweep --help"`);

/** @throws UsageError */
export const sweepArgs = (args: readonly string[]): SweepArgs => {
  const { values, positionals } = readArgs('sweep', args, options);
  const [extra] = positionals;
  if (extra !== undefined) throw wrong(`takes no "${extra}"`);
  const { account: accounts = [], region: regions = [], role, config } = values;
  const allAccounts = values['all-accounts'];
  const badAccount = accounts.find((account) => !/^\d{12}$/.test(account));
  if (badAccount !== undefined) throw wrong(`"${badAccount}" is not a 12-digit account id`);
  if (allAccounts && accounts.length > 0) throw wrong('give --account or --all-accounts, not both');
  if (allAccounts && role === undefined) throw wrong('--all-accounts needs --role NAME, a role that every account has');
  if (role !== undefined && !/^[\w+=,.@/-]+$/.test(role)) throw wrong(`"${role}" is not the name of a role`);
  const limit = Number(values['last-use-limit']);
  if (!Number.isInteger(limit) || limit < 0) throw wrong('--last-use-limit takes a number of keys');
  return {
    accounts: [...new Set(accounts)],
    allAccounts,
    role,
    regions: regionsOf(regions),
    endpoint: endpointOf(values['endpoint-url']),
    config,
    rules: values.rule ?? [],
    lastUseLimit: limit,
    outputs: outputsOf(args, values.json),
  };
};

const regionsOf = (regions: readonly string[]): readonly string[] | 'all' => {
  if (regions.includes('all')) {
    if (regions.length > 1) throw wrong('--region all is all of them: name no other');
    return 'all';
  }
  const bad = regions.find((region) => !/^[a-z]{2,}(-[a-z]+)+-\d+$/.test(region));
  if (bad !== undefined) throw wrong(`"${bad}" is not a Region such as eu-west-1, nor "all"`);
  return [...new Set(regions)];
};

const endpointOf = (url: string | undefined): string | undefined => {
  if (url !== undefined && !(URL.canParse(url) && /^https?:/.test(url))) throw wrong(`"${url}" is not an http(s) URL`);
  return url;
};

const formats: readonly SweepFormat[] = ['table', 'json', 'csv'];
const later = ['html', 'asff', 'ocsf'];

const formatOf = (name: string): SweepFormat => {
  const format = formats.find((each) => each === name);
  if (format !== undefined) return format;
  throw wrong(
    later.includes(name)
      ? `the format ${name} is not made yet: choose ${formats.join(', ')}`
      : `there is no format "${name}": choose ${formats.join(', ')}`,
  );
};

/** Each `--output` belongs to the `--format` before it; one format at most has none, and goes to standard output. */
const outputsOf = (args: readonly string[], json: boolean): readonly SweepOutput[] => {
  const { tokens } = parseArgs({ args: [...args], options, strict: false, allowPositionals: true, tokens: true });
  const outputs: { format: SweepFormat; file: string | null }[] = [];
  for (const token of tokens) {
    if (token.kind !== 'option' || token.value === undefined) continue;
    if (token.name === 'format') outputs.push({ format: formatOf(token.value), file: null });
    if (token.name !== 'output') continue;
    const last = outputs.at(-1);
    if (last === undefined || last.file !== null) throw wrong(`say the --format of --output ${token.value} before it`);
    last.file = token.value;
  }
  if (json) outputs.push({ format: 'json', file: null });
  if (outputs.length === 0) outputs.push({ format: 'table', file: null });
  if (outputs.filter(({ file }) => file === null).length > 1) {
    throw wrong('only one format can go to standard output: give the others an --output FILE');
  }
  return outputs;
};
