import type { KeyPolicy } from './document.ts';
import type { Label } from './access.ts';
import { type Caller, callersOf, generic, namedCaller, orgsOf, serviceCaller } from './search/callers.ts';
import { isNetworkKey, isSourceKey } from './search/condition-keys.ts';
import type { Engine } from './search/engine.ts';
import { insideOrgs, type Standing, standingOf } from './zone.ts';

/** Classes that are looked at one after the other, because the first ones make the later ones not worth saying. */
export type Candidate = { readonly caller: Caller; readonly label: Label };

const ORG_KEYS = ['aws:principalorgid', 'aws:principalorgpaths'];

/** Everybody outside the zone: a stranger, foreign organizations, a stranger on named networks. Wider classes first. */
export const strangers = (engine: Engine): readonly Candidate[] => {
  const { survey, zone, kinds } = engine;
  const base = { partition: survey.partition, account: survey.freshAccount, standing: 'outside' as const };
  const candidates: Candidate[] = kinds.map((kind) => ({
    caller: generic(kind, { ...base, orgs: [null, survey.freshOrg], reach: 'strange' }),
    label: { who: 'public', principal: '*' },
  }));
  const inside = insideOrgs(zone);
  const foreign = ORG_KEYS.some((key) => engine.keysRead.has(key))
    ? survey.orgs.filter((org) => !inside.includes(org))
    : [];
  for (const org of foreign) {
    for (const kind of kinds) {
      const caller = generic(kind, { ...base, orgs: [org], reach: 'strange' });
      candidates.push({ caller, label: { who: 'external', principal: org } });
    }
  }
  if (engine.keysRead.values().some((key) => isNetworkKey(key) || key === 'aws:userid')) {
    const orgs = orgsOf('outside', zone, survey);
    for (const kind of kinds) {
      const caller = generic(kind, { ...base, orgs, reach: 'free' });
      candidates.push({ caller, label: { who: 'conditional', principal: '*' } });
    }
  }
  return candidates;
};

/** Callers of the accounts that the policy names, wider classes of an account first. */
export const accountCandidates = (engine: Engine, account: string): readonly Candidate[] => {
  const { survey } = engine;
  const standing = standingOf(engine.zone, account);
  return callersOf(account, engine).map((caller) => ({
    caller,
    label: {
      who: WHO[standing],
      principal: caller.kind === 'named' ? caller.named.text : `arn:${survey.partition}:iam::${account}:root`,
    },
  }));
};

const WHO = { own: 'account', organization: 'organization', trusted: 'trusted', outside: 'external' } as const;

/** Accounts outside that the policy names. */
export const foreignAccounts = (engine: Engine): readonly string[] =>
  engine.survey.accounts.filter((account) => standingOf(engine.zone, account) === 'outside');

/** Own, trusted and member accounts that the policy may let in. */
export const insideAccounts = (engine: Engine): readonly string[] => {
  const { account, orgAccounts, accounts } = engine.zone;
  const named = new Set(engine.survey.accounts);
  return [account, ...[...orgAccounts, ...accounts].filter((one) => one !== account && named.has(one))];
};

/** Members of an inside organization: accounts that nobody names, and named ones that may be members for all we know. */
export const members = (engine: Engine): readonly Candidate[] => {
  const { survey, zone, kinds } = engine;
  const readsOrgs = ORG_KEYS.some((key) => engine.keysRead.has(key));
  const accounts = [survey.freshAccount, ...(readsOrgs ? foreignAccounts(engine) : [])];
  return insideOrgs(zone).flatMap((org) => {
    const standing = org === zone.org ? ('organization' as const) : ('trusted' as const);
    return accounts.flatMap((account) => {
      const base = { partition: survey.partition, account, standing, orgs: [org], reach: 'free' as const };
      const named = survey.named.filter((entry) => entry.account === account);
      const callers = [...kinds.map((kind) => generic(kind, base)), ...named.map((entry) => namedCaller(entry, base))];
      const root = `arn:${survey.partition}:iam::${account}:root`;
      const principal = account === survey.freshAccount ? org : root;
      return callers.map((caller) => ({
        caller,
        label: { who: standing, principal: caller.kind === 'named' ? caller.named.text : principal },
      }));
    });
  });
};

const FRESH_SERVICE = 'any-service.amazonaws.com';

/** AWS services that act for resources outside (`service`) or, when `inside`, for our own. */
export const services = (engine: Engine, policy: KeyPolicy, inside: boolean): readonly Candidate[] => {
  const { survey, zone } = engine;
  const everyone = policy.statements.some(
    ({ principal }) => principal.negated || principal.entries.some((entry) => entry.kind === 'everyone'),
  );
  const names = [...(everyone ? [FRESH_SERVICE] : []), ...survey.services];
  const readsSource = engine.keysRead.values().some(isSourceKey);
  const sources = readsSource ? sourcesOf(engine, inside) : sourcesOf(engine, inside).slice(0, 1);
  return names.flatMap((name) => {
    const trusted = zone.services.includes(name);
    if (trusted !== inside && trusted) return [];
    return (trusted ? [...sourcesOf(engine, false), ...sources] : sources).map(({ account, standing, orgs }) => ({
      caller: serviceCaller(name, { partition: survey.partition, account, standing, orgs, reach: 'free' }),
      label: {
        who: inside ? ('trusted' as const) : ('service' as const),
        principal: name === FRESH_SERVICE ? '*' : name,
      },
    }));
  });
};

type Source = { readonly account: string; readonly standing: Standing; readonly orgs: readonly (string | null)[] };

const sourcesOf = (engine: Engine, inside: boolean): readonly Source[] => {
  const { survey, zone } = engine;
  const of = (account: string, standing: Standing): Source => ({
    account,
    standing,
    orgs: orgsOf(standing, zone, survey),
  });
  if (!inside) {
    const named = survey.sourceAccounts.filter((account) => standingOf(zone, account) === 'outside');
    return [survey.freshAccount, ...named].map((account) => of(account, 'outside'));
  }
  const member = zone.org === null ? [] : [of(survey.freshAccount, 'organization')];
  const trusted = [...zone.accounts, ...zone.orgAccounts].filter((account) => survey.sourceAccounts.includes(account));
  const partners = zone.orgs.map((org) => ({
    account: survey.freshAccount,
    standing: 'trusted' as const,
    orgs: [org],
  }));
  return [
    of(zone.account, 'own'),
    ...member,
    ...trusted.map((account) => of(account, standingOf(zone, account))),
    ...partners,
  ];
};
