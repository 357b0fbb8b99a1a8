import { analyze, type DutyBreach, statementName } from '../policy/index.ts';
import { compliant, defineRule, type Reason, type Verdict } from './define-rule.ts';
import type { ReadPolicy } from './policy/analysis.ts';
import { judgePolicy, policyCalls, policyTexts } from './policy/judge-policy.ts';
import { withoutManagedPattern } from './policy/managed-pattern.ts';
import { listed } from './policy/words.ts';
import { cut, reasonsOf } from './reason.ts';

const texts = {
  both: '{principal} administers the key ({admin}) and uses it ({use}), by {statements}',
  perhaps: '{principal} may both administer the key ({admin}) and use it ({use}): the analysis did not finish',
} as const;
const reason = reasonsOf(texts);

/** Who manages a key should not read what it protects. KMS developer guide, "Key policies in AWS KMS". */
export const policyAdminAndUse = defineRule({
  id: 'policy-admin-and-use',
  title: 'A key policy lets the same principal administer a key and use it',
  guard: 'policy-guard',
  severity: 'medium',
  watches: policyCalls,
  sweep: true,
  needs: ['policy', 'metadata'],
  remedy: null,
  controls: [],
  messages: {
    ...policyTexts,
    ...texts,
    found: 'Principals that administer the key and use it: {count}',
    unfinished: 'Whether somebody both administers the key and uses it is unknown: the analysis did not finish',
  },
  remediation:
    'Split the two: one role for kms:Put*, kms:ScheduleKeyDeletion and the like, another for kms:Decrypt and the like.',
  judge: (input) => judgePolicy(input, judgeBreaches),
});

const shownReasons = 12;

/** What everybody may do through a service only makes nobody a user of the key. */
const breachesIn = ({ policy, analysis, zone, keyArn }: ReadPolicy): readonly DutyBreach[] => {
  const own = withoutManagedPattern(policy, analysis);
  const same = analysis.breaches.length === 0 || own.statements.length === policy.statements.length;
  return same ? analysis.breaches : analyze(own, zone, { keyArn }).breaches;
};

const judgeBreaches = (read: ReadPolicy): Verdict => {
  const breaches = breachesIn(read);
  if (breaches.length === 0) return compliant;
  const sorted = breaches.toSorted((a, b) => Number(b.certain) - Number(a.certain));
  const data = { count: breaches.length, reasons: sorted.slice(0, shownReasons).map((one) => breachReason(one, read)) };
  return breaches.some(({ certain }) => certain)
    ? { verdict: 'violation', message: 'found', data }
    : { verdict: 'undetermined', message: 'unfinished', data };
};

const breachReason = ({ principal, admin, use, statements, certain }: DutyBreach, { policy }: ReadPolicy): Reason => {
  const names = policy.statements.filter(({ index }) => statements.includes(index)).map(statementName);
  return reason(certain ? 'both' : 'perhaps', {
    principal: cut(principal, 190),
    admin,
    use,
    statements: listed(names.map((name) => `"${name}"`)),
  });
};
