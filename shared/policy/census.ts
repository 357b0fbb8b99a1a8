import type { KeyPolicy, PrincipalElement, Statement } from './document.ts';
import type { Label } from './access.ts';
import { type Caller, callersOf, generic, namedCaller, orgsOf, serviceCaller, SOME_SERVICE } from './search/callers.ts';
import { isNetworkKey, isServiceNameKey, isSourceKey } from './search/condition-keys.ts';
import type { Engine } from './search/engine.ts';
import type { Named } from './search/survey.ts';
import { insideOrgs, type Standing, standingOf } from './zone.ts';

/** A class of callers, how it is shown, and what makes it not worth saying. */
export type Candidate = {
  readonly caller: Caller;
  readonly label: Label;
  /** What one member of a group can do is not said again of the next one... */
  readonly group: string;
  /** ...nor what a wider group can do, which comes first. */
  readonly within: string | null;
};

const ORG_KEYS = ['aws:principalorgid', 'aws:principalorgpaths'];

/** Everybody outside the zone: a stranger, foreign organizations, a stranger on named networks. Wider classes first. */
export const strangers = (engine: Engine): readonly Candidate[] => {
  const { survey, zone, kinds } = engine;
  const base = { partition: survey.partition, account: survey.freshAccount, standing: 'outside' as const };
  const candidates: Candidate[] = kinds.map((kind) => ({
    caller: generic(kind, { ...base, orgs: [null, survey.freshOrg], reach: 'strange' }),
    label: { who: 'public', principal: '*' },
    group: 'public',
    within: null,
  }));
  const inside = insideOrgs(zone);
  const foreign = ORG_KEYS.some((key) => engine.keysRead.has(key))
    ? survey.orgs.filter((org) => !inside.includes(org))
    : [];
  for (const org of foreign) {
    for (const kind of kinds) {
      const caller = generic(kind, { ...base, orgs: [org], reach: 'strange' });
      candidates.push({ caller, label: { who: 'external', principal: org }, group: org, within: 'public' });
    }
  }
  if (engine.keysRead.values().some((key) => isNetworkKey(key) || key === 'aws:userid')) {
    const orgs = orgsOf('outside', zone, survey);
    for (const kind of kinds) {
      const caller = generic(kind, { ...base, orgs, reach: 'free' });
      candidates.push({
        caller,
        label: { who: 'conditional', principal: '*' },
        group: 'conditional',
        within: 'public',
      });
    }
  }
  return candidates;
};

/** Callers of the accounts that the policy names, wider classes of an account first. */
export const accountCandidates = (engine: Engine, account: string): readonly Candidate[] => {
  const { survey } = engine;
  const standing = standingOf(engine.zone, account);
  const who = WHO[standing];
  return callersOf(account, engine).flatMap((caller): readonly Candidate[] => {
    if (caller.kind !== 'named') {
      const label = { who, principal: `arn:${survey.partition}:iam::${account}:root` };
      return [{ caller, label, group: account, within: standing === 'outside' ? 'public' : null }];
    }
    const { named } = caller;
    const group = `${account} ${named.text}`;
    const self = { caller, label: { who, principal: named.text }, group, within: account };
    const session = sessionOf(engine, named);
    if (session === null) return [self];
    const label = { who, principal: session.text };
    return [self, { caller: namedCaller(session, caller), label, group: `${group} session`, within: group }];
  });
};

/**
 * A session of a named user or role that the policy does not name itself. Other conditions may hold for a federated session
 * than for its user; and a NotPrincipal that lists a role may leave its sessions out.
 */
const sessionOf = (engine: Engine, named: Named): Named | null => {
  const at = `arn:${named.partition}:sts::${named.account}`;
  if (named.kind === 'user') return { ...named, kind: 'federated-user', text: `${at}:federated-user/${named.name}` };
  if (named.kind !== 'role' || !engine.listsPrincipals) return null;
  return { ...named, kind: 'session', session: 'any-session', text: `${at}:assumed-role/${named.name}/any-session` };
};

const WHO = { own: 'account', organization: 'organization', trusted: 'trusted', outside: 'external' } as const;

/** Accounts outside that the policy names. */
export const foreignAccounts = (engine: Engine): readonly string[] =>
  engine.survey.accounts.filter((account) => standingOf(engine.zone, account) === 'outside');

/** Own, trusted and member accounts that the policy may let in. */
const insideAccounts = (engine: Engine): readonly string[] => {
  const { account, orgAccounts, accounts } = engine.zone;
  const named = new Set(engine.survey.accounts);
  return [account, ...[...orgAccounts, ...accounts].filter((one) => one !== account && named.has(one))];
};

/** Members of an inside organization: accounts that nobody names, and named ones that may be members for all we know. */
const members = (engine: Engine): readonly Candidate[] => {
  const { survey, zone, kinds } = engine;
  const readsOrgs = ORG_KEYS.some((key) => engine.keysRead.has(key));
  const accounts = [survey.freshAccount, ...(readsOrgs ? foreignAccounts(engine) : [])];
  return insideOrgs(zone).flatMap((org) => {
    const standing = org === zone.org ? ('organization' as const) : ('trusted' as const);
    const wide = `${org} ${survey.freshAccount}`;
    return accounts.flatMap((account) => {
      const base = { partition: survey.partition, account, standing, orgs: [org], reach: 'free' as const };
      const named = survey.named.filter((entry) => entry.account === account);
      const callers = [...kinds.map((kind) => generic(kind, base)), ...named.map((entry) => namedCaller(entry, base))];
      const root = `arn:${survey.partition}:iam::${account}:root`;
      const principal = account === survey.freshAccount ? org : root;
      return callers.map((caller) => ({
        caller,
        label: { who: standing, principal: caller.kind === 'named' ? caller.named.text : principal },
        group: `${org} ${account}${caller.kind === 'named' ? ` ${caller.named.text}` : ''}`,
        within: caller.kind === 'named' ? `${org} ${account}` : account === survey.freshAccount ? 'public' : wide,
      }));
    });
  });
};

const FRESH_SERVICE = 'any-service.amazonaws.com';

const speaksOfAll = ({ negated, entries }: PrincipalElement): boolean =>
  negated || entries.some((entry) => entry.kind === 'everyone');

/** AWS services that act for resources outside (`service`) or, when `inside`, for our own. */
const services = (engine: Engine, policy: KeyPolicy, inside: boolean): readonly Candidate[] => {
  const { survey, zone } = engine;
  const everyone = policy.statements.some(({ principal }) => speaksOfAll(principal));
  const some = everyone && engine.keysRead.values().some(isServiceNameKey) ? [SOME_SERVICE] : [];
  const names = [...(everyone ? [FRESH_SERVICE] : []), ...survey.services, ...some];
  const readsSource = engine.keysRead.values().some(isSourceKey);
  const sources = readsSource ? sourcesOf(engine, inside) : sourcesOf(engine, inside).slice(0, 1);
  const who = inside ? ('trusted' as const) : ('service' as const);
  return names.flatMap((name) => {
    const trusted = zone.services.includes(name);
    if (trusted !== inside && trusted) return [];
    return (trusted ? [...sourcesOf(engine, false), ...sources] : sources).map(({ account, standing, orgs }) => ({
      caller: serviceCaller(name, { partition: survey.partition, account, standing, orgs, reach: 'free' }),
      label: { who, principal: shown(name, policy) },
      group: `${who} ${name}`,
      within: inside ? `service ${name}` : name === FRESH_SERVICE ? null : `service ${FRESH_SERVICE}`,
    }));
  });
};

/** Some service is shown as the one pattern that its name has to meet, whichever statement lets it in. */
const shown = (name: string, policy: KeyPolicy): string => {
  if (name !== SOME_SERVICE) return name === FRESH_SERVICE ? '*' : name;
  const patterns = policy.statements.filter(isOpen).flatMap(({ conditions }) => {
    const named = conditions.filter((one) => isServiceNameKey(one.name) && !one.operator.negated);
    return named.length === 0 ? ['*'] : named.flatMap(({ values }) => values);
  });
  const [first = '*', ...others] = new Set(patterns);
  return others.length === 0 ? first : '*';
};

const isOpen = ({ effect, principal }: Statement): boolean => effect === 'Allow' && speaksOfAll(principal);

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
  const partners = zone.orgs.map((org) => ({ ...of(survey.freshAccount, 'trusted'), orgs: [org] }));
  return [
    of(zone.account, 'own'),
    ...member,
    ...trusted.map((account) => of(account, standingOf(zone, account))),
    ...partners,
  ];
};

/** Everybody outside the zone, wider groups first. */
export const outsiders = (engine: Engine, policy: KeyPolicy): readonly Candidate[] => [
  ...strangers(engine),
  ...foreignAccounts(engine).flatMap((account) => accountCandidates(engine, account)),
  ...services(engine, policy, false),
];

/** Everybody inside it that the policy may speak of. */
export const insiders = (engine: Engine, policy: KeyPolicy): readonly Candidate[] => [
  ...insideAccounts(engine).flatMap((account) => accountCandidates(engine, account)),
  ...members(engine),
  ...services(engine, policy, true),
];
