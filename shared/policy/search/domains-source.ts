import type { Caller } from './callers.ts';
import { ABSENT, type Domain, oneOf, open } from './domain.ts';
import type { DomainScope, Scene } from './domains.ts';
import type { Constraint } from './solve-text.ts';

/** Condition keys that a service sets from the resource it acts for. The service can always leave them out. */
export class SourceDomains {
  private readonly scope: DomainScope;

  constructor(scope: DomainScope) {
    this.scope = scope;
  }

  of(key: string, scene: Scene): Domain {
    const { caller, org } = scene;
    switch (key) {
      case 'aws:sourceaccount':
      case 'aws:sourceowner':
        return oneOf(accountsOf(caller), 'may');
      case 'aws:sourceorgid': {
        const orgs = org === undefined ? caller.orgs.flatMap((one) => one ?? []) : org === null ? [] : [org];
        return oneOf(orgs, 'may');
      }
      case 'aws:sourceorgpaths':
        return this.orgPaths(scene);
      default:
        return this.resource(scene);
    }
  }

  private orgPaths({ caller, org }: Scene): Domain {
    const { tests, zone } = this.scope;
    const within = org === undefined ? caller.orgs.flatMap((one) => one ?? []) : org === null ? [] : [org];
    if (within.length === 0) return ABSENT;
    const constraints: Constraint[] = [{ test: tests.glob(within.map((one) => `${one}/*`)), wanted: true }];
    if (caller.standing === 'outside' && zone.orgPaths.length > 0) {
      constraints.push({ test: tests.glob(zone.orgPaths), wanted: false });
    }
    return open({ absent: 'may', constraints });
  }

  /**
   * An ARN of the source's account, or one without an account that the policy does not name exactly. No ARN that a service
   * sets has `:<account>:` inside the resource, or CloudTrail's documented key policy would look open.
   */
  private resource({ caller }: Scene): Domain {
    const { tests, survey, zone } = this.scope;
    const mine = ['', ...accountsOf(caller)].map((account) => `arn:${caller.partition}:*:*:${account}:*`);
    const constraints: Constraint[] = [{ test: tests.glob(mine, true), wanted: true }];
    const accounts = [...new Set([zone.account, ...survey.sourceAccounts])].slice(0, 100);
    const inside = accounts.flatMap((account) => [`arn:*:*:*:*:*:${account}:*`, `arn:*:*:*:*:${account}:*`]);
    constraints.push({ test: tests.glob(inside, true), wanted: false });
    if (caller.standing === 'outside' && survey.ownResources.length > 0) {
      constraints.push({ test: tests.glob(survey.ownResources, true), wanted: false });
    }
    return open({ absent: 'may', constraints, typical: typicalResource(caller) });
  }
}

const accountsOf = (caller: Caller): readonly string[] =>
  caller.kind === 'service' ? caller.accounts : [caller.account];

/** A resource of the service that calls. */
const typicalResource = ({ partition, account, ...caller }: Scene['caller']): string | null => {
  const name = caller.kind === 'service' ? /^[a-z0-9-]+(?=\.)/.exec(caller.service)?.[0] : undefined;
  return name === undefined ? null : `arn:${partition}:${name}:us-east-1:${account}:any`;
};
