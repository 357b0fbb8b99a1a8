import { partsOfKeyArn } from '../../calls/key-arn.ts';
import type { GuardConfig } from '../../config/config.ts';
import type { Facts } from '../../facts/facts.ts';
import {
  analyze,
  type KeyPolicy,
  parsePolicy,
  type PolicyAnalysis,
  type PolicyError,
  type TrustZone,
} from '../../policy/index.ts';

/** A key policy with all that the rules ask of it. */
export type ReadPolicy = {
  readonly policy: KeyPolicy;
  readonly analysis: PolicyAnalysis;
  readonly zone: TrustZone;
  /** The key's ARN; null where the facts name none. */
  readonly keyArn: string | null;
  /** What KMS would refuse in this text; empty for a policy that is read with certainty. */
  readonly errors: readonly PolicyError[];
};

export type PolicyReading =
  | { readonly readable: true; readonly read: ReadPolicy }
  | { readonly readable: false; readonly errors: readonly PolicyError[] };

/** Whom the configuration trusts, seen from the account of the key, which may be another one than that of the record. */
export const zoneOfKey = ({ keyArn, account }: Facts, { trust }: GuardConfig): TrustZone => ({
  account: partsOfKeyArn(keyArn)?.account ?? account,
  org: trust.organization,
  orgAccounts: trust.memberAccounts,
  accounts: trust.accounts,
  orgs: trust.organizations,
  orgPaths: trust.organizationPaths,
  services: trust.services,
  networks: trust.networks,
});

type Made = { readonly text: string; readonly config: GuardConfig; readonly reading: PolicyReading };

/** Many rules look at the same policy: one analysis for each set of facts, dropped together with them. */
const made = new WeakMap<Facts, Made>();

/** Parses and analyzes the text of a key policy, once for the same facts, text and configuration. */
export const readPolicy = (facts: Facts, text: string, config: GuardConfig): PolicyReading => {
  const before = made.get(facts);
  if (before !== undefined && before.text === text && before.config === config) return before.reading;
  const reading = freshReading(facts, text, config);
  made.set(facts, { text, config, reading });
  return reading;
};

const freshReading = (facts: Facts, text: string, config: GuardConfig): PolicyReading => {
  const parsed = parsePolicy(text);
  const errors = parsed.kind === 'refused' ? parsed.errors : [];
  const { policy } = parsed;
  if (policy === null) return { readable: false, errors };
  const zone = zoneOfKey(facts, config);
  const keyArn = partsOfKeyArn(facts.keyArn) === null ? null : facts.keyArn;
  return { readable: true, read: { policy, zone, keyArn, errors, analysis: analyze(policy, zone, { keyArn }) } };
};
