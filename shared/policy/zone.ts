import { toRange } from './search/typed.ts';

/** Whom the owner of a key trusts. Everybody and everything else is outside. */
export type TrustZone = {
  /** The key's own account, 12 digits. */
  readonly account: string;
  /** The key's own organization (`o-...`), or null when it has none or it is not known. */
  readonly org: string | null;
  /** Member accounts of the own organization, as far as they are known. */
  readonly orgAccounts: readonly string[];
  /** Trusted accounts outside of it. */
  readonly accounts: readonly string[];
  readonly orgs: readonly string[];
  /** Organization paths as `aws:PrincipalOrgPaths` writes them, `*` allowed: `o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/*`. */
  readonly orgPaths: readonly string[];
  /** Service principals that may act for anybody. */
  readonly services: readonly string[];
  /** VPC endpoints (`vpce-...`), VPCs (`vpc-...`), addresses and CIDR blocks: a call from there is inside. */
  readonly networks: readonly string[];
};

/** A zone of one account, and of its organization when there is one. */
export const zoneOf = (account: string, org: string | null = null): TrustZone => ({
  account,
  org,
  orgAccounts: [],
  accounts: [],
  orgs: [],
  orgPaths: [],
  services: [],
  networks: [],
});

/** Adds one `--trust` value: an account, an organization, an organization path, a network or a service. Null: none of them. */
export const trust = (zone: TrustZone, value: string): TrustZone | null => {
  if (/^\d{12}$/.test(value)) return { ...zone, accounts: [...zone.accounts, value] };
  if (/^o-[a-z0-9]{10,32}$/.test(value)) return { ...zone, orgs: [...zone.orgs, value] };
  if (/^o-[a-z0-9]{10,32}\//.test(value)) return { ...zone, orgPaths: [...zone.orgPaths, value] };
  if (/^vpce?-[0-9a-z]+$/.test(value) || toRange(value) !== null) {
    return { ...zone, networks: [...zone.networks, value] };
  }
  if (/^(?:[a-z0-9-]+\.)+[a-z][a-z0-9-]*$/.test(value)) return { ...zone, services: [...zone.services, value] };
  return null;
};

export type Standing = 'own' | 'organization' | 'trusted' | 'outside';

export const standingOf = (zone: TrustZone, account: string): Standing => {
  if (account === zone.account) return 'own';
  if (zone.orgAccounts.includes(account)) return 'organization';
  return zone.accounts.includes(account) ? 'trusted' : 'outside';
};

/** Organizations whose members are inside. */
export const insideOrgs = (zone: TrustZone): readonly string[] => [
  ...(zone.org === null ? [] : [zone.org]),
  ...zone.orgs,
];
