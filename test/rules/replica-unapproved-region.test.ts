import type { CallOf } from '../../shared/calls/call.ts';
import { configSchema } from '../../shared/config/config.ts';
import { unknown } from '../../shared/facts/facts.ts';
import { replicaUnapprovedRegion } from '../../shared/rules/replica-unapproved-region.ts';
import { callBase, disabling, inputWith, keyArn, perfectFacts, withMetadata, without } from '../support/perfect-key.ts';
import { reachesEveryText } from '../support/policy-columns.ts';
import { type Columns, twoColumns } from '../support/two-columns.ts';

const approving = (...replicaRegions: readonly string[]) => configSchema.parse({ replicaRegions });
const call: CallOf<'ReplicateKey'> = {
  ...callBase,
  eventName: 'ReplicateKey',
  operation: 'ReplicateKey',
  replicaRegion: 'us-east-1',
  replicaArn: null,
  replicaPolicy: null,
  bypassPolicyLockoutSafetyCheck: false,
};
const family = (type: 'PRIMARY' | 'REPLICA', ...regions: readonly string[]) =>
  withMetadata(perfectFacts, {
    multiRegion: {
      type,
      primaryArn: keyArn,
      replicaArns: regions.map(
        (region) => `arn:aws:kms:${region}:111122223333:key/mrk-0123456789abcdef0123456789abcdef`,
      ),
    },
  });
const config = approving('eu-central-1');

const columns = {
  compliant: [
    {
      name: 'an approved Region',
      input: inputWith({
        call: { ...call, replicaRegion: 'eu-central-1' },
        facts: family('PRIMARY', 'eu-central-1'),
        config,
      }),
    },
    { name: 'approved replicas, in a sweep', input: inputWith({ facts: family('PRIMARY', 'eu-central-1'), config }) },
    { name: 'a primary without replicas', input: inputWith({ facts: family('PRIMARY'), config }) },
    {
      name: 'any Region is approved',
      verdict: 'notApplicable',
      input: inputWith({ call, facts: family('PRIMARY', 'us-east-1') }),
    },
    {
      name: 'the replica: its primary is flagged',
      verdict: 'notApplicable',
      input: inputWith({ facts: family('REPLICA', 'us-east-1'), config }),
    },
    { name: 'a key of one Region', verdict: 'notApplicable', input: inputWith({ config }) },
    {
      name: 'a failed attempt',
      verdict: 'notApplicable',
      input: inputWith({ call: { ...call, failure: { errorCode: 'AccessDenied', errorMessage: null } }, config }),
    },
    { name: 'a dry run', verdict: 'notApplicable', input: inputWith({ call: { ...call, dryRun: true }, config }) },
    {
      name: 'another call',
      verdict: 'notApplicable',
      input: inputWith({ call: disabling, facts: family('PRIMARY', 'us-east-1'), config }),
    },
  ],
  violating: [
    {
      name: 'replicated just now',
      message: 'replicated',
      severity: 'high',
      input: inputWith({ call, facts: family('PRIMARY', 'us-east-1'), config }),
      data: { regions: ['us-east-1'], approved: ['eu-central-1'] },
    },
    {
      name: 'replicated just now, and the metadata do not show it yet',
      message: 'replicated',
      input: inputWith({ call, facts: family('PRIMARY', 'eu-central-1'), config }),
      data: { regions: ['us-east-1'] },
    },
    {
      name: 'replicated just now, and the metadata are unknown',
      message: 'replicated',
      input: inputWith({ call, facts: without(perfectFacts, 'metadata'), config }),
    },
    {
      name: 'two Regions, found by a sweep',
      message: 'replicated',
      input: inputWith({ facts: family('PRIMARY', 'us-east-1', 'eu-central-1', 'ap-east-1'), config }),
      data: { regions: ['ap-east-1', 'us-east-1'] },
    },
    {
      name: 'an approved Region beside an earlier one that is not',
      message: 'replicated',
      input: inputWith({
        call: { ...call, replicaRegion: 'eu-central-1' },
        facts: family('PRIMARY', 'us-east-1'),
        config,
      }),
    },
    {
      name: 'neither the call nor the metadata tell',
      verdict: 'undetermined',
      message: 'unreadable',
      input: inputWith({
        call: { ...call, replicaRegion: null, requestOmitted: true },
        facts: without(perfectFacts, 'metadata'),
        config,
      }),
    },
    {
      name: 'an approved Region, but the other replicas are unknown',
      verdict: 'undetermined',
      message: 'unreadable',
      input: inputWith({
        call: { ...call, replicaRegion: 'eu-central-1' },
        facts: without(perfectFacts, 'metadata'),
        config,
      }),
    },
    {
      name: 'the key is gone',
      verdict: 'undetermined',
      message: 'gone',
      input: inputWith({ facts: { ...perfectFacts, metadata: unknown('not-found', 'no') }, config }),
    },
  ],
} satisfies Columns;

twoColumns(replicaUnapprovedRegion, columns);
reachesEveryText(replicaUnapprovedRegion, columns.violating);
