import type { Call } from '../../shared/calls/call.ts';
import { policyLockoutCheckBypassed } from '../../shared/rules/policy-lockout-check-bypassed.ts';
import { callBase, disabling, inputWith } from '../support/perfect-key.ts';
import { putPolicy } from '../support/perfect-policy.ts';
import { reachesEveryText } from '../support/policy-columns.ts';
import { type Columns, twoColumns } from '../support/two-columns.ts';

const by = (changes: Partial<typeof putPolicy>) => inputWith({ call: { ...putPolicy, ...changes } });
const bypass = { bypassPolicyLockoutSafetyCheck: true };
const creating: Call = {
  ...callBase,
  eventName: 'CreateKey',
  operation: 'CreateKey',
  policy: null,
  ...bypass,
  keySpec: null,
  keyUsage: null,
  origin: null,
  multiRegion: false,
};
const replicating: Call = {
  ...callBase,
  eventName: 'ReplicateKey',
  operation: 'ReplicateKey',
  replicaRegion: 'us-east-1',
  replicaArn: null,
  replicaPolicy: null,
  ...bypass,
};

const columns = {
  compliant: [
    { name: 'with the check', input: by({}) },
    {
      name: 'a new key with the check',
      input: inputWith({ call: { ...creating, bypassPolicyLockoutSafetyCheck: false } }),
    },
    {
      name: 'a failed attempt',
      verdict: 'notApplicable',
      input: by({ ...bypass, failure: { errorCode: 'AccessDenied', errorMessage: null } }),
    },
    { name: 'a dry run', verdict: 'notApplicable', input: by({ ...bypass, dryRun: true }) },
    { name: 'another call', verdict: 'notApplicable', input: inputWith({ call: disabling }) },
    { name: 'a sweep', verdict: 'notApplicable', input: inputWith({}) },
  ],
  violating: [
    {
      name: 'a policy put',
      message: 'bypassed',
      severity: 'medium',
      input: by(bypass),
      data: { operation: 'PutKeyPolicy' },
    },
    { name: 'a key made', message: 'bypassed', input: inputWith({ call: creating }), data: { operation: 'CreateKey' } },
    {
      name: 'a key replicated',
      message: 'bypassed',
      input: inputWith({ call: replicating }),
      data: { operation: 'ReplicateKey' },
    },
    {
      name: 'the request was left out',
      verdict: 'undetermined',
      message: 'omitted',
      input: by({ requestOmitted: true }),
    },
  ],
} satisfies Columns;

twoColumns(policyLockoutCheckBypassed, columns);
reachesEveryText(policyLockoutCheckBypassed, columns.violating);
