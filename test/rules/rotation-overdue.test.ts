import { type Facts, type KeyMetadata, known, unknown } from '../../shared/facts/facts.ts';
import { rotationOverdue } from '../../shared/rules/rotation-overdue.ts';
import { daysAgo, keyArn, primaryArn } from '../support/perfect-key.ts';
import { reachesEveryText } from '../support/policy-columns.ts';
import { notSwept, swept, undescribed } from '../support/sweep-columns.ts';
import { type Columns, twoColumns } from '../support/two-columns.ts';

const signing = { keySpec: 'RSA_2048', keyUsage: 'SIGN_VERIFY' };
const aged = (days: number, some: Partial<KeyMetadata> = {}, facts: Partial<Facts> = {}) =>
  swept({ aliases: known(['alias/signer']), ...facts }, { ...signing, creationDate: daysAgo(days), ...some });
const member = (type: 'PRIMARY' | 'REPLICA') => ({ multiRegion: { type, primaryArn, replicaArns: [] } });
const imported = { keySpec: 'SYMMETRIC_DEFAULT', keyUsage: 'ENCRYPT_DECRYPT', origin: 'EXTERNAL' };
const rotated = (days: number) => ({ lastRotation: known({ of: keyArn, at: daysAgo(days) }) });
const symmetric = { keySpec: 'SYMMETRIC_DEFAULT', keyUsage: 'ENCRYPT_DECRYPT' };

const columns = {
  compliant: [
    { name: 'a signing key one day short of the period', input: aged(364) },
    { name: 'the key that took the place of an old one, behind the same alias', input: aged(0) },
    {
      name: 'young, aliases unknown: they decide nothing',
      input: aged(10, {}, { aliases: unknown('access-denied', 'no') }),
    },
    {
      name: 'older, but the configuration waits longer',
      input: swept({}, { ...signing, creationDate: daysAgo(400) }, { rotation: { manualPeriodInDays: 401 } }),
    },
    { name: 'a young primary', input: aged(364, member('PRIMARY')) },
    {
      name: 'a young replica, of older material perhaps',
      verdict: 'notApplicable',
      input: aged(364, member('REPLICA')),
    },
    { name: 'a key that KMS can rotate', verdict: 'notApplicable', input: aged(400, symmetric) },
    {
      name: 'imported, and rotated on demand one day short of the period ago',
      input: aged(900, imported, rotated(364)),
    },
    {
      name: 'the same, without an alias: it is its own successor',
      input: aged(900, imported, { ...rotated(10), aliases: known([]) }),
    },
    {
      name: 'a replica of imported material that was rotated at its primary',
      input: aged(
        900,
        { ...imported, ...member('REPLICA') },
        { lastRotation: known({ of: primaryArn, at: daysAgo(3) }) },
      ),
    },
    {
      name: 'imported lately: nobody need know of rotations',
      input: aged(10, imported, { lastRotation: unknown('access-denied', 'no') }),
    },
    { name: 'disabled', verdict: 'notApplicable', input: aged(400, { keyState: 'Disabled' }) },
    {
      name: 'without its material',
      verdict: 'notApplicable',
      input: aged(400, { keyState: 'PendingImport', origin: 'EXTERNAL' }),
    },
    ...notSwept(aged(400)),
  ],
  violating: [
    {
      name: 'a signing key of the period',
      message: 'overdue',
      severity: 'low',
      input: aged(365),
      data: { days: 365, manualPeriodInDays: 365, aliases: ['alias/signer'], keySpec: 'RSA_2048', origin: 'AWS_KMS' },
    },
    {
      name: 'an HMAC key',
      message: 'overdue',
      input: aged(400, { keySpec: 'HMAC_256' }),
      data: { keySpec: 'HMAC_256' },
    },
    {
      name: 'a key of a custom key store',
      message: 'overdue',
      input: aged(400, { ...symmetric, origin: 'AWS_CLOUDHSM', customKeyStoreId: 'cks-1' }),
      data: { origin: 'AWS_CLOUDHSM' },
    },
    {
      name: 'imported and asymmetric: no rotation on demand',
      message: 'overdue',
      input: aged(400, { origin: 'EXTERNAL' }),
    },
    { name: 'a replica that is itself too old', message: 'overdue', input: aged(400, member('REPLICA')) },
    { name: 'its key store is disconnected', message: 'overdue', input: aged(400, { keyState: 'Unavailable' }) },
    {
      name: 'a stricter configuration',
      message: 'overdue',
      input: swept(
        { aliases: known(['alias/signer']) },
        { ...signing, creationDate: daysAgo(90) },
        { rotation: { manualPeriodInDays: 90 } },
      ),
      data: { manualPeriodInDays: 90 },
    },
    {
      name: 'no alias: perhaps another key took its place',
      verdict: 'undetermined',
      message: 'unaliased',
      input: aged(400, {}, { aliases: known([]) }),
    },
    {
      name: 'imported and symmetric, never rotated',
      message: 'overdue',
      input: aged(400, imported),
      data: { days: 400, rotatedAt: null, origin: 'EXTERNAL' },
    },
    {
      name: 'imported and symmetric, last rotated the period ago',
      message: 'rotatedLongAgo',
      input: aged(900, imported, rotated(365)),
      data: { days: 365, rotatedAt: daysAgo(365), aliases: ['alias/signer'] },
    },
    {
      name: 'rotations of a key that cannot be rotated on demand do not count',
      message: 'overdue',
      input: aged(400, {}, rotated(3)),
    },
    {
      name: 'its rotations are unknown',
      verdict: 'undetermined',
      message: 'unreadable',
      input: aged(400, imported, { lastRotation: unknown('access-denied', 'kms:ListKeyRotations') }),
      data: { fact: 'last rotation', reason: 'access-denied' },
    },
    {
      name: 'rotated nobody knows when',
      verdict: 'undetermined',
      message: 'undated',
      input: aged(400, imported, { lastRotation: known({ of: keyArn, at: 'lately' }) }),
      data: { date: 'lately' },
    },
    {
      name: 'aliases unknown',
      verdict: 'undetermined',
      message: 'unreadable',
      input: aged(400, {}, { aliases: unknown('access-denied', 'kms:ListAliases') }),
      data: { fact: 'aliases', reason: 'access-denied' },
    },
    {
      name: 'made nobody knows when',
      verdict: 'undetermined',
      message: 'undated',
      input: aged(0, { creationDate: '' }),
    },
    ...undescribed(),
  ],
} satisfies Columns;

twoColumns(rotationOverdue, columns);
reachesEveryText(rotationOverdue, columns.violating);
