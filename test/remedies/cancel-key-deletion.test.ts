import { describe, expect, it } from 'vitest';
import { known, unknown } from '../../shared/facts/facts.ts';
import { cancelKeyDeletion } from '../../shared/remedies/cancel-key-deletion.ts';
import { memoryKey, pending } from '../support/memory-key.ts';
import { memoryPorts } from '../support/memory-ports.ts';
import { keyArn } from '../support/records.ts';

const portsWith = (key = memoryKey({}, pending)) => memoryPorts({ keys: { [keyArn]: key } });

describe('cancelKeyDeletion', () => {
  it('re-reads, cancels and verifies', async () => {
    const ports = portsWith();
    expect(await cancelKeyDeletion(ports, keyArn)).toEqual({
      remedy: 'cancelKeyDeletion',
      outcome: 'done',
      detail: 'the key is Disabled',
    });
    expect(ports.kms.writes).toEqual([`CancelKeyDeletion ${keyArn}`]);
  });

  it('saves a multi-Region primary that waits for its replicas', async () => {
    const ports = portsWith(memoryKey({}, { keyState: 'PendingReplicaDeletion' }));
    expect(await cancelKeyDeletion(ports, keyArn)).toMatchObject({ outcome: 'done' });
  });

  it('writes nothing when the key is not pending deletion any more', async () => {
    const ports = portsWith(memoryKey());
    expect(await cancelKeyDeletion(ports, keyArn)).toMatchObject({ outcome: 'already-so' });
    expect(ports.kms.writes).toEqual([]);
  });

  it('does not take one look at a key as it was for a saved key', async () => {
    const ports = portsWith();
    let looks = 0;
    const behind = async (arn: string) => {
      looks += 1;
      const look = await ports.reader.describe(arn);
      return looks < 3 && look.known ? known({ ...look.value, keyState: 'Enabled' as const }) : look;
    };
    const blinking = { ...ports, reader: { ...ports.reader, describe: behind } };
    expect(await cancelKeyDeletion(blinking, keyArn)).toMatchObject({ outcome: 'done' });
  });

  it('refuses when the key is gone', async () => {
    expect(await cancelKeyDeletion(memoryPorts(), keyArn)).toMatchObject({ outcome: 'refused' });
  });

  it('tries all the same when the key cannot be described: cancelling is reversible', async () => {
    const ports = portsWith();
    const blind = {
      ...ports,
      reader: { ...ports.reader, describe: async () => unknown('access-denied', 'kms:DescribeKey is denied') },
    };
    expect(await cancelKeyDeletion(blind, keyArn)).toMatchObject({
      outcome: 'done',
      detail: expect.stringContaining('kms:DescribeKey'),
    });
    expect(ports.kms.keys.get(keyArn)?.metadata.keyState).toBe('Disabled');
  });

  it('says what is denied', async () => {
    const ports = portsWith();
    ports.kms.refuse.push({ ok: false, reason: 'access-denied', detail: 'kms:CancelKeyDeletion is denied' });
    expect(await cancelKeyDeletion(ports, keyArn)).toEqual({
      remedy: 'cancelKeyDeletion',
      outcome: 'failed',
      detail: 'kms:CancelKeyDeletion is denied',
    });
  });

  it('fails when KMS refuses and the key stays pending, within bounded time', async () => {
    const ports = portsWith();
    ports.kms.refuse.push({ ok: false, reason: 'invalid-state', detail: 'is not pending deletion' });
    const start = ports.clock.time;
    expect(await cancelKeyDeletion(ports, keyArn)).toMatchObject({
      outcome: 'failed',
      detail: 'the key is still PendingDeletion',
    });
    expect(ports.clock.time - start).toBeLessThan(20_000);
  });

  it('takes it for done by another when KMS refuses and the key is saved', async () => {
    const ports = portsWith();
    const key = ports.kms.keys.get(keyArn);
    ports.kms.before = (name) => {
      if (name === 'CancelKeyDeletion' && key !== undefined) key.metadata = { ...key.metadata, keyState: 'Disabled' };
    };
    expect(await cancelKeyDeletion(ports, keyArn)).toMatchObject({ outcome: 'already-so' });
  });

  it('waits for KMS to catch up before it believes a failure', async () => {
    const ports = portsWith();
    let looks = 0;
    const lagging = async (arn: string) => {
      looks += 1;
      const look = await ports.reader.describe(arn);
      return looks < 4 && look.known ? { ...look, value: { ...look.value, ...pending } } : look;
    };
    expect(await cancelKeyDeletion({ ...ports, reader: { ...ports.reader, describe: lagging } }, keyArn)).toMatchObject(
      {
        outcome: 'done',
      },
    );
    expect(looks).toBe(4);
  });
});
