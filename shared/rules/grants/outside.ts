import { analyze, standingOf, type TrustZone, withGrants } from '../../policy/index.ts';
import type { JudgeInput } from '../define-rule.ts';
import { readPolicy } from '../policy/analysis.ts';
import type { JudgedGrant } from './judged-grants.ts';

/** `open`: it works. `stopped`: a Deny of the key policy always wins over it. `unproven`: neither could be shown. */
export type Standing = 'open' | 'stopped' | 'unproven';

/** Grants that are analyzed together with the policy; any more count as open. */
const mostAnalyzed = 20;
const outsiders = new Set(['public', 'external', 'conditional']);

export const isOutside = ({ grantee }: JudgedGrant, zone: TrustZone): boolean =>
  grantee.account !== null && standingOf(zone, grantee.account) === 'outside';

/** Whether each grant works under the Denies of the key policy; without the policy nobody can tell. */
export const standingsOf = (
  grants: readonly JudgedGrant[],
  { facts, config }: JudgeInput,
): ReadonlyMap<JudgedGrant, Standing> => {
  const { policy } = facts;
  const reading = policy.known ? readPolicy(facts, policy.value, config) : null;
  if (reading === null || !reading.readable || reading.read.errors.length > 0) {
    return new Map(grants.map((grant) => [grant, 'unproven']));
  }
  const { read } = reading;
  if (read.policy.statements.every(({ effect }) => effect === 'Allow')) {
    return new Map(grants.map((grant) => [grant, 'open']));
  }
  const some = grants.slice(0, mostAnalyzed);
  const granted = withGrants(
    read.policy,
    some.map(({ grant }) => grant),
  );
  const { access } = analyze(granted, read.zone, { keyArn: read.keyArn });
  const standing = ({ grant }: JudgedGrant): Standing => {
    const ways = access.filter(
      ({ who, statements }) => outsiders.has(who) && statements.includes(`grant:${grant.grantId}`),
    );
    if (ways.length === 0) return 'stopped';
    return ways.some(({ witness }) => witness !== null) ? 'open' : 'unproven';
  };
  return new Map(grants.map((grant) => [grant, some.includes(grant) ? standing(grant) : 'open']));
};
