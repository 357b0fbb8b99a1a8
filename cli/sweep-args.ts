import { reportFormats } from '../shared/reports/formats.ts';
import { readArgs, UsageError } from './command.ts';
import { oneToStdout, type Output, outputsOf } from './outputs.ts';

/** The sweep's own, its JSON among them; every other is that of a report. */
const ownFormats = ['table', 'json'];
export const sweepFormats: readonly string[] = [
  ...ownFormats,
  ...reportFormats.map(({ name }) => name).filter((name) => !ownFormats.includes(name)),
];

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
  readonly outputs: readonly Output[];
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
    outputs: withDefault(outputsOf({ args, options, wrong }, sweepFormats), values.json),
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

const withDefault = (named: readonly Output[], json: boolean): readonly Output[] => {
  const outputs = json ? [...named, { format: 'json', file: null }] : named;
  oneToStdout(outputs, wrong);
  return outputs.length === 0 ? [{ format: 'table', file: null }] : outputs;
};
