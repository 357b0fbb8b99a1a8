import type { Candidate } from './access.ts';
import type { KeyPolicy, PrincipalElement, Statement } from './document.ts';
import { orgsOf, serviceCaller, SOME_SERVICE } from './search/callers.ts';
import { isServiceNameKey, isSourceKey } from './search/condition-keys.ts';
import type { Engine } from './search/engine.ts';
import { type Standing, standingOf } from './zone.ts';

/** From so many services times sources on, all sources of one standing are asked about at once. */
const MOST_PAIRS = 3_000;

const FRESH_SERVICE = 'any-service.amazonaws.com';

const speaksOfAll = ({ negated, entries }: PrincipalElement): boolean =>
  negated || entries.some((entry) => entry.kind === 'everyone');

/** AWS services that act for resources outside (`service`) or, when `inside`, for our own. */
export const services = (engine: Engine, policy: KeyPolicy, inside: boolean): readonly Candidate[] => {
  const { survey, zone } = engine;
  const everyone = policy.statements.some(({ principal }) => speaksOfAll(principal));
  const some = everyone && engine.keysRead.values().some(isServiceNameKey) ? [SOME_SERVICE] : [];
  const names = [...(everyone ? [FRESH_SERVICE] : []), ...survey.services, ...some];
  const readsSource = engine.keysRead.values().some(isSourceKey);
  const spread = (all: readonly Source[]): readonly Source[] =>
    names.length * all.length > MOST_PAIRS ? together(all) : all;
  const sources = readsSource ? spread(sourcesOf(engine, inside)) : sourcesOf(engine, inside).slice(0, 1);
  const who = inside ? ('trusted' as const) : ('service' as const);
  return names.flatMap((name) => {
    const trusted = zone.services.includes(name);
    if (trusted !== inside && trusted) return [];
    const outside = trusted ? spread(sourcesOf(engine, false)) : [];
    return [...outside, ...sources].map((source) => ({
      caller: serviceCaller(name, { ...source, partition: survey.partition, reach: 'free' }, source.accounts),
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

type Source = {
  readonly account: string;
  readonly accounts: readonly string[];
  readonly standing: Standing;
  readonly orgs: readonly (string | null)[];
};

/** Then a request may name the account of one and a resource of another: more requests, and never fewer. */
const together = (sources: readonly Source[]): readonly Source[] => {
  const groups = Map.groupBy(sources, ({ standing, orgs }) => `${standing} ${orgs.join()}`);
  return [...groups.values()].flatMap(([first, ...more]) =>
    first === undefined ? [] : [{ ...first, accounts: [first.account, ...more.map(({ account }) => account)] }],
  );
};

const sourcesOf = (engine: Engine, inside: boolean): readonly Source[] => {
  const { survey, zone } = engine;
  const of = (account: string, standing: Standing): Source => ({
    account,
    accounts: [account],
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
