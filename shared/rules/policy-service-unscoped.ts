import { defineRule } from './define-rule.ts';
import { accessTexts, accessVerdict } from './policy/access.ts';
import { asRemediedIfNew, gainedTexts } from './policy/gained.ts';
import { judgePolicy, policyCalls, policyTexts } from './policy/judge-policy.ts';

const deputies = ['service'] as const;

/**
 * A service acts for everybody: unless the statement ties it to the owner's resources, a stranger's resource uses the key
 * through it. IAM user guide, "The confused deputy problem"; KMS developer guide, "Permissions for AWS services".
 */
export const policyServiceUnscoped = defineRule({
  id: 'policy-service-unscoped',
  title: 'An AWS service can use a key on behalf of a stranger',
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
    open: 'The key policy lets an AWS service use the key for resources outside the trust zone',
    unfinished:
      'It could not be excluded that a service uses the key for resources outside the trust zone: the analysis did not finish, ' +
      'which counts as access',
  },
  remediation:
    'Add aws:SourceAccount or aws:SourceArn with your own account to the statement, or aws:SourceOrgID with your organization; ' +
    'without IfExists, which lets calls pass that carry no source.',
  judge: (input) =>
    judgePolicy(input, (read) =>
      asRemediedIfNew(accessVerdict(read, deputies), read, { facts: input.facts, classes: deputies }),
    ),
});
