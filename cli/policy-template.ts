import { analyze, type PolicyAnalysis, type PolicyFinding, type TrustZone } from '../shared/policy/index.ts';
import { readJson } from '../shared/policy/read-json.ts';
import { cloudFormationKeys } from '../shared/policy/templates/cloudformation.ts';
import type { TemplateKey } from '../shared/policy/templates/template-key.ts';
import { terraformKeys } from '../shared/policy/templates/terraform.ts';
import { errorText } from './policy-input.ts';

export type CheckedKey = {
  readonly name: string;
  /** Null: the whole policy is known only at deployment, or KMS would refuse it. */
  readonly analysis: PolicyAnalysis | null;
  readonly findings: readonly TemplateFinding[];
};

/** A finding of the policy rules, or of a rule about the key itself that a template already shows. */
export type TemplateFinding = Omit<PolicyFinding, 'rule'> & { readonly rule: string };

type Scope = { readonly zone: TrustZone; readonly keyArn: string | null; readonly minimumWindowInDays: number };

/** Every key of a CloudFormation template or a Terraform plan; null when the text is neither. */
export const checkTemplate = (text: string, scope: Scope): readonly CheckedKey[] | null => {
  const reading = readJson(text);
  if (reading.kind === 'error') return null;
  const [, partition = 'aws', , region = null] = scope.keyArn?.split(':') ?? [];
  const owner = { account: scope.zone.account, partition };
  const keys = cloudFormationKeys(reading.value, { ...owner, region }) ?? terraformKeys(reading.value, owner);
  return keys?.map((key) => check(key, scope)) ?? null;
};

const check = (key: TemplateKey, scope: Scope): CheckedKey => {
  const own = keyFindings(key, scope.minimumWindowInDays);
  const { policy } = key;
  if (policy.kind === 'refused') {
    const refused = finding('policy-invalid', 'high', `KMS refuses this policy: ${errorText(policy.errors)}`);
    return { name: key.name, analysis: null, findings: [refused, ...own] };
  }
  if (policy.kind === 'unknown') return { name: key.name, analysis: null, findings: [undetermined([]), ...own] };
  // The key has no ARN yet: a statement about an explicit one may be about it.
  const analysis = analyze(policy.policy, scope.zone, { keyArn: null });
  // Who can change the policy is not known while a statement is missing.
  const known =
    policy.unknown.length === 0
      ? analysis.findings
      : analysis.findings.filter((one) => one.rule !== 'policy-unmanageable');
  const missing = policy.unknown.length === 0 ? [] : [undetermined(policy.unknown)];
  return { name: key.name, analysis, findings: [...known, ...missing, ...own] };
};

const finding = (rule: string, severity: PolicyFinding['severity'], message: string): TemplateFinding => ({
  rule,
  verdict: 'violation',
  severity,
  message,
  data: {},
});

const undetermined = (paths: readonly string[]): TemplateFinding => ({
  rule: 'policy-public',
  verdict: 'undetermined',
  severity: 'medium',
  message: `What stands at ${paths.length === 0 ? 'the policy' : paths.join(', ')} is known only at deployment`,
  data: { unknown: paths },
});

const keyFindings = (key: TemplateKey, minimum: number): readonly TemplateFinding[] => [
  ...(key.rotates && key.rotation === false
    ? [finding('rotation-disabled', 'medium', 'The key does not rotate: set automatic rotation')]
    : []),
  ...(key.windowInDays !== null && key.windowInDays < minimum
    ? [finding('deletion-window-short', 'high', `A deletion would wait ${key.windowInDays} days, not ${minimum}`)]
    : []),
  ...(key.retained === 'no'
    ? [
        finding(
          'key-not-retained',
          'medium',
          'The key is scheduled for deletion with its stack: set DeletionPolicy to Retain',
        ),
      ]
    : []),
];
