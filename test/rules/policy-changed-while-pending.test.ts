import { unknown } from '../../shared/facts/facts.ts';
import { policyChangedWhilePending } from '../../shared/rules/policy-changed-while-pending.ts';
import { inputWith, pendingFacts, perfectFacts, scheduling, withMetadata, without } from '../support/perfect-key.ts';
import { putPolicy } from '../support/perfect-policy.ts';
import { reachesEveryText } from '../support/policy-columns.ts';
import { type Columns, twoColumns } from '../support/two-columns.ts';

const by = (changes: Partial<typeof putPolicy>, facts = pendingFacts) =>
  inputWith({ call: { ...putPolicy, ...changes }, facts });

const columns = {
  compliant: [
    { name: 'of a key in use', input: by({}, perfectFacts) },
    { name: 'the deletion was cancelled since', input: by({}, withMetadata(perfectFacts, { keyState: 'Disabled' })) },
    {
      name: 'a failed attempt',
      verdict: 'notApplicable',
      input: by({ failure: { errorCode: 'AccessDenied', errorMessage: null } }),
    },
    { name: 'a dry run', verdict: 'notApplicable', input: by({ dryRun: true }) },
    { name: 'another call', verdict: 'notApplicable', input: inputWith({ call: scheduling, facts: pendingFacts }) },
    { name: 'a sweep', verdict: 'notApplicable', input: inputWith({ facts: pendingFacts }) },
  ],
  violating: [
    {
      name: 'of a key that is pending deletion',
      message: 'changed',
      severity: 'critical',
      input: by({}),
      data: { keyState: 'PendingDeletion', deletionDate: '2026-12-20T09:14:07.000Z' },
    },
    {
      name: 'of a primary that waits for its replicas',
      message: 'changed',
      input: by({}, withMetadata(pendingFacts, { keyState: 'PendingReplicaDeletion', deletionDate: null })),
      data: { deletionDate: null },
    },
    {
      name: 'the state is unknown',
      verdict: 'undetermined',
      message: 'unreadable',
      severity: 'critical',
      input: by({}, without(pendingFacts, 'metadata')),
    },
    {
      name: 'the key is gone',
      verdict: 'undetermined',
      message: 'gone',
      input: by({}, { ...pendingFacts, metadata: unknown('not-found', 'no') }),
    },
  ],
} satisfies Columns;

twoColumns(policyChangedWhilePending, columns);
reachesEveryText(policyChangedWhilePending, columns.violating);
