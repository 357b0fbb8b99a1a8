import { ABSENT, type Domain, fixed, oneOf, open } from './domain.ts';
import type { DomainScope, Scene } from './domains.ts';
import type { Constraint } from './solve-text.ts';

/** Addresses that `aws:SourceIp` never carries (IAM Access Analyzer policy check "Private IP address"). */
const PRIVATE = [
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '224.0.0.0/3',
  '0.0.0.0/8',
  'fc00::/7',
  'fe80::/10',
  '::/64',
];

/** In none of them. */
const PUBLIC_ADDRESS = '198.18.0.1';

const FRESH_ENDPOINT = 'vpce-0fedcba9876543210';
const FRESH_VPC = 'vpc-0fedcba9876543210';

/** Condition keys about where the call comes from. AWS attests them: a stranger brings networks of his own. */
export class NetworkDomains {
  private readonly scope: DomainScope;

  constructor(scope: DomainScope) {
    this.scope = scope;
  }

  of(key: string, scene: Scene): Domain {
    if (scene.caller.kind === 'service') return ABSENT;
    if (key === 'aws:sourceip') return this.address(scene);
    if (scene.mode !== 'endpoint') return ABSENT;
    const strange = scene.caller.reach === 'strange';
    switch (key) {
      case 'aws:vpcsourceip':
        return open({ absent: 'may', kind: 'address' });
      case 'aws:sourcevpce':
        return strange
          ? fixed(FRESH_ENDPOINT)
          : open({
              absent: 'never',
              constraints: [this.like('vpce-*'), ...this.untrusted(scene, 'vpce-')],
              typical: this.scope.zone.networks.includes(FRESH_ENDPOINT) ? null : FRESH_ENDPOINT,
            });
      case 'aws:sourcevpc':
        return strange
          ? oneOf([FRESH_VPC], 'may')
          : open({ absent: 'may', constraints: [this.like('vpc-*'), ...this.untrusted(scene, 'vpc-')] });
      case 'aws:sourcevpcarn':
        return this.vpcArn(scene, strange);
      case 'aws:vpceaccount':
        return oneOf(
          strange ? [scene.caller.account] : [...new Set([scene.caller.account, ...this.scope.survey.accounts])],
          'may',
        );
      case 'aws:vpceorgid':
        return oneOf([this.scope.survey.freshOrg, ...(strange ? [] : this.scope.survey.orgs)], 'may');
      default:
        return open({
          absent: 'may',
          constraints: strange ? [this.like(`${this.scope.survey.freshOrg}/*`)] : [this.like('o-*/*')],
        });
    }
  }

  /** Through an endpoint there is none; on a call that a service makes for the principal it is the service's own. */
  private address({ mode, caller }: Scene): Domain {
    if (mode === 'endpoint') return ABSENT;
    const { tests, survey, zone } = this.scope;
    const constraints: Constraint[] = [{ test: tests.blocks(PRIVATE), wanted: false }];
    const named = mode === 'via' || caller.reach === 'strange' ? survey.networks : [];
    const ours = caller.standing === 'outside' ? zone.networks.filter((network) => !network.startsWith('vpc')) : [];
    const outside = [...named, ...ours];
    if (outside.length > 0) constraints.push({ test: tests.blocks(outside), wanted: false });
    const typical = outside.length === 0 ? PUBLIC_ADDRESS : null;
    return open({ absent: mode === 'via' ? 'may' : 'never', kind: 'address', constraints, typical });
  }

  private vpcArn({ caller }: Scene, strange: boolean): Domain {
    const vpc = strange ? `${caller.account}:vpc/${FRESH_VPC}` : '*:vpc/vpc-*';
    const test = this.scope.tests.glob([`arn:${caller.partition}:ec2:*:${vpc}`], true);
    return open({ absent: 'may', constraints: [{ test, wanted: true }] });
  }

  private like(pattern: string): Constraint {
    return { test: this.scope.tests.glob([pattern]), wanted: true };
  }

  private untrusted({ caller }: Scene, prefix: string): readonly Constraint[] {
    const ours = this.scope.zone.networks.filter((network) => network.startsWith(prefix));
    if (caller.standing !== 'outside' || ours.length === 0) return [];
    return [{ test: this.scope.tests.literal(ours), wanted: false }];
  }
}
