import type { KeyPolicy, OperatorFamily } from './document.ts';
import { evaluate } from './evaluator/evaluate.ts';
import { asInstant, asNumber } from './evaluator/typed-values.ts';
import type { KeyRequest, RequestContext } from './request.ts';
import { type Caller, callersOf, generic, namedCaller, orgsOf } from './search/callers.ts';
import { spelling } from './search/condition-keys.ts';
import { type Engine, permits } from './search/engine.ts';

/** How safely the owner can change the policy: see `Manageability`. */
export type ManageabilityLevel = 'robust' | 'conditional' | 'named' | 'locked';

/**
 * `robust`: the root user can, with a plain request. `conditional`: the account can, but only under conditions.
 * `named`: only users or roles that the policy names, until they are deleted. `locked`: only AWS Support can help.
 */
export type Manageability = {
  readonly level: ManageabilityLevel;
  /** A PutKeyPolicy call that the policy must permit; null when locked. */
  readonly witness: KeyRequest | null;
  /** Condition keys that decide it: an organization, an endpoint, a date or a tag can change without this policy. */
  readonly dependsOn: readonly string[];
  /** The search did not finish: the true level may be better. */
  readonly undetermined: boolean;
};

const PUT = 'kms:PutKeyPolicy';

const indexOfPut = (engine: Engine): number => engine.actions.findIndex((action) => action.name === PUT);

/** Who can still change the policy, counting only what AWS documents. */
export const manageability = (engine: Engine, policy: KeyPolicy, keyArn: string | null): Manageability => {
  const { zone, survey, kinds } = engine;
  const dependsOn = rootDependsOn(engine, policy);
  const plain = plainRequests(engine, policy, keyArn);
  const [first] = plain;
  if (first !== undefined && plain.every((request) => permits(policy, 'narrow')(request))) {
    return { level: 'robust', witness: first, dependsOn, undetermined: false };
  }
  const base = {
    partition: survey.partition,
    account: zone.account,
    standing: 'own' as const,
    orgs: orgsOf('own', zone, survey),
    reach: 'free' as const,
  };
  const name = 'role-that-nobody-names';
  const text = `arn:${survey.partition}:iam::${zone.account}:role/${name}`;
  const unnamed = namedCaller({ kind: 'role', text, partition: survey.partition, account: zone.account, name }, base);
  const rungs: readonly (readonly [ManageabilityLevel, readonly Caller[]])[] = [
    ['conditional', [generic('root', base), unnamed]],
    ['named', callersOf(zone.account, { zone, survey, kinds })],
  ];
  let undetermined = false;
  for (const [level, callers] of rungs) {
    for (const caller of callers) {
      const found = canPut(engine, policy, caller);
      if (found === 'undetermined') undetermined = true;
      else if (found !== null) return { level, witness: found, dependsOn, undetermined };
    }
  }
  return { level: 'locked', witness: null, dependsOn, undetermined };
};

const canPut = (engine: Engine, policy: KeyPolicy, caller: Caller): KeyRequest | 'undetermined' | null => {
  const put = indexOfPut(engine);
  const avoid = engine.usesOf(policy, caller, { effect: 'Deny', side: 'may' });
  let undetermined = false;
  for (const allow of engine.usesOf(policy, caller, { effect: 'Allow', side: 'must' })) {
    const [found] = engine.ask({
      caller,
      facts: [allow],
      avoid,
      actions: [put],
      replay: permits(policy, 'narrow', allow),
    });
    if (found?.kind === 'yes') return found.request;
    if (found?.kind === 'undetermined') undetermined = true;
  }
  return undetermined ? 'undetermined' : null;
};

/** Keys that statements about the root user and PutKeyPolicy read. */
const rootDependsOn = (engine: Engine, policy: KeyPolicy): readonly string[] => {
  const { zone, survey } = engine;
  const root = generic('root', {
    partition: survey.partition,
    account: zone.account,
    standing: 'own',
    orgs: [zone.org],
    reach: 'free',
  });
  const put = indexOfPut(engine);
  const uses = (['Allow', 'Deny'] as const).flatMap((effect) => engine.usesOf(policy, root, { effect, side: 'may' }));
  const keys = uses.flatMap(({ clause }) => (clause.actions.may.has(put) ? clause.keys : []));
  return [...new Set(keys.map(spelling))];
};

/** Somewhere in the organization: what asks for one of its units is met by the members of that unit alone. */
const membership = (org: string | null): RequestContext => {
  if (org === null) return {};
  const paths = [`${org}/r-zzzz/`];
  return {
    'aws:PrincipalOrgID': org,
    'aws:ResourceOrgID': org,
    'aws:PrincipalOrgPaths': paths,
    'aws:ResourceOrgPaths': paths,
  };
};

const MAX_INSTANTS = 300;

/**
 * The root user, no MFA, no endpoint, nobody in between; once for each stretch of time that the policy tells apart, and from
 * several places of the internet where it reads the address. None when the stretches cannot all be looked at.
 */
const plainRequests = (engine: Engine, policy: KeyPolicy, keyArn: string | null): readonly KeyRequest[] => {
  const { zone, survey } = engine;
  const root = `arn:${survey.partition}:iam::${zone.account}:root`;
  const region = keyArn?.split(':')[3];
  const context = {
    'aws:PrincipalAccount': zone.account,
    'aws:PrincipalArn': root,
    'aws:PrincipalType': 'Account',
    'aws:userid': zone.account,
    'aws:PrincipalIsAWSService': 'false',
    'aws:ViaAWSService': 'false',
    'aws:SecureTransport': 'true',
    'aws:ResourceAccount': zone.account,
    'kms:CallerAccount': zone.account,
    'kms:KeySpec': 'SYMMETRIC_DEFAULT',
    'kms:KeyUsage': 'ENCRYPT_DECRYPT',
    'kms:KeyOrigin': 'AWS_KMS',
    'kms:MultiRegion': 'false',
    ...(region === undefined ? {} : { 'aws:RequestedRegion': region }),
    ...membership(zone.org),
  };
  const places = plainAddresses(engine).map((address) => ({ 'aws:SourceIp': address }));
  const times = instants(engine, policy).map((at) => ({
    'aws:CurrentTime': new Date(at).toISOString(),
    'aws:EpochTime': String(Math.floor(at / 1000)),
  }));
  return times.flatMap((time) =>
    places.map((place) => ({
      principal: root,
      principalType: 'AWS',
      action: PUT,
      resource: keyArn,
      context: { ...context, ...place, ...time },
    })),
  );
};

const ADDRESSES = ['198.18.0.1', '8.8.4.4', '100.20.30.40', '52.94.76.1'];

/** Addresses from which nobody in particular calls. */
const plainAddresses = ({ survey, keysRead }: Engine): readonly string[] => {
  const near = (address: string): boolean =>
    survey.networks.some((block) => block.split('.')[0] === address.split('.')[0]);
  const far = ADDRESSES.filter((address) => !near(address));
  if (far.length === 0) return ['198.18.0.1'];
  return keysRead.has('aws:sourceip') ? far : far.slice(0, 1);
};

/** None when they are too many, or when a time is read as a text. */
const instants = (engine: Engine, policy: KeyPolicy): readonly number[] => {
  const put = indexOfPut(engine);
  const about = (engine.clauses.get(policy) ?? []).filter(({ actions }) => actions.may.has(put));
  const conditions = about
    .flatMap(({ statement }) => statement.conditions)
    .filter(({ name }) => name === 'aws:currenttime' || name === 'aws:epochtime');
  if (conditions.some(({ operator }) => !TIMED.includes(operator.family))) return [];
  const marks = new Set(conditions.flatMap(({ values }) => values.flatMap(marksOf)));
  const around = [...marks].flatMap((mark) => [mark - 1000, mark, mark + 1000]);
  const all = [Date.UTC(2026, 0, 1), ...around.filter((at) => Math.abs(at) < 8e15)];
  return all.length > MAX_INSTANTS ? [] : all;
};

const TIMED: readonly OperatorFamily[] = ['date', 'numeric', 'null'];

const marksOf = (value: string): readonly number[] => {
  const seconds = asNumber(value);
  const instant = asInstant(value);
  return [...(instant === null ? [] : [instant]), ...(seconds === null ? [] : [seconds * 1000])];
};

/** Whether KMS's lockout safety check lets this caller put the policy: the caller must be able to put it again. */
export const passesSafetyCheck = (policy: KeyPolicy, request: KeyRequest): boolean =>
  evaluate(policy, { ...request, action: PUT }, 'narrow').decision === 'Allow';
