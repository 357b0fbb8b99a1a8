import { defineRule } from './define-rule.ts';
import { accessTexts, accessVerdict } from './policy/access.ts';
import { judgePolicy, policyCalls, policyTexts } from './policy/judge-policy.ts';

/**
 * Nobody may get in whom nothing ties to the owner's trust: who can construct the request decides, not which condition keys
 * are written down. KMS developer guide, "Key policies in AWS KMS"; KMS has no anonymous callers.
 */
export const policyPublic = defineRule({
  id: 'policy-public',
  title: 'Anyone with an AWS account can use a key',
  guard: 'policy-guard',
  severity: 'critical',
  watches: policyCalls,
  sweep: true,
  needs: ['policy', 'metadata'],
  remedy: 'restoreKeyPolicy',
  controls: ['SecurityHub KMS.5', 'Config KMS_KEY_POLICY_NO_PUBLIC_ACCESS'],
  messages: {
    ...policyTexts,
    ...accessTexts,
    open: 'The key policy lets in anyone with an AWS account',
    unfinished:
      'It could not be excluded that anyone with an AWS account gets in: the analysis did not finish, which counts as access',
  },
  remediation:
    'Name the accounts or roles that need the key, or tie the statement to your organization with aws:PrincipalOrgID. ' +
    'kms:ViaService, tags, MFA and the encryption context keep nobody out.',
  judge: (input) => judgePolicy(input, (read) => accessVerdict(read, ['public'])),
});
