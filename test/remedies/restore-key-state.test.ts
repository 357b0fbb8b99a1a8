import { describe, expect, it } from 'vitest';
import { known, type StateChange, unknown } from '../../shared/facts/facts.ts';
import { planRestore, restoreKeyState } from '../../shared/remedies/restore-key-state.ts';
import { memoryKey } from '../support/memory-key.ts';
import { memoryPorts } from '../support/memory-ports.ts';
import { keyArn } from '../support/records.ts';

const change = (state: StateChange['state'], at: string): StateChange => ({
  state,
  at,
  actorArn: null,
  source: `event-${at}`,
});
const history = (...stateChanges: StateChange[]) => known({ stateChanges, rotation: null });
const scheduledAt = Date.parse('2026-11-20T09:14:07Z');

describe('planRestore', () => {
  it('takes the last state before the deletion was scheduled, in whatever order it was learned', () => {
    const changes = [
      change('Enabled', '2026-01-01T00:00:00Z'),
      change('Disabled', '2026-03-01T00:00:00Z'),
      change('Enabled', '2026-02-01T00:00:00Z'),
    ];
    expect(planRestore(history(...changes), scheduledAt)).toMatchObject({ state: 'Disabled' });
    expect(planRestore(history(...changes.toReversed()), scheduledAt)).toMatchObject({ state: 'Disabled' });
  });

  it('takes Disabled where two changes share a second: CloudTrail does not tell which was later', () => {
    const changes = [change('Enabled', '2026-11-01T00:00:00Z'), change('Disabled', '2026-11-01T00:00:00Z')];
    expect(planRestore(history(...changes), scheduledAt)).toMatchObject({ state: 'Disabled' });
    expect(planRestore(history(...changes.toReversed()), scheduledAt)).toMatchObject({ state: 'Disabled' });
  });

  it('does not look at what came after', () => {
    const changes = [change('Enabled', '2026-11-01T00:00:00Z'), change('Disabled', '2026-11-20T09:15:00Z')];
    expect(planRestore(history(...changes), scheduledAt)).toMatchObject({ state: 'Enabled' });
  });

  it('does not guess', () => {
    expect(planRestore(history(), scheduledAt)).toMatchObject({ state: 'unknown' });
    expect(planRestore(history(change('Enabled', '2026-11-21T00:00:00Z')), scheduledAt)).toMatchObject({
      state: 'unknown',
    });
    expect(planRestore(unknown('access-denied', 'cloudtrail:LookupEvents is denied'), scheduledAt)).toEqual({
      state: 'unknown',
      why: 'cloudtrail:LookupEvents is denied',
    });
  });
});

describe('restoreKeyState', () => {
  const wasEnabled = planRestore(history(change('Enabled', '2026-01-01T00:00:00Z')), scheduledAt);
  const portsWith = (state: 'Enabled' | 'Disabled' | 'PendingImport' | 'PendingDeletion') =>
    memoryPorts({ keys: { [keyArn]: memoryKey({}, { keyState: state }) } });

  it('enables a key that was enabled, and verifies it', async () => {
    const ports = portsWith('Disabled');
    expect(await restoreKeyState(ports, keyArn, wasEnabled)).toMatchObject({ outcome: 'done' });
    expect(ports.kms.keys.get(keyArn)?.metadata.keyState).toBe('Enabled');
  });

  it('leaves a key disabled that was disabled', async () => {
    const ports = portsWith('Disabled');
    const plan = planRestore(history(change('Disabled', '2026-01-01T00:00:00Z')), scheduledAt);
    expect(await restoreKeyState(ports, keyArn, plan)).toMatchObject({ outcome: 'already-so' });
    expect(ports.kms.writes).toEqual([]);
  });

  it('leaves a key disabled when nothing shows its state, and says so', async () => {
    const ports = portsWith('Disabled');
    expect(await restoreKeyState(ports, keyArn, planRestore(history(), scheduledAt))).toMatchObject({
      outcome: 'refused',
      detail: expect.stringContaining('stays Disabled'),
    });
    expect(ports.kms.writes).toEqual([]);
  });

  it.each(['PendingImport', 'PendingDeletion'] as const)('refuses a key that is %s', async (state) => {
    const ports = portsWith(state);
    expect(await restoreKeyState(ports, keyArn, wasEnabled)).toMatchObject({ outcome: 'refused' });
    expect(ports.kms.writes).toEqual([]);
  });

  it.each(['PendingDeletion', 'Enabled'] as const)(
    'does not believe one look that still shows the key %s',
    async (state) => {
      const ports = portsWith('Disabled');
      let looks = 0;
      const behind = async (arn: string) => {
        looks += 1;
        const look = await ports.reader.describe(arn);
        return looks < 3 && look.known ? known({ ...look.value, keyState: state }) : look;
      };
      const blinking = { ...ports, reader: { ...ports.reader, describe: behind } };
      expect(await restoreKeyState(blinking, keyArn, wasEnabled)).toMatchObject({ outcome: 'done' });
      expect(ports.kms.keys.get(keyArn)?.metadata.keyState).toBe('Enabled');
    },
  );

  it('tries again while KMS still sees the key as pending', async () => {
    const ports = portsWith('Disabled');
    const lagging = { ok: false, reason: 'invalid-state', detail: 'is pending deletion' } as const;
    ports.kms.refuse.push(lagging, lagging);
    expect(await restoreKeyState(ports, keyArn, wasEnabled)).toMatchObject({ outcome: 'done' });
    expect(ports.kms.writes).toHaveLength(3);
  });

  it('says that the key is saved but still disabled when enabling is denied', async () => {
    const ports = portsWith('Disabled');
    ports.kms.refuse.push({ ok: false, reason: 'access-denied', detail: 'kms:EnableKey is denied' });
    expect(await restoreKeyState(ports, keyArn, wasEnabled)).toMatchObject({
      outcome: 'failed',
      detail: 'the key is saved but still disabled: kms:EnableKey is denied',
    });
  });
});
