import { defineRule, type Verdict } from './define-rule.ts';
import { accessTexts, accessVerdict } from './policy/access.ts';
import { asRemediedIfNew, gainedTexts } from './policy/gained.ts';
import { judgePolicy, policyCalls, policyTexts } from './policy/judge-policy.ts';

const outside = ['external', 'conditional'] as const;

/**
 * Whoever is named from outside the trust zone decides in his own account who uses the key.
 * KMS developer guide, "Allowing users in other accounts to use a KMS key".
 */
export const policyCrossAccount = defineRule({
  id: 'policy-cross-account',
  title: 'Somebody outside the trust zone can use a key',
  guard: 'policy-guard',
  severity: 'high',
  watches: policyCalls,
  sweep: true,
  needs: ['policy', 'metadata', 'policyHistory'],
  remedy: 'restoreKeyPolicy',
  controls: [],
  messages: {
    ...policyTexts,
    ...accessTexts,
    ...gainedTexts,
    open: 'The key policy lets in somebody outside the trust zone',
    unfinished:
      'It could not be excluded that somebody outside the trust zone gets in: the analysis did not finish, which counts as access',
  },
  remediation:
    'Take the statement away, or add the account, organization or network to `trust` in the configuration if it belongs inside.',
  judge: (input) =>
    judgePolicy(input, (read) => {
      const verdict = asNamed(
        accessVerdict(read, outside),
        read.analysis.access.some(({ who }) => who === 'external'),
      );
      return asRemediedIfNew(verdict, read, { facts: input.facts, classes: outside });
    }),
});

/** A network or an id that only the owner has is a weaker door than a foreign account: it needs to be stolen first. */
const asNamed = (verdict: Verdict, isNamed: boolean): Verdict =>
  verdict.verdict === 'violation' && !isNamed ? { ...verdict, severity: 'medium' } : verdict;
