import { compliant, defineRule, type JudgeInput, type Reason, type Verdict } from './define-rule.ts';
import { grantTexts, type JudgedGrant, judgeGrants, justMade } from './grants/judged-grants.ts';
import { isOutside, type Standing, standingsOf } from './grants/outside.ts';
import { grantValues } from './grants/words.ts';
import { zoneOfKey } from './policy/analysis.ts';
import { reasonsOf } from './reason.ts';

const texts = {
  open: 'Grant {grantId} lets {grantee} call {operations}, limited by {constraints}',
  unproven: 'Grant {grantId} lets {grantee} call {operations}, unless a Deny of the key policy stops it',
  unplaced: 'Grant {grantId} names a grantee that cannot be placed: {grantee}',
} as const;
const reason = reasonsOf(texts);

/** A grant is a second door beside the key policy, and never expires. KMS developer guide, "Grants in AWS KMS". */
export const grantExternal = defineRule({
  id: 'grant-external',
  title: 'A grant lets somebody outside the trust zone use a key',
  guard: 'policy-guard',
  severity: 'high',
  watches: ['CreateGrant'],
  sweep: true,
  needs: ['grants', 'policy'],
  remedy: 'revokeGrant',
  controls: [],
  messages: {
    ...grantTexts,
    ...texts,
    outside: 'Grants let somebody outside the trust zone use the key: {count}',
    unknownOutside: 'Whether grants let somebody outside the trust zone use the key is unknown: {count}',
  },
  remediation:
    'Revoke the grant (RevokeGrant with its id), or add the account to `trust` in the configuration if it belongs inside.',
  judge: (input) => judgeGrants(input, (grants) => judgeOutside(grants, input)),
});

const shownReasons = 12;

const judgeOutside = (grants: readonly JudgedGrant[], input: JudgeInput): Verdict => {
  const zone = zoneOfKey(input.facts, input.config);
  const standings = standingsOf(
    grants.filter((grant) => isOutside(grant, zone)),
    input,
  );
  const unplaced = grants.filter(({ grantee }) => grantee.kind === 'unreadable');
  const working = [...standings].filter(([, standing]) => standing !== 'stopped').toSorted(provedFirst);
  const count = working.length + unplaced.length;
  if (count === 0) return compliant;
  const open = working.filter(([, standing]) => standing === 'open').map(([grant]) => grant);
  const reasons = [...working.map(workingReason), ...unplaced.map((one) => reason('unplaced', grantValues(one)))];
  const data = {
    count,
    grantIds: open.slice(0, 50).map(({ grant }) => grant.grantId),
    reasons: reasons.slice(0, shownReasons),
  };
  return open.length === 0
    ? { verdict: 'undetermined', message: 'unknownOutside', data }
    : { verdict: 'violation', message: 'outside', data, ...justMade(input.call) };
};

const provedFirst = ([, a]: readonly [JudgedGrant, Standing], [, b]: readonly [JudgedGrant, Standing]): number =>
  a.localeCompare(b);

const workingReason = ([grant, standing]: readonly [JudgedGrant, Standing]): Reason =>
  reason(standing === 'open' ? 'open' : 'unproven', grantValues(grant));
