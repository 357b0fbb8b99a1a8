import { describe, expect, it } from 'vitest';
import { known, unknown } from '../../shared/facts/facts.ts';
import { enableKeyRotation, planRotationPeriod } from '../../shared/remedies/enable-key-rotation.ts';
import { memoryKey } from '../support/memory-key.ts';
import { memoryPorts } from '../support/memory-ports.ts';
import { keyArn } from '../support/records.ts';

const off = { enabled: false, periodInDays: null, nextRotationDate: null };

describe('planRotationPeriod', () => {
  const before = (periodInDays: number | null) =>
    known({ stateChanges: [], rotation: { enabled: false, periodInDays, at: '2026-11-20T00:00:00Z' } });

  it.each([
    ['the period it had before', before(180), 365, 180],
    ['no longer than the configuration allows', before(700), 365, 365],
    ["KMS's default where nothing is known", before(null), 365, null],
    ['the maximum where the default would be too long', unknown('failed', ''), 180, 180],
  ])('is %s', (_, history, maximum, expected) => {
    expect(planRotationPeriod(history, maximum)).toBe(expected);
  });
});

describe('enableKeyRotation', () => {
  it('turns rotation on with the period, and verifies it', async () => {
    const ports = memoryPorts({ keys: { [keyArn]: memoryKey({ rotation: off }) } });
    expect(await enableKeyRotation(ports, keyArn, 180)).toEqual({
      remedy: 'enableKeyRotation',
      outcome: 'done',
      detail: 'rotation is on again, every 180 days',
    });
    expect(ports.kms.writes).toEqual([`EnableKeyRotation ${keyArn} 180`]);
  });

  it('writes nothing when rotation is on', async () => {
    const ports = memoryPorts({ keys: { [keyArn]: memoryKey() } });
    expect(await enableKeyRotation(ports, keyArn, 180)).toMatchObject({ outcome: 'already-so' });
    expect(ports.kms.writes).toEqual([]);
  });

  it.each(['Disabled', 'PendingDeletion', 'PendingReplicaDeletion', 'PendingImport', 'Unavailable'] as const)(
    'refuses a key that is %s',
    async (keyState) => {
      const ports = memoryPorts({ keys: { [keyArn]: memoryKey({ rotation: off }, { keyState }) } });
      expect(await enableKeyRotation(ports, keyArn, 180)).toMatchObject({ outcome: 'refused' });
      expect(ports.kms.writes).toEqual([]);
    },
  );

  it('fails when KMS denies it, and when rotation stays off', async () => {
    const ports = memoryPorts({ keys: { [keyArn]: memoryKey({ rotation: off }) } });
    ports.kms.refuse.push(
      { ok: false, reason: 'access-denied', detail: 'kms:EnableKeyRotation is denied' },
      { ok: true },
    );
    expect(await enableKeyRotation(ports, keyArn, null)).toMatchObject({
      outcome: 'failed',
      detail: 'kms:EnableKeyRotation is denied',
    });
    expect(await enableKeyRotation(ports, keyArn, null)).toMatchObject({ outcome: 'failed' });
  });
});
