import type { Condition, KeyPolicy, PrincipalEntry, Statement } from '../document.ts';
import { insideOrgs, standingOf, type TrustZone } from '../zone.ts';
import { keyOf } from './atoms.ts';
import { isNetworkKey, isServiceNameKey, isSourceKey } from './condition-keys.ts';
import { ACCOUNT, freshNames, ORGANIZATION } from './fresh-names.ts';
import type { Piece } from './patterns.ts';
import { toRange } from './typed.ts';

/** Everything that the policies name, and values that nobody names. */
export type Survey = {
  readonly partition: string;
  /** From principals and from conditions about callers. */
  readonly accounts: readonly string[];
  readonly sourceAccounts: readonly string[];
  readonly orgs: readonly string[];
  readonly named: readonly Named[];
  readonly services: readonly string[];
  /** CIDR blocks narrow enough to name a network: at least /8, or /32 for IPv6. */
  readonly networks: readonly string[];
  /** Account-less ARNs that the policy names exactly, as ARN patterns: taken to be the owner's own. */
  readonly ownResources: readonly string[];
  readonly freshAccount: string;
  readonly freshOrg: string;
};

/** A user, role or session that a Principal or NotPrincipal element names. */
export type Named = Extract<PrincipalEntry, { kind: 'role' | 'session' | 'user' | 'federated-user' }>;

const ACCOUNT_KEYS = new Set(['aws:principalaccount', 'kms:calleraccount', 'aws:sourceaccount', 'aws:sourceowner']);
const ORG_KEYS = /^aws:(?:principal|source)org(?:id|paths)$/;

export const survey = (policies: readonly KeyPolicy[], zone: TrustZone, keyArn: string | null): Survey => {
  const statements = policies.flatMap((policy) => policy.statements);
  const entries = statements.flatMap((statement) => statement.principal.entries);
  const values = statements.flatMap((statement) => conditionValues(statement));
  const named = entries.flatMap((entry) => (isNamed(entry) ? [entry] : []));
  const callers = values.filter(({ key }) => !isSourceKey(key) && !key.startsWith('kms:encryptioncontext'));
  const orgs = values.flatMap(({ key, value }) => (ORG_KEYS.test(key) ? orgsIn(value) : (value.match(ORG_ID) ?? [])));
  const taken = JSON.stringify([zone, values.map(({ value }) => value), entries.map((entry) => entry.text)]);
  const someAccounts = freshNames(policies, {
    shape: ACCOUNT,
    taken: unique(taken.match(/(?<!\d)\d{12}(?!\d)/g) ?? []),
    preferred: FRESH_ACCOUNTS,
    instances: values.flatMap(accountsIn).filter((account) => standingOf(zone, account) === 'outside'),
    patternsOf: accountPatterns,
  });
  const someOrgs = freshNames(policies, {
    shape: ORGANIZATION,
    taken: unique(taken.match(ORG_ID) ?? []),
    preferred: FRESH_ORGS.filter((org) => !taken.includes(org.slice(0, 5))),
    instances: orgs.filter((org) => !insideOrgs(zone).includes(org)),
    patternsOf: orgPatterns,
  });
  return {
    partition: partitionOf(keyArn, entries),
    accounts: unique([
      ...entries.flatMap((entry) => ('account' in entry ? [entry.account] : [])),
      ...callers.flatMap(accountsIn),
      ...someAccounts.others,
    ]),
    sourceAccounts: unique([
      ...values.filter(({ key }) => isSourceKey(key)).flatMap(accountsIn),
      ...someAccounts.others,
    ]),
    orgs: unique([
      ...orgs,
      ...someOrgs.others,
      ...insideOrgs(zone),
      ...zone.orgPaths.map((path) => path.split('/')[0] ?? ''),
    ]),
    named: [...new Map(named.map((entry) => [entry.text, entry])).values()],
    services: unique([
      ...entries.flatMap((entry) => (entry.kind === 'service' ? [entry.text] : [])),
      ...values.flatMap(({ key, value }) => (isServiceNameKey(key) && !/[*?$]/.test(value) ? [value] : [])),
    ]),
    networks: unique(values.flatMap(({ key, value }) => (isNetworkKey(key) && isNarrow(value) ? [value] : []))),
    ownResources: unique(values.flatMap(({ key, value }) => (isSourceKey(key) ? ownResource(value) : []))),
    freshAccount: someAccounts.fresh ?? '314159265358',
    freshOrg: someOrgs.fresh ?? 'o-zzstranger0',
  };
};

type Value = { readonly key: string; readonly value: string };

const conditionValues = (statement: Statement): readonly Value[] =>
  statement.conditions.flatMap((condition) => condition.values.map((value) => ({ key: keyOf(condition), value })));

const unique = (texts: readonly string[]): readonly string[] => [...new Set(texts)].filter((text) => text !== '');

const isNamed = (entry: PrincipalEntry): entry is Named =>
  entry.kind === 'role' || entry.kind === 'session' || entry.kind === 'user' || entry.kind === 'federated-user';

const partitionOf = (keyArn: string | null, entries: readonly PrincipalEntry[]): string => {
  const named = entries.find((entry) => 'partition' in entry && entry.partition !== '');
  return keyArn?.split(':')[1] ?? (named !== undefined && 'partition' in named ? named.partition : 'aws');
};

/** Accounts written out, and one instance of each account pattern: `1111*` is met by accounts nobody named. */
const accountsIn = ({ key, value }: Value): readonly string[] => {
  const written = value.match(/(?<!\d)\d{12}(?!\d)/g) ?? [];
  const field = ACCOUNT_KEYS.has(key) ? value : value.startsWith('arn:') ? (value.split(':')[4] ?? '') : '';
  return /[*?]/.test(field) && /\d/.test(field) ? [...written, ...instances(field)] : written;
};

const instances = (pattern: string): readonly string[] => {
  if (!/^[\d*?]+$/.test(pattern)) return [];
  const missing = 12 - pattern.replaceAll('*', '').length;
  if (missing < 0 || (missing > 0 && !pattern.includes('*'))) return [];
  return ['9', '8'].map((digit) =>
    pattern.replace('*', digit.repeat(missing)).replaceAll('*', '').replaceAll('?', digit),
  );
};

const ORG_ID = /o-[a-z0-9]{10,32}/g;

/** Organizations written out, and an instance of `o-ab*`; `o-*` and `*` name nobody. */
const orgsIn = (value: string): readonly string[] => {
  const head = value.split('/')[0] ?? '';
  if (/^o-[a-z0-9]{10,32}$/.test(head)) return [head];
  const part = /^(o-[a-z0-9?]+)\*/.exec(head)?.[1];
  return part === undefined ? [] : [part.replaceAll('?', 'q').padEnd(12, 'q')];
};

const isNarrow = (block: string): boolean => {
  const range = toRange(block);
  if (range === null) return false;
  const prefix = block.includes('/') ? Number(block.split('/')[1]) : 128;
  return prefix >= (range.v6 ? 32 : 8);
};

/** `arn:aws:s3:::bucket/*` names one bucket: the owner's. A wildcard in the bucket name names anybody's. */
const ownResource = (value: string): readonly string[] => {
  const [, , service = '', , account, ...rest] = value.split(':');
  const resource = rest.join(':');
  if (account !== '' || resource === '') return [];
  const name = service === 's3' ? (resource.split('/')[0] ?? '') : resource;
  if (/[*?$]/.test(name)) return [];
  return [`arn:*:${service}:*::${name}`, `arn:*:${service}:*::${name}/*`, `arn:*:${service}:*::${name}:*`];
};

const FRESH_ACCOUNTS = ['999988887777', '888877776666', '777766665555', '666655554444', '246813579024', '135792468013'];
const FRESH_ORGS = ['o-zzstranger0', 'o-qqstranger0', 'o-xxstranger0', 'o-kkstranger0', 'o-77stranger0'];

const asPatterns = ({ operator, values }: Condition, part: (value: string) => string): readonly Piece[] => {
  const { family } = operator;
  if (!/^(?:string|like|arn)/.test(family)) return [];
  const literal = family === 'string' || family === 'stringIgnoreCase';
  return values.flatMap((value) => (value.includes('$') || part(value) === '' ? [] : [{ text: part(value), literal }]));
};

const accountPatterns = (condition: Condition): readonly Piece[] => {
  if (ACCOUNT_KEYS.has(condition.name)) return asPatterns(condition, (value) => value);
  if (!/^aws:(?:principal|source)arn$/.test(condition.name)) return [];
  return asPatterns(condition, (value) => (value.startsWith('arn:') ? (value.split(':')[4] ?? '') : ''));
};

const orgPatterns = (condition: Condition): readonly Piece[] =>
  ORG_KEYS.test(condition.name) ? asPatterns(condition, (value) => value.split('/')[0] ?? '') : [];
