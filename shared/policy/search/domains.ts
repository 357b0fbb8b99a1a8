import { canCarry, type KmsAction } from '../action-catalogue.ts';
import { SERVICE_SUFFIXES } from '../service-names.ts';
import type { TrustZone } from '../zone.ts';
import type { Caller } from './callers.ts';
import { isNetworkKey, isServiceSetContext, isSourceKey, isViaKey } from './condition-keys.ts';
import { contextDomain, type ContextNames } from './encryption-context.ts';
import { ABSENT, type Domain, fixed, oneOf, open } from './domain.ts';
import { IdentityDomains } from './domains-identity.ts';
import { NetworkDomains } from './domains-network.ts';
import { SourceDomains } from './domains-source.ts';
import type { Survey } from './survey.ts';
import type { TestStore } from './value-test.ts';

/** How the call travels. Source address, endpoint and calling service exclude one another. */
export type Mode = 'internet' | 'endpoint' | 'via';

export type Scene = {
  readonly caller: Caller;
  readonly mode: Mode;
  readonly action: KmsAction;
  /** The organization, when the search goes through them one by one; undefined: any of the caller's. */
  readonly org: string | null | undefined;
  /** Names in the encryption context, when conditions read them both by name and as a list. */
  readonly context: ContextNames | undefined;
};

/** What tells scenes of one caller apart, the action aside. */
export const sceneId = ({ mode, org, context }: Scene): string =>
  `${mode} ${org ?? (org === null ? '-' : '')} ${context?.id ?? ''}`;

export type DomainScope = {
  readonly zone: TrustZone;
  readonly survey: Survey;
  readonly tests: TestStore;
  readonly keyArn: string | null;
};

const SERVICE_NAMES = SERVICE_SUFFIXES.map((suffix) => `*${suffix}`);

type SceneDomains = Map<string, Domain>;

const getOrMake = <T>(map: Map<string, T>, key: string, make: () => T): T => {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
};

/** The controller table of the trust zone: what each condition key can hold, for whom. */
export class Domains {
  /** By caller, then by the way the call travels and the organization. */
  private readonly scenes = new Map<string, Map<string, SceneDomains>>();
  private readonly scope: DomainScope;
  private readonly identity: IdentityDomains;
  private readonly network: NetworkDomains;
  private readonly source: SourceDomains;

  constructor(scope: DomainScope) {
    this.scope = scope;
    this.identity = new IdentityDomains(scope);
    this.network = new NetworkDomains(scope);
    this.source = new SourceDomains(scope);
  }

  /** The same as `of` for many keys of one scene. */
  forScene(scene: Scene): (key: string) => Domain {
    const known = this.sceneDomains(scene);
    return (key) => (canCarry(scene.action, key) ? this.known(key, scene, known) : ABSENT);
  }

  of(key: string, scene: Scene): Domain {
    return canCarry(scene.action, key) ? this.known(key, scene, this.sceneDomains(scene)) : ABSENT;
  }

  private known(key: string, scene: Scene, domains: SceneDomains): Domain {
    const known = domains.get(key);
    if (known !== undefined) return known;
    const domain = this.find(key, scene);
    domains.set(key, domain);
    return domain;
  }

  /** The action decides only whether a key is there at all. */
  private sceneDomains(scene: Scene): SceneDomains {
    const byScene = getOrMake(this.scenes, scene.caller.id, () => new Map<string, SceneDomains>());
    return getOrMake(byScene, sceneId(scene), () => new Map());
  }

  private find(key: string, scene: Scene): Domain {
    const domain = this.single(key, scene);
    return scene.context === undefined ? domain : contextDomain(key, domain, { ...this.scope, names: scene.context });
  }

  private single(key: string, scene: Scene): Domain {
    if (isNetworkKey(key)) return this.network.of(key, scene);
    if (isViaKey(key)) return this.via(key, scene);
    if (isSourceKey(key)) {
      if (scene.caller.kind === 'service') return this.source.of(key, scene);
      return isServiceSetContext(key) ? open({ absent: 'may', plain: false }) : ABSENT;
    }
    return this.keyProperty(key) ?? this.identity.of(key, scene) ?? chosen(key);
  }

  private via(key: string, { mode, caller }: Scene): Domain {
    const via = mode === 'via' && caller.kind !== 'service';
    if (key === 'aws:viaawsservice') return fixed(via ? 'true' : 'false');
    if (key === 'kms:grantisforawsresource') return via ? oneOf(['true', 'false'], 'never') : oneOf(['false'], 'may');
    if (!via) return ABSENT;
    const service = { test: this.scope.tests.glob(SERVICE_NAMES), wanted: true };
    const absent = key === 'kms:viaservice' ? 'never' : 'may';
    return open({ absent, constraints: [service], typical: 's3.eu-west-1.amazonaws.com' });
  }

  /** What belongs to the key or its account: the same for every caller, so it restricts nobody. */
  private keyProperty(key: string): Domain | null {
    const { zone, survey, keyArn, tests } = this.scope;
    switch (key) {
      case 'aws:resourceaccount':
        return fixed(zone.account);
      case 'aws:resourceorgid':
        return zone.org === null ? oneOf([survey.freshOrg, ...survey.orgs], 'may') : fixed(zone.org);
      case 'aws:resourceorgpaths': {
        const paths = { test: tests.glob([`${zone.org ?? '*'}/*`]), wanted: true };
        return open({ absent: zone.org === null ? 'may' : 'never', constraints: [paths] });
      }
      case 'aws:requestedregion': {
        const region = keyArn?.split(':')[3];
        return region === undefined ? open({ absent: 'never' }) : fixed(region);
      }
      case 'kms:keyspec':
      case 'kms:keyusage':
      case 'kms:keyorigin':
      case 'kms:customermasterkeyspec':
      case 'kms:customermasterkeyusage':
        return open({ absent: 'never' });
      case 'kms:multiregion':
        return oneOf(['true', 'false'], 'never');
      default:
        return null;
    }
  }
}

/** The rest is the caller's own choice, within the type of the key. */
const chosen = (key: string): Domain => {
  switch (key) {
    case 'aws:currenttime':
      return open({ absent: 'never', kind: 'instant' });
    case 'kms:validto':
      return open({ absent: 'may', kind: 'instant' });
    case 'kms:schedulekeydeletionpendingwindowindays':
    case 'kms:rotationperiodindays':
    case 'kms:trailingdayswithoutkeyusage':
      return open({ absent: 'may', kind: 'integer' });
    case 'aws:securetransport':
      return fixed('true');
    case 'kms:bypasspolicylockoutsafetycheck':
    case 'kms:reencryptonsamekey':
      return oneOf(['false', 'true'], 'may');
    default:
      return open({ absent: 'may', plain: !/^(?:kms:encryptioncontext|aws:useragent|aws:referer)/.test(key) });
  }
};
