import { type Facts, known, type Rotation, unknown } from '../../shared/facts/facts.ts';
import { rotationPeriodLong } from '../../shared/rules/rotation-period-long.ts';
import {
  configWith,
  inputWith,
  keyArn,
  perfectFacts,
  perfectRotation,
  primaryArn,
  startingRotation,
  withMetadata,
  without,
} from '../support/perfect-key.ts';
import { twoColumns } from '../support/two-columns.ts';

const every = (rotation: Partial<Rotation>): Facts => ({
  ...perfectFacts,
  rotation: known({ ...perfectRotation, ...rotation }),
});
const called = (facts: Facts, maximumPeriodInDays = 365) =>
  inputWith({ call: startingRotation, facts, config: configWith({}, { maximumPeriodInDays }) });
const replica = { multiRegion: { type: 'REPLICA', primaryArn, replicaArns: [] } } as const;

twoColumns(rotationPeriodLong, {
  compliant: [
    { name: 'the configured period', input: called(every({ periodInDays: 365 })) },
    { name: 'the configured period, in a sweep', input: inputWith({}) },
    { name: 'a longer one that is configured', input: called(every({ periodInDays: 2_560 }), 2_560) },
    {
      name: 'rotation is off: another rule looks at it',
      verdict: 'notApplicable',
      input: called(every({ enabled: false, periodInDays: null })),
    },
    {
      name: 'pending deletion',
      verdict: 'notApplicable',
      input: called(withMetadata(every({ periodInDays: 2_560 }), { keyState: 'PendingDeletion' })),
    },
    {
      name: 'an AWS managed key',
      verdict: 'notApplicable',
      input: called(withMetadata(every({ periodInDays: 2_560 }), { keyManager: 'AWS' })),
    },
    {
      name: 'a failed attempt',
      verdict: 'notApplicable',
      input: inputWith({
        facts: every({ periodInDays: 2_560 }),
        call: { ...startingRotation, failure: { errorCode: 'AccessDenied', errorMessage: null } },
      }),
    },
    {
      name: 'a dry run',
      verdict: 'notApplicable',
      input: inputWith({ facts: every({ periodInDays: 2_560 }), call: { ...startingRotation, dryRun: true } }),
    },
  ],
  violating: [
    {
      name: 'one day too long',
      message: 'long',
      severity: 'low',
      input: called(every({ periodInDays: 366 })),
      data: { of: keyArn, periodInDays: 366, maximumPeriodInDays: 365 },
    },
    {
      name: 'too long, found by a sweep',
      message: 'long',
      input: inputWith({ facts: every({ periodInDays: 2_560 }) }),
    },
    {
      name: 'a replica whose primary rotates too seldom',
      message: 'long',
      input: called(withMetadata(every({ of: primaryArn, periodInDays: 730 }), replica)),
      data: { of: primaryArn },
    },
    {
      name: 'KMS does not tell the period',
      verdict: 'undetermined',
      message: 'periodUnknown',
      input: called(every({ periodInDays: null })),
    },
    {
      name: 'rotation unknown',
      verdict: 'undetermined',
      message: 'unreadable',
      input: called(without(perfectFacts, 'rotation')),
    },
    {
      name: 'the key is gone',
      verdict: 'undetermined',
      message: 'gone',
      input: called({ ...perfectFacts, metadata: unknown('not-found', 'no such key') }),
    },
  ],
});
