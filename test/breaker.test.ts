import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { configSchema } from '../shared/config/config.ts';
import { budgetOf } from '../shared/remedies/remedy-budget.ts';
import { remedyNames } from '../shared/remedies/remedy-names.ts';
import { enforceAll, guardOver } from './support/guard.ts';
import { memoryKey, pending } from './support/memory-key.ts';
import { type MemoryPorts, memoryPorts } from './support/memory-ports.ts';
import { body, keyArn, record, scheduleDeletion } from './support/records.ts';

const enabledBefore = [{ state: 'Enabled' as const, at: '2026-01-10T08:00:00Z', actorArn: null, source: 'created' }];
const victim = (n: number): string => keyArn.replace('0a1b2c3d', `0000000${n}`);
const victims = 3;

/** A key whose rotation somebody plays with, and keys that are to be deleted. */
const estate = (): MemoryPorts =>
  memoryPorts({
    keys: {
      [keyArn]: memoryKey(),
      ...Object.fromEntries(
        Array.from({ length: victims }, (_, n) => [victim(n), memoryKey({ changes: enabledBefore }, pending)] as const),
      ),
    },
  });

const guardsOver = (ports: MemoryPorts, remediesPerHour: number) => {
  const config = configSchema.parse({ ...enforceAll, safety: { remediesPerHour } });
  const rotation = guardOver(ports, { guard: 'rotation-guard', config });
  const deletion = guardOver(ports, { config });
  return {
    switchOff: async (eventID: string) => {
      const key = ports.kms.keys.get(keyArn);
      if (key !== undefined) key.rotation = { ...key.rotation, enabled: false };
      await rotation(body(record({ eventName: 'DisableKeyRotation', eventID })));
    },
    deleteVictim: (n: number) => deletion(body(scheduleDeletion({ key: victim(n), eventID: `deletion-${n}` }))),
  };
};

const cancelled = ({ kms }: MemoryPorts): readonly string[] =>
  kms.writes.filter((write) => write.startsWith('CancelKeyDeletion'));

type Deed = { readonly deed: 'rotation' | 'deletion'; readonly n: number };

const deed: fc.Arbitrary<Deed> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ deed: fc.constant('rotation' as const), n: fc.nat(30) }) },
  { weight: 1, arbitrary: fc.record({ deed: fc.constant('deletion' as const), n: fc.nat(victims - 1) }) },
);

describe('rescues of keys have a budget of their own', () => {
  it('to which saving a key belongs, and nothing else', () => {
    const rescues = remedyNames.filter((remedy) => budgetOf(remedy) === 'rescues');
    expect(rescues).toEqual(['cancelKeyDeletion', 'restoreKeyState']);
  });

  it('no sequence of other remedies, repeats among them, stops one; nor do rescues stop others', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(deed, { maxLength: 40 }),
        fc.integer({ min: 1, max: victims }),
        async (deeds, limit) => {
          const ports = estate();
          const { switchOff, deleteVictim } = guardsOver(ports, limit);
          for (const { deed: what, n } of deeds) {
            if (what === 'rotation') await switchOff(`rotation-${n}`);
            else await deleteVictim(n);
          }
          const distinct = (of: Deed['deed']) =>
            new Set(deeds.flatMap((each) => (each.deed === of ? [each.n] : []))).size;
          expect(cancelled(ports)).toHaveLength(Math.min(limit, distinct('deletion')));
          const switchedOn = ports.kms.writes.filter((write) => write.startsWith('EnableKeyRotation'));
          expect(switchedOn).toHaveLength(Math.min(limit, distinct('rotation')));
        },
      ),
      { numRuns: 60 },
    );
  });

  it('each trips by itself, and says which it is', async () => {
    const ports = estate();
    const { switchOff, deleteVictim } = guardsOver(ports, 1);
    for (const n of [1, 2, 3]) await switchOff(`rotation-${n}`);
    const told = () => ports.alerts.flatMap((alert) => (alert.kind === 'breaker' ? [alert.budget] : []));
    expect(told()).toEqual(['others']);
    for (const n of [0, 1, 2]) await deleteVictim(n);
    expect(told()).toEqual(['others', 'rescues']);
    expect(cancelled(ports)).toEqual([`CancelKeyDeletion ${victim(0)}`]);
  });
});
