import { type Facts, type KeyState, known, unknown } from '../../shared/facts/facts.ts';
import { keyDisabled } from '../../shared/rules/key-disabled.ts';
import * as perfect from '../support/perfect-key.ts';
import {
  configWith,
  daysAgo,
  disabling,
  inputWith,
  perfectFacts,
  withMetadata,
  without,
} from '../support/perfect-key.ts';
import { twoColumns } from '../support/two-columns.ts';

const inState = (keyState: KeyState, facts: Partial<Facts> = {}) =>
  inputWith({ call: disabling, facts: withMetadata({ ...perfectFacts, ...facts }, { keyState }) });
const usedYesterday = known({ use: 'used' as const, at: daysAgo(1), operation: 'Decrypt' });

twoColumns(keyDisabled, {
  compliant: [
    { name: 'enabled again since', input: inState('Enabled') },
    { name: 'waits for its material', input: inState('PendingImport') },
    {
      name: 'scheduled for deletion since: another rule looks at it',
      verdict: 'notApplicable',
      input: inState('PendingDeletion'),
    },
    {
      name: 'a failed attempt',
      verdict: 'notApplicable',
      input: inputWith({ call: { ...disabling, failure: { errorCode: 'AccessDenied', errorMessage: null } } }),
    },
    { name: 'a dry run', verdict: 'notApplicable', input: inputWith({ call: { ...disabling, dryRun: true } }) },
    {
      name: 'a disabled key in a sweep',
      verdict: 'notApplicable',
      input: inputWith({ facts: withMetadata(perfectFacts, { keyState: 'Disabled' }) }),
    },
    { name: 'another call', verdict: 'notApplicable', input: inputWith({ call: perfect.scheduling }) },
  ],
  violating: [
    {
      name: 'an unused key',
      message: 'disabled',
      severity: 'medium',
      input: inState('Disabled'),
      data: { keyState: 'Disabled', reasons: [] },
    },
    { name: 'of a disconnected key store', message: 'disabled', input: inState('Unavailable') },
    {
      name: 'used yesterday',
      message: 'disabled',
      severity: 'high',
      input: inState('Disabled', { lastUse: usedYesterday }),
      data: { reasons: [{ id: 'usedRecently', days: 1 }] },
    },
    {
      name: 'protected by a tag',
      message: 'disabled',
      severity: 'high',
      input: inState('Disabled', { tags: known({ 'kms-guard:protected': '' }) }),
      data: { reasons: [{ id: 'protectedByTag' }] },
    },
    {
      name: 'protected by the list',
      message: 'disabled',
      severity: 'high',
      input: { ...inState('Disabled'), config: configWith({ protectedKeys: [perfect.keyArn] }) },
      data: { reasons: [{ id: 'protectedByList' }] },
    },
    {
      name: 'last use unknown: said, not raised',
      message: 'disabled',
      severity: 'medium',
      input: inState('Disabled', { lastUse: unknown('access-denied', 'no') }),
      data: { reasons: [{ id: 'lastUseUnknown' }] },
    },
    {
      name: 'the key cannot be described',
      verdict: 'undetermined',
      message: 'unreadable',
      input: inputWith({ call: disabling, facts: without(perfectFacts, 'metadata') }),
      data: { fact: 'metadata', reason: 'access-denied' },
    },
    {
      name: 'the key is gone',
      verdict: 'undetermined',
      message: 'gone',
      input: inputWith({ call: disabling, facts: { ...perfectFacts, metadata: unknown('not-found', 'no') } }),
    },
  ],
});
