import { known } from '../../shared/facts/facts.ts';
import { deletionAttempted } from '../../shared/rules/deletion-attempted.ts';
import type { JudgeInput } from '../../shared/rules/define-rule.ts';
import * as perfect from '../support/perfect-key.ts';
import { configWith, inputWith, perfectFacts, scheduling, without } from '../support/perfect-key.ts';
import { twoColumns } from '../support/two-columns.ts';

const denied = {
  ...scheduling,
  keyState: null,
  failure: { errorCode: 'AccessDenied', errorMessage: 'not authorized to perform kms:ScheduleKeyDeletion' },
};
const tried = (changes: Partial<JudgeInput> = {}) => inputWith({ call: denied, ...changes });

twoColumns(deletionAttempted, {
  compliant: [
    { name: 'a deletion that was scheduled', verdict: 'notApplicable', input: inputWith({ call: scheduling }) },
    {
      name: 'another call that failed',
      verdict: 'notApplicable',
      input: inputWith({ call: { ...perfect.disabling, failure: denied.failure } }),
    },
    { name: 'a sweep', verdict: 'notApplicable', input: inputWith({}) },
  ],
  violating: [
    {
      name: 'who tried, on which key, and why it failed',
      message: 'failed',
      severity: 'medium',
      input: tried(),
      data: {
        actor: perfect.perfectActor.arn,
        key: perfect.keyArn,
        errorCode: 'AccessDenied',
        errorMessage: denied.failure.errorMessage,
        reasons: [],
      },
    },
    {
      name: 'a dry run, worded apart',
      message: 'dryRun',
      severity: 'medium',
      input: tried({
        call: { ...denied, dryRun: true, failure: { errorCode: 'DryRunOperationException', errorMessage: null } },
      }),
      data: { errorMessage: null },
    },
    {
      name: 'a dry run without an error',
      message: 'dryRun',
      input: tried({ call: { ...denied, dryRun: true, failure: null } }),
      data: { errorCode: null },
    },
    {
      name: 'by root',
      message: 'failed',
      severity: 'high',
      input: tried({ call: { ...denied, actor: perfect.rootActor } }),
      data: { reasons: [{ id: 'rootActor', account: '111122223333' }] },
    },
    {
      name: 'on a key that a tag protects',
      message: 'failed',
      severity: 'high',
      input: tried({ facts: { ...perfectFacts, tags: known({ 'kms-guard:protected': 'yes' }) } }),
      data: { reasons: [{ id: 'protectedByTag' }] },
    },
    {
      name: 'on a key that the list protects',
      message: 'failed',
      severity: 'high',
      input: tried({ config: configWith({ protectedKeys: ['*'] }) }),
      data: { reasons: [{ id: 'protectedByList' }] },
    },
    {
      name: 'tags unknown',
      message: 'failed',
      severity: 'medium',
      input: tried({ facts: without(perfectFacts, 'tags') }),
    },
    {
      name: 'on something that is no key',
      message: 'failed',
      input: tried({ call: { ...denied, keyArn: null, keyId: 'alias/app' } }),
      data: { key: 'alias/app' },
    },
    {
      name: 'by a service',
      message: 'failed',
      input: tried({
        call: {
          ...denied,
          actor: { ...perfect.perfectActor, type: 'AWSService', arn: null, invokedBy: 'cloudformation.amazonaws.com' },
        },
      }),
      data: { actor: 'cloudformation.amazonaws.com' },
    },
    {
      name: 'a long name is cut',
      message: 'failed',
      input: tried({ call: { ...denied, keyArn: null, keyId: 'x'.repeat(1_000) } }),
      data: { key: `${'x'.repeat(299)}…` },
    },
  ],
});
