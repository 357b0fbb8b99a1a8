import { SERVICE_SUFFIXES } from '../service-names.ts';
import { type Caller, type GenericKind, SOME_SERVICE } from './callers.ts';
import { ABSENT, type Domain, fixed, oneOf, open } from './domain.ts';
import type { DomainScope, Scene } from './domains.ts';

const TYPES: Readonly<Record<GenericKind, string>> = {
  role: 'AssumedRole',
  user: 'User',
  root: 'Account',
  federated: 'FederatedUser',
};

/** Unique ids that no policy names: a stranger cannot choose his own. */
const FRESH_ROLE_ID = 'AROAZZSTRANGERZZROLE0';
const FRESH_USER_ID = 'AIDAZZSTRANGERZZUSER0';

/** Condition keys about who calls. */
export class IdentityDomains {
  private readonly scope: DomainScope;

  constructor(scope: DomainScope) {
    this.scope = scope;
  }

  /** Null: not a key about identity. */
  of(key: string, scene: Scene): Domain | null {
    if (key.startsWith('aws:principaltag/')) {
      return kindOf(scene.caller) === 'root' || scene.caller.kind === 'service' ? ABSENT : open({ absent: 'may' });
    }
    return scene.caller.kind === 'service' ? this.service(key, scene.caller.service) : this.person(key, scene);
  }

  private service(key: string, service: string): Domain | null {
    switch (key) {
      case 'aws:principalisawsservice':
        return fixed('true');
      case 'aws:principalservicename':
      case 'aws:principalservicenameslist':
        return service === SOME_SERVICE ? this.someService() : fixed(service);
      case 'aws:principalaccount':
      case 'kms:calleraccount':
      case 'aws:principalarn':
      case 'aws:principalorgid':
      case 'aws:principalorgpaths':
      case 'aws:principaltype':
      case 'aws:userid':
      case 'aws:username':
      case 'aws:multifactorauthpresent':
      case 'aws:multifactorauthage':
      case 'aws:tokenissuetime':
      case 'aws:sourceidentity':
      case 'aws:federatedprovider':
      case 'aws:assumedroot':
        return ABSENT;
      default:
        return null;
    }
  }

  /** None of those that the policy or the zone names: they are callers of their own. */
  private someService(): Domain {
    const { tests, survey, zone } = this.scope;
    const endings = /^aws(?:-us-gov)?$/.test(survey.partition) ? ['.amazonaws.com'] : SERVICE_SUFFIXES;
    const names = { test: tests.glob(endings.map((ending) => `?*${ending}`)), wanted: true };
    const odd = { test: tests.glob(['.*', '*..*']), wanted: false };
    const taken = { test: tests.literal([...survey.services, ...zone.services]), wanted: false };
    return open({ absent: 'never', constraints: [names, odd, taken] });
  }

  private person(key: string, scene: Scene): Domain | null {
    const { caller } = scene;
    const kind = kindOf(caller);
    switch (key) {
      case 'aws:principalisawsservice':
        return fixed('false');
      case 'aws:principalservicename':
      case 'aws:principalservicenameslist':
        return ABSENT;
      case 'aws:principalaccount':
      case 'kms:calleraccount':
        return fixed(caller.account);
      case 'aws:principaltype':
        return fixed(TYPES[kind]);
      case 'aws:principalarn':
        return this.arn(caller);
      case 'aws:principalorgid':
        return orgDomain(scene);
      case 'aws:principalorgpaths':
        return this.orgPaths(scene);
      case 'aws:userid':
        return this.userId(caller, kind);
      case 'aws:username':
        return this.userName(caller, kind);
      default:
        return this.session(key, kind);
    }
  }

  /** Temporary credentials carry more than access keys do. */
  private session(key: string, kind: GenericKind): Domain | null {
    switch (key) {
      case 'aws:multifactorauthpresent':
        return oneOf(['true', 'false'], kind === 'role' ? 'never' : 'may');
      case 'aws:multifactorauthage':
        return open({ absent: 'may', kind: 'integer' });
      case 'aws:tokenissuetime':
        return open({ absent: kind === 'role' ? 'never' : 'may', kind: 'instant' });
      case 'aws:assumedroot':
        return kind === 'root' ? oneOf(['true'], 'may') : ABSENT;
      default:
        return null;
    }
  }

  private arn(caller: Caller): Domain {
    const { tests, survey } = this.scope;
    const at = `arn:${caller.partition}:iam::${caller.account}`;
    if (caller.kind === 'named') {
      const { named } = caller;
      if (named.kind !== 'session') return fixed(named.text);
      // A role has one path: when the policy names the role, that is the one.
      const known = survey.named.filter(
        ({ kind, account, name }) => kind === 'role' && account === named.account && name === named.name,
      );
      if (known.length > 0)
        return oneOf(
          known.map((entry) => entry.text),
          'never',
        );
      const roles = [`${at}:role/${named.name}`, `${at}:role/*/${named.name}`];
      return open({ absent: 'never', constraints: [{ test: tests.glob(roles, true), wanted: true }] });
    }
    if (caller.kind === 'root') return fixed(`${at}:root`);
    const pattern =
      caller.kind === 'federated'
        ? `arn:${caller.partition}:sts::${caller.account}:federated-user/*`
        : `${at}:${caller.kind}/*`;
    const others = survey.named.filter((entry) => entry.account === caller.account).map((entry) => entry.text);
    const typical = ['any', 'other', 'nobody-in-particular'].map((name) => pattern.slice(0, -1) + name);
    return open({
      absent: 'never',
      typical: typical.find((arn) => !others.includes(arn)) ?? null,
      constraints: [
        { test: tests.glob([pattern], true), wanted: true },
        { test: tests.glob([pattern.slice(0, -1), `${pattern}/`]), wanted: false },
        { test: tests.literal(others), wanted: false },
      ],
    });
  }

  private orgPaths({ caller, org }: Scene): Domain {
    const { tests, zone } = this.scope;
    if (org === null) return ABSENT;
    const within = org === undefined ? caller.orgs.flatMap((one) => one ?? []) : [org];
    const constraints = [{ test: tests.glob(within.map((one) => `${one}/r-*/*`)), wanted: true }];
    const trusted = caller.standing === 'outside' ? zone.orgPaths : [];
    if (trusted.length > 0) constraints.push({ test: tests.glob(trusted), wanted: false });
    return open({ absent: 'never', constraints });
  }

  private userId(caller: Caller, kind: GenericKind): Domain {
    const { tests } = this.scope;
    if (kind === 'root') return fixed(caller.account);
    const strange = caller.reach === 'strange';
    const patterns: Readonly<Record<Exclude<GenericKind, 'root'>, string>> = {
      role: strange ? `${FRESH_ROLE_ID}:*` : 'AROA*:*',
      user: strange ? FRESH_USER_ID : 'AIDA*',
      federated: `${caller.account}:*`,
    };
    const pattern = patterns[kind];
    const typical = pattern
      .replace('AROA*', 'AROAEXAMPLEEXAMPLE000')
      .replace('AIDA*', 'AIDAEXAMPLEEXAMPLE000')
      .replace('*', 'any');
    return open({ absent: 'never', typical, constraints: [{ test: tests.glob([pattern]), wanted: true }] });
  }

  private userName(caller: Caller, kind: GenericKind): Domain {
    if (kind !== 'user') return ABSENT;
    return caller.kind === 'named' ? fixed(caller.named.name) : open({ absent: 'never' });
  }
}

/** A member's organization is attested; `undefined` leaves the choice among those the caller may be in. */
const orgDomain = ({ caller, org }: Scene): Domain => {
  if (org === null) return ABSENT;
  if (org !== undefined) return fixed(org);
  return oneOf(
    caller.orgs.flatMap((one) => one ?? []),
    caller.orgs.includes(null) ? 'may' : 'never',
  );
};

const kindOf = (caller: Caller): GenericKind => {
  if (caller.kind === 'service') return 'role';
  if (caller.kind !== 'named') return caller.kind;
  const { kind } = caller.named;
  return kind === 'user' ? 'user' : kind === 'federated-user' ? 'federated' : 'role';
};
