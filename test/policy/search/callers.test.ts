import { describe, expect, it } from 'vitest';
import type { PrincipalEntry } from '../../../shared/policy/document.ts';
import { matchPrincipal, readCaller } from '../../../shared/policy/evaluator/match-principal.ts';
import { readAwsPrincipal, readServicePrincipal } from '../../../shared/policy/parse-principal.ts';
import {
  type Caller,
  callersOf,
  generic,
  namedCaller,
  orgsOf,
  principalSides,
  serviceCaller,
} from '../../../shared/policy/search/callers.ts';
import { survey } from '../../../shared/policy/search/survey.ts';
import { trust, zoneOf } from '../../../shared/policy/zone.ts';
import { allow, FOREIGN, KEY_ARN, OWN, OWN_ORG, ownZone, policyOf, root } from '../../support/policy-fixtures.ts';

/** The search's own reading of Principal and NotPrincipal, against the evaluator's. */

const at = (text: string, account = OWN): string =>
  `arn:aws:${/^(?:assumed|federated)/.test(text) ? 'sts' : 'iam'}::${account}:${text}`;

const entry = (text: string): PrincipalEntry => {
  const read = text.endsWith('.amazonaws.com') ? readServicePrincipal(text) : readAwsPrincipal(text);
  if ('refused' in read) throw new Error(text);
  return read;
};

const ENTRIES = [
  '*',
  OWN,
  at('root'),
  at('root').replace('aws', 'aws-cn'),
  at('role/app/Reader'),
  at('assumed-role/Reader/me'),
  at('user/ann'),
  at('federated-user/ann'),
  at('root', FOREIGN),
  at('role/Reader', FOREIGN),
  's3.amazonaws.com',
  'AROADBQP57FF2AEXAMPLE',
];

const base = (account: string) =>
  ({ partition: 'aws', account, standing: 'own', orgs: [null], reach: 'free' }) as const;

const named = (text: string, account = OWN): Caller => {
  const one = entry(at(text, account));
  if (one.kind !== 'role' && one.kind !== 'session' && one.kind !== 'user' && one.kind !== 'federated-user')
    throw new Error(text);
  return namedCaller(one, base(account));
};

/** Classes of callers, each with one of its members. */
const CALLERS: readonly (readonly [string, Caller])[] = [
  [at('root'), generic('root', base(OWN))],
  [at('role/nobody'), generic('role', base(OWN))],
  [at('user/nobody'), generic('user', base(OWN))],
  [at('federated-user/nobody'), generic('federated', base(OWN))],
  [at('role/app/Reader'), named('role/app/Reader')],
  [at('assumed-role/Reader/me'), named('assumed-role/Reader/me')],
  [at('assumed-role/Reader/you'), named('assumed-role/Reader/you')],
  [at('assumed-role/Other/me'), named('assumed-role/Other/me')],
  [at('user/ann'), named('user/ann')],
  [at('user/bob'), named('user/bob')],
  [at('federated-user/ann'), named('federated-user/ann')],
  [at('role/Reader', FOREIGN), named('role/Reader', FOREIGN)],
  [at('assumed-role/Reader/me', FOREIGN), named('assumed-role/Reader/me', FOREIGN)],
  [at('root', FOREIGN), generic('root', base(FOREIGN))],
  [at('role/nobody', '999988887777'), generic('role', base('999988887777'))],
  ['s3.amazonaws.com', serviceCaller('s3.amazonaws.com', base(OWN))],
  ['sns.amazonaws.com', serviceCaller('sns.amazonaws.com', base(OWN))],
];

const lists = ENTRIES.flatMap((one, i) => [
  [one],
  ...ENTRIES.slice(i + 1).flatMap((two, j) => [
    [one, two],
    ...ENTRIES.slice(i + j + 2).map((three) => [one, two, three]),
  ]),
]);

describe.each(CALLERS)('%s', (principal, caller) => {
  const principalType = principal.startsWith('arn:') ? 'AWS' : 'Service';
  const request = { principal, principalType, action: 'kms:Sign', resource: KEY_ARN, context: {} } as const;

  it.each([
    ['Allow', false],
    ['Allow', true],
    ['Deny', false],
    ['Deny', true],
  ] as const)('%s, negated %s, whoever is listed', (effect, negated) => {
    for (const texts of [[], ...lists]) {
      const element = { negated, entries: texts.map(entry) };
      const { may, must } = matchPrincipal(element, readCaller(request), effect);
      expect({ texts, ...principalSides(element, caller, effect) }).toEqual({ texts, may, must });
    }
  });
});

describe('classes of callers', () => {
  it('differ by everything that the search reads of them', () => {
    const one = base(OWN);
    const ids = [
      generic('role', one),
      generic('user', one),
      generic('role', { ...one, partition: 'aws-cn' }),
      generic('role', { ...one, account: FOREIGN }),
      generic('role', { ...one, standing: 'outside' }),
      generic('role', { ...one, orgs: [OWN_ORG] }),
      generic('role', { ...one, orgs: [OWN_ORG, null] }),
      generic('role', { ...one, reach: 'strange' }),
      serviceCaller('s3.amazonaws.com', one),
      serviceCaller('sns.amazonaws.com', one),
      named('user/ann'),
      named('user/bob'),
    ].map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(generic('role', base(OWN)).id).toBe(generic('role', base(OWN)).id);
  });

  it('of an account: its kinds, and whom the policy names of it', () => {
    const policy = policyOf(allow({ AWS: [at('role/A'), at('role/B', FOREIGN)] }, 'kms:*'), allow(root(), 'kms:*'));
    const scope = { zone: ownZone, survey: survey([policy], ownZone, KEY_ARN), kinds: ['role', 'root'] as const };
    const shown = (account: string) =>
      callersOf(account, scope).map((one) => [
        one.kind === 'named' ? one.named.text : one.kind,
        one.standing,
        one.account,
        one.reach,
        one.orgs,
      ]);
    expect(shown(OWN)).toEqual([
      ['role', 'own', OWN, 'free', [OWN_ORG]],
      ['root', 'own', OWN, 'free', [OWN_ORG]],
      [at('role/A'), 'own', OWN, 'free', [OWN_ORG]],
    ]);
    expect(shown(FOREIGN).map(([who, standing]) => [who, standing])).toEqual([
      ['role', 'outside'],
      ['root', 'outside'],
      [at('role/B', FOREIGN), 'outside'],
    ]);
  });
});

describe('organizations that a caller may be in', () => {
  const policy = policyOf(
    allow('*', 'kms:*', { Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-ext0000001' } } }),
  );
  const orgs = (standing: 'own' | 'organization' | 'trusted' | 'outside', zone = ownZone) =>
    orgsOf(standing, zone, survey([policy], zone, KEY_ARN));
  const fresh = 'o-zzstranger0';

  it.each([
    ['own', [OWN_ORG]],
    ['organization', [OWN_ORG]],
    ['trusted', [null, fresh, 'o-ext0000001', OWN_ORG]],
    ['outside', [null, fresh, 'o-ext0000001']],
  ] as const)('%s', (standing, wanted) => {
    expect(orgs(standing)).toEqual(wanted);
  });

  it('are any, when our own is not known', () => {
    for (const standing of ['own', 'organization', 'trusted', 'outside'] as const) {
      expect(orgs(standing, zoneOf(OWN))).toEqual([null, fresh, 'o-ext0000001']);
    }
  });

  it('are none of the trusted ones, outside', () => {
    const zone = trust(ownZone, 'o-ext0000001') ?? ownZone;
    expect(orgs('outside', zone)).toEqual([null, fresh]);
    expect(orgs('trusted', zone)).toEqual([null, fresh, 'o-ext0000001', OWN_ORG]);
  });
});
