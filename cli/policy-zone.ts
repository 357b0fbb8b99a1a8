import { trust, type TrustZone, zoneOf } from '../shared/policy/index.ts';
import { UsageError } from './command.ts';

export const ACCOUNT = /^\d{12}$/;
const ORGANIZATION = /^o-[a-z0-9]{10,32}$/;

/** The options by which `policy check` and `policy diff` learn whom the owner trusts. */
export const zoneOptions = {
  account: { type: 'string' },
  org: { type: 'string' },
  trust: { type: 'string', multiple: true },
  key: { type: 'string' },
  config: { type: 'string' },
  json: { type: 'boolean', default: false },
} as const;

export type ZoneInput = { readonly account: string; readonly org: string | null; readonly trust: readonly string[] };

/** Null when all values are well formed; otherwise which one is not, and what it should be. */
export const zoneProblem = (input: ZoneInput): string | null => {
  if (!ACCOUNT.test(input.account)) return `account "${input.account}" is not a 12-digit account id`;
  if (input.org !== null && !ORGANIZATION.test(input.org))
    return `org "${input.org}" is not an organization id such as o-a1b2c3d4e5`;
  const odd = input.trust.find((value) => trust(zoneOf(input.account), value) === null);
  return odd === undefined
    ? null
    : `trust "${odd}" is not an account, an organization, an organization path, a network or a service`;
};

/** Values that `zoneProblem` passed. `base`: what the configuration trusts. */
export const buildZone = (input: ZoneInput, base: TrustZone = zoneOf(input.account)): TrustZone => {
  const start = { ...base, account: input.account, org: input.org ?? base.org };
  return input.trust.reduce((zone, value) => trust(zone, value) ?? zone, start);
};

const KEY_ARN = /^arn:[^:]+:kms:[^:]+:(\d{12}):key\/./;

/** The ARN of `--key`, or null without one. */
export const keyOf = (key: string | undefined, command: string): string | null => {
  if (key !== undefined && !KEY_ARN.test(key))
    throw new UsageError(`${command}: --key "${key}" is not the ARN of a key, arn:aws:kms:REGION:ACCOUNT:key/ID`);
  return key ?? null;
};

/** A key ARN gives the account when no `--account` does. */
export const accountOf = (account: string | undefined, key: string | undefined, command: string): string => {
  const [, owner] = KEY_ARN.exec(keyOf(key, command) ?? '') ?? [];
  const found = account ?? owner;
  if (found === undefined) throw new UsageError(`${command}: say whose key it is with --account ID (or --key ARN)`);
  if (owner !== undefined && owner !== found)
    throw new UsageError(`${command}: --key is of account ${owner}, not ${found}: leave one of them out`);
  return found;
};
