import type { Call, CallOf } from '../calls/call.ts';
import { compliant, defineRule, notApplicable } from './define-rule.ts';
import { violation } from './reason.ts';

type Checked = CallOf<'PutKeyPolicy' | 'CreateKey' | 'ReplicateKey'>;

/**
 * KMS refuses a policy that its own caller could not change again; this parameter switches that off, and is how a key is locked.
 * KMS API reference, PutKeyPolicy, BypassPolicyLockoutSafetyCheck.
 */
export const policyLockoutCheckBypassed = defineRule({
  id: 'policy-lockout-check-bypassed',
  title: 'A key policy was put without the lockout safety check',
  guard: 'policy-guard',
  severity: 'medium',
  watches: ['PutKeyPolicy', 'CreateKey', 'ReplicateKey'],
  sweep: false,
  needs: [],
  remedy: null,
  controls: ['ControlTower CT.KMS.PV.3'],
  messages: {
    bypassed: '{operation} switched off the check that its caller can change the key policy again',
    omitted:
      'Whether {operation} switched off the lockout safety check is unknown: CloudTrail left the request out for its size',
  },
  remediation:
    'Put the policy again without BypassPolicyLockoutSafetyCheck. ' +
    'Prevent it with the condition key kms:BypassPolicyLockoutSafetyCheck in a service control policy.',
  judge: ({ call }) => {
    if (!isChecked(call) || call.failure !== null || call.dryRun) return notApplicable;
    const { operation } = call;
    if (call.bypassPolicyLockoutSafetyCheck) return violation('bypassed', { operation });
    return call.requestOmitted ? { verdict: 'undetermined', message: 'omitted', data: { operation } } : compliant;
  },
});

const isChecked = (call: Call | null): call is Checked => call !== null && 'bypassPolicyLockoutSafetyCheck' in call;
