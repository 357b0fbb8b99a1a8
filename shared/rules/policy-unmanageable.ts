import type { Manageability } from '../policy/index.ts';
import { compliant, defineRule, type Verdict } from './define-rule.ts';
import { judgePolicy, policyCalls, policyTexts } from './policy/judge-policy.ts';
import { listed } from './policy/words.ts';
import { cut } from './reason.ts';

/** What can vanish without anybody touching the policy. MFA cannot: its user or root can enroll a new device. */
const perishable = /^aws:(?:Source(?:Vpce|Vpc|VpcArn|Ip)|VpcSourceIp|CurrentTime|EpochTime|PrincipalTag\/.*|userid)$/i;

/**
 * Nobody, not even the root user, has access that the key policy does not give: a policy that nobody can change stays for ever.
 * KMS developer guide, "Default key policy". No remedy: whom the policy locks out cannot restore it, the guard included.
 */
export const policyUnmanageable = defineRule({
  id: 'policy-unmanageable',
  title: 'Nobody, or only named principals, can change the policy of a key',
  guard: 'policy-guard',
  severity: 'critical',
  watches: policyCalls,
  sweep: true,
  needs: ['policy', 'metadata'],
  remedy: null,
  controls: [],
  messages: {
    ...policyTexts,
    locked: 'Nobody in account {account} can change the key policy: only AWS Support can help',
    named:
      'Only principals that the policy names can change it, such as {principal}: when they are deleted the key is locked',
    perishable:
      'The account can change the key policy only while this holds: {dependsOn}. When it ends the key is locked',
    unfinished: 'It is unknown whether account {account} can change the key policy: the analysis did not finish',
  },
  remediation:
    'Give the account of the key back its statement (Principal arn:aws:iam::ACCOUNT:root, kms:*). ' +
    'If nobody can call PutKeyPolicy any more, open a case with AWS Support.',
  judge: (input) => judgePolicy(input, ({ analysis, zone }) => judgeLevel(analysis.manageability, zone.account)),
});

const judgeLevel = (manageability: Manageability, account: string): Verdict => {
  const { level, witness, dependsOn, undetermined } = manageability;
  const data = {
    level,
    account,
    principal: witness === null ? null : cut(witness.principal),
    dependsOn: listed(dependsOn),
  };
  if (undetermined) return { verdict: 'undetermined', message: 'unfinished', data };
  switch (level) {
    case 'robust':
      return compliant;
    case 'conditional':
      return dependsOn.some((key) => perishable.test(key))
        ? { verdict: 'violation', message: 'perishable', severity: 'low', data }
        : compliant;
    case 'named':
      return { verdict: 'violation', message: 'named', severity: 'medium', data };
    case 'locked':
      return { verdict: 'violation', message: 'locked', data };
  }
};
