import { type Facts, type KeyMetadata, known, type Rotation, unknown } from '../../shared/facts/facts.ts';
import { rotationDisabled } from '../../shared/rules/rotation-disabled.ts';
import {
  inputWith,
  perfectFacts,
  perfectRotation,
  primaryArn,
  stoppingRotation,
  withMetadata,
  without,
} from '../support/perfect-key.ts';
import { twoColumns } from '../support/two-columns.ts';

const off = (rotation: Partial<Rotation> = {}): Facts => ({
  ...perfectFacts,
  rotation: known({ ...perfectRotation, enabled: false, periodInDays: null, ...rotation }),
});
const called = (facts: Facts) => inputWith({ call: stoppingRotation, facts });
const offWith = (metadata: Partial<KeyMetadata>) => called(withMetadata(off(), metadata));
const replica = { multiRegion: { type: 'REPLICA', primaryArn, replicaArns: [] } } as const;

twoColumns(rotationDisabled, {
  compliant: [
    { name: 'rotation is on again', input: called(perfectFacts) },
    { name: 'rotation is on, in a sweep', input: inputWith({}) },
    {
      name: 'a replica whose primary rotates',
      input: called(
        withMetadata({ ...perfectFacts, rotation: known({ ...perfectRotation, of: primaryArn }) }, replica),
      ),
    },
    {
      name: 'a replica whose primary is pending deletion, though read as on',
      input: called(
        withMetadata(
          { ...perfectFacts, rotation: known({ ...perfectRotation, of: primaryArn, keyState: 'PendingDeletion' }) },
          replica,
        ),
      ),
    },
    {
      name: 'an asymmetric key',
      verdict: 'notApplicable',
      input: offWith({ keySpec: 'RSA_2048', keyUsage: 'SIGN_VERIFY' }),
    },
    { name: 'an HMAC key', verdict: 'notApplicable', input: offWith({ keySpec: 'HMAC_256' }) },
    { name: 'imported material', verdict: 'notApplicable', input: offWith({ origin: 'EXTERNAL' }) },
    {
      name: 'a custom key store',
      verdict: 'notApplicable',
      input: offWith({ origin: 'AWS_CLOUDHSM', customKeyStoreId: 'cks-1' }),
    },
    { name: 'an external key store', verdict: 'notApplicable', input: offWith({ origin: 'EXTERNAL_KEY_STORE' }) },
    { name: 'an AWS managed key', verdict: 'notApplicable', input: offWith({ keyManager: 'AWS' }) },
    {
      name: 'pending deletion: KMS reads it as off',
      verdict: 'notApplicable',
      input: offWith({ keyState: 'PendingDeletion' }),
    },
    {
      name: 'waiting for its replicas to be deleted',
      verdict: 'notApplicable',
      input: offWith({ keyState: 'PendingReplicaDeletion' }),
    },
    { name: 'a disabled key', verdict: 'notApplicable', input: offWith({ keyState: 'Disabled' }) },
    {
      name: 'rotation not asked, as it is unsupported',
      verdict: 'notApplicable',
      input: called(
        withMetadata({ ...perfectFacts, rotation: unknown('unsupported', 'imported') }, { origin: 'EXTERNAL' }),
      ),
    },
    {
      name: 'a failed attempt',
      verdict: 'notApplicable',
      input: inputWith({
        facts: off(),
        call: { ...stoppingRotation, failure: { errorCode: 'AccessDenied', errorMessage: null } },
      }),
    },
    {
      name: 'a dry run',
      verdict: 'notApplicable',
      input: inputWith({ facts: off(), call: { ...stoppingRotation, dryRun: true } }),
    },
  ],
  violating: [
    { name: 'switched off', message: 'off', severity: 'medium', input: called(off()) },
    { name: 'found off by a sweep', message: 'off', input: inputWith({ facts: off() }) },
    {
      name: 'a replica whose primary does not rotate',
      message: 'offAtPrimary',
      input: called(withMetadata(off({ of: primaryArn }), replica)),
      data: { of: primaryArn },
    },
    {
      name: 'a replica whose primary is pending deletion: nobody can tell',
      verdict: 'undetermined',
      message: 'primaryPending',
      input: called(withMetadata(off({ of: primaryArn, keyState: 'PendingReplicaDeletion' }), replica)),
      data: { of: primaryArn, keyState: 'PendingReplicaDeletion' },
    },
    {
      name: 'rotation unknown',
      verdict: 'undetermined',
      message: 'unreadable',
      input: called(without(perfectFacts, 'rotation')),
      data: { fact: 'rotation', reason: 'access-denied' },
    },
    {
      name: 'metadata unknown',
      verdict: 'undetermined',
      message: 'unreadable',
      input: called(without(perfectFacts, 'metadata')),
      data: { fact: 'metadata' },
    },
    {
      name: 'the key is gone',
      verdict: 'undetermined',
      message: 'gone',
      input: called({ ...perfectFacts, metadata: unknown('not-found', 'no such key') }),
    },
  ],
});
