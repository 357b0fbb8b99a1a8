import { deletionWindowShort } from '../../shared/rules/deletion-window-short.ts';
import { configWith, disabling, inputWith, pendingFacts, scheduling } from '../support/perfect-key.ts';
import { twoColumns } from '../support/two-columns.ts';

const scheduled = (changes: Partial<typeof scheduling>, minimumWindowInDays = 30) =>
  inputWith({
    call: { ...scheduling, ...changes },
    facts: pendingFacts,
    config: configWith({ minimumWindowInDays }),
  });

twoColumns(deletionWindowShort, {
  compliant: [
    { name: 'the configured window', input: scheduled({ pendingWindowInDays: 30 }) },
    { name: 'no window: KMS takes 30 days', input: scheduled({ pendingWindowInDays: null }) },
    { name: 'a configured shorter minimum, to the day', input: scheduled({ pendingWindowInDays: 14 }, 14) },
    {
      name: 'a failed attempt',
      verdict: 'notApplicable',
      input: scheduled({ pendingWindowInDays: 7, failure: { errorCode: 'AccessDenied', errorMessage: null } }),
    },
    { name: 'a dry run', verdict: 'notApplicable', input: scheduled({ pendingWindowInDays: 7, dryRun: true }) },
    { name: 'another call', verdict: 'notApplicable', input: inputWith({ call: disabling }) },
    { name: 'a sweep', verdict: 'notApplicable', input: inputWith({ facts: pendingFacts }) },
  ],
  violating: [
    {
      name: 'one day short',
      message: 'short',
      input: scheduled({ pendingWindowInDays: 29 }),
      data: { days: 29, minimumWindowInDays: 30 },
      severity: 'high',
    },
    {
      name: 'the shortest window',
      message: 'short',
      input: scheduled({ pendingWindowInDays: 7 }, 8),
      data: { days: 7, minimumWindowInDays: 8 },
    },
    {
      name: 'the request was left out',
      verdict: 'undetermined',
      message: 'omitted',
      input: scheduled({ pendingWindowInDays: null, requestOmitted: true }),
    },
  ],
});
