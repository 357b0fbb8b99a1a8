import { compliant, defineRule, type JudgeInput, notApplicable, type Reason, type Verdict } from './define-rule.ts';
import { grantTexts, type JudgedGrant, judgeGrants } from './grants/judged-grants.ts';
import { grantValues } from './grants/words.ts';
import { reasonsOf, undeterminedBy, undeterminedTexts } from './reason.ts';
import { isPendingDeletion, judgeCustomerKey } from './sweep/customer-key.ts';
import { ageInDays, quietSince } from './sweep/dated.ts';

const texts = {
  stale: 'Grant {grantId} is {days} days old; {grantee} may use it for {operations}',
  undatedGrant: 'Grant {grantId} of {grantee} tells no age; it may be used for {operations}',
} as const;
const reason = reasonsOf(texts);
const shownReasons = 12;

/**
 * A grant has no expiry: unless its maker retires it, it outlives the reason for it. KMS tells when a key was used, not by
 * which grant, so only the grants of a key that lies idle are known to be. KMS developer guide, "Grants in AWS KMS".
 */
export const grantStale = defineRule({
  id: 'grant-stale',
  title: 'Old grants lie on a key that nobody uses',
  guard: 'sweep',
  severity: 'low',
  watches: [],
  sweep: true,
  needs: ['metadata', 'grants', 'lastUse'],
  remedy: null,
  controls: [],
  messages: {
    ...undeterminedTexts,
    partial: grantTexts.partial,
    ...texts,
    idle: 'Old grants ({count}) lie on a key that nobody has used for {staleAfterDays} days',
    undated: 'Grants without a date ({count}) lie on a key that nobody has used for {staleAfterDays} days',
    useUnknown: 'Old grants ({count}) lie on a key of which nobody knows whether it was used in {staleAfterDays} days',
  },
  remediation:
    'Ask the grantee, then revoke the grant (RevokeGrant). A grant to an AWS service goes with its resource: find that first.',
  judge: (input) =>
    judgeCustomerKey(input.facts, (key) =>
      isPendingDeletion(key)
        ? notApplicable
        : judgeGrants({ ...input, call: null }, (grants) => judgeAges(grants, input)),
    ),
});

const judgeAges = (grants: readonly JudgedGrant[], { facts: { lastUse }, config, now }: JudgeInput): Verdict => {
  const { staleAfterDays } = config.grants;
  const old = grants
    .map((each) => ({ each, days: ageInDays(each.grant.creationDate, now) }))
    .filter(({ days }) => days === null || days >= staleAfterDays)
    .toSorted((a, b) => (b.days ?? -1) - (a.days ?? -1));
  if (old.length === 0) return compliant;
  if (!lastUse.known) return undeterminedBy('last use', lastUse);
  const idle = ageInDays(quietSince(lastUse.value), now);
  const untracked = lastUse.value.use === 'unknown';
  if (!untracked && idle !== null && idle < staleAfterDays) return compliant;
  const reasons = old.slice(0, shownReasons).map(({ each, days }) => told(each, days));
  const data = { count: old.length, staleAfterDays, reasons };
  if (untracked || idle === null) return { verdict: 'undetermined', message: 'useUnknown', data };
  return old.some(({ days }) => days !== null)
    ? { verdict: 'violation', message: 'idle', data }
    : { verdict: 'undetermined', message: 'undated', data };
};

const told = (each: JudgedGrant, days: number | null): Reason =>
  days === null ? reason('undatedGrant', grantValues(each)) : reason('stale', { ...grantValues(each), days });
