import type { PrincipalElement, PrincipalEntry, Statement } from '../document.ts';
import type { Standing, TrustZone } from '../zone.ts';
import { insideOrgs, standingOf } from '../zone.ts';
import type { Named, Survey } from './survey.ts';

/** Kinds of caller that a policy can tell apart without naming anybody. */
export type GenericKind = 'role' | 'user' | 'root' | 'federated';

type Base = {
  /** Unique within an analysis. */
  readonly id: string;
  readonly partition: string;
  /** Of the caller; for a service, of the resource it acts for. */
  readonly account: string;
  readonly standing: Standing;
  /** Organizations it may be in; null: none. */
  readonly orgs: readonly (string | null)[];
  /**
   * `strange`: attested values are fresh, nothing that the policy names about networks and unique ids applies.
   * `free`: they may be what the policy names.
   */
  readonly reach: 'strange' | 'free';
};

/** A class of principals that the search treats as one. */
export type Caller =
  | (Base & { readonly kind: GenericKind })
  | (Base & { readonly kind: 'named'; readonly named: Named })
  /** `accounts`: of the resources it may act for; `account` is the first. */
  | (Base & { readonly kind: 'service'; readonly service: string; readonly accounts: readonly string[] });

export type Side = { readonly may: boolean; readonly must: boolean };

/** Principal or NotPrincipal of a statement against a class of callers: the search's own reading of it. */
export const principalSides = (element: PrincipalElement, caller: Caller, effect: Statement['effect']): Side => {
  const matched = candidates(element, caller).filter((entry) => covers(entry, caller));
  if (!element.negated) return both(matched.length > 0);
  if (matched.length === 0) return both(true);
  if (matched.some((entry) => entry.kind === 'everyone')) return both(false);
  const exact = matched.some((entry) => isCaller(entry, caller, matched));
  if (effect === 'Allow') return exact ? both(false) : { may: true, must: false };
  const account = matched.some((entry) => entry.kind === 'account');
  if (exact) return account || caller.kind === 'service' ? both(false) : { may: true, must: false };
  const sibling = element.entries.some((entry) => entry.kind !== 'account' && inAccount(entry, caller));
  return account && !sibling ? { may: true, must: false } : both(true);
};

type EntryIndex = {
  readonly wide: readonly PrincipalEntry[];
  readonly byName: ReadonlyMap<string, readonly PrincipalEntry[]>;
};

/** So many are quicker looked at than looked up. */
const FEW = 8;

const indexes = new WeakMap<PrincipalElement, EntryIndex>();

/** The entries that can be about this caller: a policy may list two thousand accounts. */
const candidates = (element: PrincipalElement, caller: Caller): readonly PrincipalEntry[] => {
  if (element.entries.length <= FEW) return element.entries;
  let index = indexes.get(element);
  if (index === undefined) {
    const byName = Map.groupBy(element.entries, (entry) => ('account' in entry ? entry.account : entry.text));
    index = { wide: byName.get('*') ?? [], byName };
    indexes.set(element, index);
  }
  const own = index.byName.get(caller.kind === 'service' ? caller.service : caller.account);
  return own === undefined ? index.wide : [...index.wide, ...own];
};

const both = (value: boolean): Side => ({ may: value, must: value });

const inAccount = (entry: PrincipalEntry, caller: Caller): boolean =>
  'account' in entry && entry.account === caller.account;

const covers = (entry: PrincipalEntry, caller: Caller): boolean => {
  if (entry.kind === 'everyone') return true;
  if (entry.kind === 'service') return caller.kind === 'service' && caller.service === entry.text;
  if (!('account' in entry) || caller.kind === 'service' || entry.account !== caller.account) return false;
  if (entry.partition !== '' && entry.partition !== caller.partition) return false;
  if (entry.kind === 'account') return true;
  if (caller.kind !== 'named') return false;
  const { named } = caller;
  if (named.text === entry.text) return true;
  if (entry.kind === 'role') return named.kind === 'session' && named.name === entry.name;
  return entry.kind === 'user' && named.kind === 'federated-user' && named.name === entry.name;
};

/** Listed as itself, not through its account, role or user. A session counts only when its role is listed too. */
const isCaller = (entry: PrincipalEntry, caller: Caller, matched: readonly PrincipalEntry[]): boolean => {
  if (entry.kind === 'account') return caller.kind === 'root';
  if (caller.kind === 'service') return true;
  if (caller.kind !== 'named' || caller.named.text !== entry.text) return false;
  return entry.kind !== 'session' || matched.some((other) => other.kind === 'role');
};

export const generic = (kind: GenericKind, base: Omit<Base, 'id'>): Caller => ({ ...base, kind, id: idOf(kind, base) });

export const namedCaller = (named: Named, base: Omit<Base, 'id'>): Caller => ({
  ...base,
  kind: 'named',
  named,
  partition: named.partition,
  id: idOf(named.text, base),
});

/** A service that no statement names: its name is whatever the conditions about it let through. */
export const SOME_SERVICE = '*';

export const serviceCaller = (
  service: string,
  base: Omit<Base, 'id'>,
  accounts: readonly string[] = [base.account],
): Caller => ({
  ...base,
  kind: 'service',
  service,
  accounts,
  id: `${idOf(service, base)} ${accounts.length}`,
});

const idOf = (name: string, base: Omit<Base, 'id'>): string =>
  `${name} ${base.partition} ${base.account} ${base.standing} ${base.orgs.join('+')} ${base.reach}`;

/** Organizations that a member of this account may be in. */
export const orgsOf = (standing: Standing, zone: TrustZone, survey: Survey): readonly (string | null)[] => {
  const inside = insideOrgs(zone);
  const anywhere = [null, survey.freshOrg, ...survey.orgs];
  switch (standing) {
    case 'own':
      return zone.org === null ? anywhere : [zone.org];
    case 'organization':
      return zone.org === null ? anywhere : [zone.org];
    case 'trusted':
      return anywhere;
    case 'outside':
      return anywhere.filter((org) => org === null || !inside.includes(org));
  }
};

/** Callers of one account that the policy names one by one, and the others by kind. */
export const callersOf = (
  account: string,
  scope: { readonly zone: TrustZone; readonly survey: Survey; readonly kinds: readonly GenericKind[] },
): readonly Caller[] => {
  const { zone, survey, kinds } = scope;
  const standing = standingOf(zone, account);
  const base = {
    partition: survey.partition,
    account,
    standing,
    orgs: orgsOf(standing, zone, survey),
    reach: 'free' as const,
  };
  const named = survey.named.filter((entry) => entry.account === account);
  return [...kinds.map((kind) => generic(kind, base)), ...named.map((entry) => namedCaller(entry, base))];
};
