import type { Candidate } from './access.ts';
import { services } from './census-services.ts';
import type { KeyPolicy } from './document.ts';
import { callersOf, generic, namedCaller, orgsOf } from './search/callers.ts';
import { isNetworkKey } from './search/condition-keys.ts';
import type { Engine } from './search/engine.ts';
import type { Named } from './search/survey.ts';
import { insideOrgs, standingOf } from './zone.ts';

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
