import {
  type Fact,
  type FailedUse,
  type Grant,
  type KeyMetadata,
  type KeyState,
  known,
  type LastUse,
  type StateChange,
  unknown,
} from '../../shared/facts/facts.ts';
import type { EventHistory, KeyReader, KeyWriter, WriteResult } from '../../shared/ports.ts';

export type MemoryKey = {
  metadata: KeyMetadata;
  rotation: { enabled: boolean; periodInDays: number | null; nextRotationDate: string | null };
  policy: string;
  aliases: string[];
  tags: Record<string, string>;
  grants: Grant[];
  lastUse: LastUse;
  changes: StateChange[];
  failedUses: FailedUse[];
  /** When its material was last rotated; null: never. */
  rotatedAt: string | null;
};

export type MemoryKms = KeyReader &
  KeyWriter &
  EventHistory & {
    readonly keys: Map<string, MemoryKey>;
    /** Every write that was asked for, in order. */
    readonly writes: string[];
    /** The next writes are answered with these instead, first one first. */
    readonly refuse: WriteResult[];
    /** Called before every call, to inject crashes. */
    before: (call: string) => void;
  };

const isPending = (state: KeyState): boolean => state === 'PendingDeletion' || state === 'PendingReplicaDeletion';

/** KMS and its event history in memory, with the state table of the KMS developer guide. */
export const memoryKms = (keys: Readonly<Record<string, MemoryKey>> = {}): MemoryKms => {
  const kms: MemoryKms = {
    keys: new Map(Object.entries(keys)),
    writes: [],
    refuse: [],
    before: () => undefined,
    describe: async (keyArn) => read(kms, keyArn, 'DescribeKey', (key) => key.metadata),
    rotation: async (keyArn) =>
      read(kms, keyArn, 'GetKeyRotationStatus', (key) =>
        isPending(key.metadata.keyState) ? { ...key.rotation, enabled: false } : key.rotation,
      ),
    policy: async (keyArn) => read(kms, keyArn, 'GetKeyPolicy', (key) => key.policy),
    aliases: async (keyArn) => read(kms, keyArn, 'ListAliases', (key) => key.aliases),
    tags: async (keyArn) => read(kms, keyArn, 'ListResourceTags', (key) => key.tags),
    grants: async (keyArn) => read(kms, keyArn, 'ListGrants', (key) => key.grants),
    lastUse: async (keyArn) => read(kms, keyArn, 'GetKeyLastUsage', (key) => key.lastUse),
    lastRotation: async (keyArn) => read(kms, keyArn, 'ListKeyRotations', (key) => ({ at: key.rotatedAt })),
    failedUses: async (keyArn, since) =>
      read(kms, keyArn, 'LookupEvents', (key) => key.failedUses.filter(({ at }) => since === null || at >= since)),
    stateChanges: async (keyArn) => read(kms, keyArn, 'LookupEvents', (key) => key.changes),
    cancelKeyDeletion: async (keyArn) =>
      write(kms, `CancelKeyDeletion ${keyArn}`, (key) => {
        if (!isPending(key.metadata.keyState)) return false;
        key.metadata = { ...key.metadata, keyState: 'Disabled', deletionDate: null, pendingDeletionWindowInDays: null };
        return true;
      }),
    enableKey: async (keyArn) =>
      write(kms, `EnableKey ${keyArn}`, (key) => {
        if (key.metadata.keyState !== 'Enabled' && key.metadata.keyState !== 'Disabled') return false;
        key.metadata = { ...key.metadata, keyState: 'Enabled' };
        return true;
      }),
    enableKeyRotation: async (keyArn, periodInDays) =>
      write(kms, `EnableKeyRotation ${keyArn} ${periodInDays ?? 'default'}`, (key) => {
        if (key.metadata.keyState !== 'Enabled') return false;
        key.rotation = { ...key.rotation, enabled: true, periodInDays: periodInDays ?? 365 };
        return true;
      }),
    putKeyPolicy: async (keyArn, policy) =>
      write(kms, `PutKeyPolicy ${keyArn}`, (key) => {
        key.policy = policy;
        return true;
      }),
    revokeGrant: async (keyArn, grantId) => {
      const isThere = kms.keys.get(keyArn)?.grants.some((grant) => grant.grantId === grantId) ?? false;
      if (!isThere) kms.refuse.unshift({ ok: false, reason: 'not-found', detail: `no grant ${grantId}` });
      return write(kms, `RevokeGrant ${keyArn} ${grantId}`, (key) => {
        key.grants = key.grants.filter((grant) => grant.grantId !== grantId);
        return true;
      });
    },
  };
  return kms;
};

const read = <T>(kms: MemoryKms, keyArn: string, call: string, take: (key: MemoryKey) => T): Fact<T> => {
  kms.before(call);
  const key = kms.keys.get(keyArn);
  return key === undefined ? unknown('not-found', `NotFoundException: ${keyArn} does not exist`) : known(take(key));
};

const write = (kms: MemoryKms, call: string, change: (key: MemoryKey) => boolean): WriteResult => {
  const [name = '', keyArn = ''] = call.split(' ');
  kms.before(name);
  kms.writes.push(call);
  const refused = kms.refuse.shift();
  if (refused !== undefined) return refused;
  const key = kms.keys.get(keyArn);
  if (key === undefined) return { ok: false, reason: 'not-found', detail: `${keyArn} does not exist` };
  return change(key)
    ? { ok: true }
    : { ok: false, reason: 'invalid-state', detail: `${keyArn} is ${key.metadata.keyState}` };
};
