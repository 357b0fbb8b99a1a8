import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type FactName, factNames, known, type StateChange, unknown } from '../../shared/facts/facts.ts';
import { type GatherInput, gatherFacts, offlineFacts } from '../../shared/facts/gather.ts';
import { RetryableFault } from '../../shared/ports.ts';
import { memoryKey } from '../support/memory-key.ts';
import { type MemoryKey, type MemoryKms, memoryKms } from '../support/memory-kms.ts';
import { memoryLedger } from '../support/memory-ledger.ts';
import { account, keyArn, primaryArn, region } from '../support/perfect-key.ts';

const place = { account, region };

/** Gathers from KMS in memory, and tells which calls that took. */
const gathered = async (
  needs: readonly FactName[],
  keys: Readonly<Record<string, MemoryKey>> = { [keyArn]: memoryKey({}, { keyState: 'Disabled' }) },
  changes: Partial<GatherInput> & { readonly spoil?: (kms: MemoryKms) => void } = {},
) => {
  const kms = memoryKms(keys);
  const calls: string[] = [];
  kms.before = (call) => {
    calls.push(call);
  };
  changes.spoil?.(kms);
  const sources = { reader: kms, history: kms, ledger: memoryLedger() };
  const { spoil: _, ...own } = changes;
  return { facts: await gatherFacts({ keyArn, ...place, needs: new Set(needs), ...sources, ...own }), calls };
};

const callOf: Readonly<Record<FactName, readonly string[]>> = {
  metadata: ['DescribeKey'],
  rotation: ['DescribeKey', 'GetKeyRotationStatus'],
  policy: ['GetKeyPolicy'],
  aliases: ['ListAliases'],
  tags: ['ListResourceTags'],
  grants: ['ListGrants'],
  lastUse: ['GetKeyLastUsage'],
  history: ['LookupEvents'],
  policyHistory: [],
  // The key of these tests is Disabled, of one Region, and KMS could rotate it: nobody need ask more.
  lastRotation: ['DescribeKey'],
  family: ['DescribeKey'],
  failedUses: ['DescribeKey'],
  // About the Region, not about a key.
  trails: [],
  forwarding: [],
};
const keyFacts = factNames.filter((name) => name !== 'trails' && name !== 'forwarding');
/** What has an answer for that key. */
const answered = keyFacts.filter((name) => name !== 'lastRotation');
const onMetadata = ['rotation', 'lastRotation', 'family', 'failedUses'];

describe('only what is needed', () => {
  test.each(answered)('%s', async (name) => {
    const { facts, calls } = await gathered([name]);
    expect(facts[name].known).toBe(true);
    expect(calls).toEqual(callOf[name]);
    const others = factNames.filter((other) => other !== name && !(onMetadata.includes(name) && other === 'metadata'));
    for (const other of others) expect(facts[other]).toMatchObject({ known: false, reason: 'not-fetched' });
  });

  test('any set of needs: each call once', async () => {
    await fc.assert(
      fc.asyncProperty(fc.subarray(answered), async (needs) => {
        const { facts, calls } = await gathered(needs);
        expect(new Set(calls)).toEqual(new Set(needs.flatMap((name) => callOf[name])));
        expect(calls).toHaveLength(new Set(calls).size);
        for (const name of needs) expect(facts[name].known).toBe(true);
      }),
    );
  });

  test('everything: what the key is', async () => {
    const key = memoryKey();
    const { facts } = await gathered(factNames, { [keyArn]: key });
    expect(facts).toMatchObject({
      keyArn,
      account,
      region,
      metadata: { value: key.metadata },
      rotation: { value: { ...key.rotation, of: keyArn, keyState: 'Enabled' } },
      aliases: { value: key.aliases },
      tags: { value: key.tags },
      lastUse: { value: key.lastUse },
    });
  });
});

describe('no key', () => {
  test('the record does not tell which: everything is unknown and nobody is asked', async () => {
    const { facts, calls } = await gathered(factNames, {}, { keyArn: null });
    for (const name of factNames) expect(facts[name]).toMatchObject({ known: false, reason: 'failed' });
    expect(calls).toEqual([]);
  });

  test('it is gone', async () => {
    const { facts } = await gathered(factNames, {});
    for (const name of keyFacts.filter((each) => each !== 'policyHistory')) {
      expect(facts[name]).toMatchObject({ known: false, reason: 'not-found' });
    }
    expect(facts.policyHistory).toEqual(known({ versions: [] }));
  });

  test('offline: everything is unknown', () => {
    const facts = offlineFacts({ keyArn, ...place });
    for (const name of factNames) expect(facts[name]).toMatchObject({ known: false, reason: 'offline' });
    expect(offlineFacts({ keyArn: null, ...place }).keyArn).toBe('');
  });
});

describe('rotation', () => {
  test.each([
    ['imported material', { origin: 'EXTERNAL' }],
    ['a custom key store', { customKeyStoreId: 'cks-1', origin: 'AWS_CLOUDHSM' }],
    ['an asymmetric key', { keySpec: 'RSA_2048', keyUsage: 'SIGN_VERIFY' }],
    ['an HMAC key', { keySpec: 'HMAC_256', keyUsage: 'GENERATE_VERIFY_MAC' }],
  ])('is not asked for %s', async (_name, metadata) => {
    const { facts, calls } = await gathered(['rotation'], { [keyArn]: memoryKey({}, metadata) });
    expect(facts.rotation).toMatchObject({ known: false, reason: 'unsupported' });
    expect(calls).toEqual(['DescribeKey']);
  });

  test.each(['PendingDeletion', 'PendingReplicaDeletion'] as const)(
    'is not asked while a key is %s',
    async (keyState) => {
      const { facts, calls } = await gathered(['rotation'], { [keyArn]: memoryKey({}, { keyState }) });
      expect(facts.rotation).toMatchObject({ known: false, reason: 'unsupported' });
      expect(calls).toEqual(['DescribeKey']);
    },
  );

  const replica = memoryKey(
    { rotation: { enabled: false, periodInDays: null, nextRotationDate: null } },
    { multiRegion: { type: 'REPLICA', primaryArn, replicaArns: [keyArn] } },
  );

  test("of a replica is its primary's", async () => {
    const primary = memoryKey({}, { keyState: 'PendingReplicaDeletion' });
    const { facts } = await gathered(['rotation'], { [keyArn]: replica, [primaryArn]: primary });
    expect(facts.rotation).toMatchObject({
      value: { of: primaryArn, enabled: false, keyState: 'PendingReplicaDeletion', periodInDays: 180 },
    });
  });

  test('of a replica whose primary cannot be seen is unknown, though the key itself is there', async () => {
    const { facts } = await gathered(['rotation'], { [keyArn]: replica });
    expect(facts.metadata.known).toBe(true);
    expect(facts.rotation).toMatchObject({
      known: false,
      reason: 'failed',
      detail: expect.stringContaining(primaryArn),
    });
  });
});

describe('history', () => {
  const first = { state: 'Enabled', at: '2026-11-01T10:00:00Z', actorArn: null, source: 'event-1' } as const;
  const second = { state: 'Disabled', at: '2026-11-02T10:00:00Z', actorArn: null, source: 'event-2' } as const;
  const third = { ...first, at: '2026-11-03T10:00:00Z', source: 'event-3' } as const;
  const rotation = { enabled: true, periodInDays: 180, at: '2026-11-01T10:00:00Z' };
  const ledgerWith = (stateChanges: readonly StateChange[]) => {
    const ledger = memoryLedger();
    ledger.keys.set(keyArn, { keyArn, stateChanges, rotation });
    return ledger;
  };
  const pendingWith = (changes: StateChange[]) => ({
    [keyArn]: memoryKey({ changes }, { keyState: 'PendingDeletion' }),
  });
  const needs = ['metadata', 'history'] as const;
  const noUses = { failedUses: async () => known([]) };
  const throttled = {
    ...noUses,
    stateChanges: async () => {
      throw new RetryableFault('throttled');
    },
  };

  test("of an Enabled key is the ledger's: CloudTrail is not asked", async () => {
    const { facts, calls } = await gathered(needs, { [keyArn]: memoryKey() }, { ledger: ledgerWith([second]) });
    expect(facts.history).toMatchObject({ known: true, value: { stateChanges: [second], rotation } });
    expect(calls).toEqual(['DescribeKey']);
  });

  test('the ledger knows no state: CloudTrail adds it', async () => {
    const { facts } = await gathered(needs, pendingWith([first]), { ledger: ledgerWith([]) });
    expect(facts.history).toEqual(known({ stateChanges: [first], rotation }));
  });

  test('an event that never came, or came late, is in CloudTrail: merged, each once, newest first', async () => {
    const keys = pendingWith([third, second]);
    const { facts } = await gathered(needs, keys, { ledger: ledgerWith([second, first]) });
    expect(facts.history).toEqual(known({ stateChanges: [third, second, first], rotation }));
  });

  test('a key that was just cancelled is Disabled, and still needs its history', async () => {
    const keys = { [keyArn]: memoryKey({ changes: [first] }, { keyState: 'Disabled' }) };
    const { facts } = await gathered(needs, keys);
    expect(facts.history).toEqual(known({ stateChanges: [first], rotation: null }));
  });

  test('neither tells', async () => {
    const history = { ...noUses, stateChanges: async () => unknown('access-denied', 'no') };
    const { facts } = await gathered(needs, pendingWith([]), { history });
    expect(facts.history).toMatchObject({ known: false, reason: 'access-denied' });
  });

  test('the ledger tells and CloudTrail does not: known, but only so far', async () => {
    const history = { ...noUses, stateChanges: async () => unknown('access-denied', 'no') };
    const { facts } = await gathered(needs, pendingWith([]), { history, ledger: ledgerWith([first]) });
    expect(facts.history).toEqual(known({ stateChanges: [first], rotation }, 'no'));
  });

  test('CloudTrail is too busy: the ledger is enough to go on, and without it the call is tried again', async () => {
    const { facts } = await gathered(needs, pendingWith([]), { history: throttled, ledger: ledgerWith([first]) });
    expect(facts.history).toEqual(known({ stateChanges: [first], rotation }, 'throttled'));
    await expect(gathered(needs, pendingWith([]), { history: throttled })).rejects.toThrow('throttled');
  });

  test('a bug in a port is never taken for an answer', async () => {
    const history = {
      ...noUses,
      stateChanges: async () => {
        throw new TypeError('a bug');
      },
    };
    const ledger = ledgerWith([first]);
    await expect(gathered(needs, pendingWith([]), { history, ledger })).rejects.toThrow('a bug');
  });

  test('a part of it says so', async () => {
    const history = { ...noUses, stateChanges: async () => known([first], 'not all') };
    const { facts } = await gathered(needs, pendingWith([]), { history });
    expect(facts.history).toEqual(known({ stateChanges: [first], rotation: null }, 'not all'));
  });
});

test('a fault that may pass is thrown, not taken for an answer', async () => {
  const fault = new RetryableFault('throttled');
  const spoil = (kms: MemoryKms): void => {
    kms.before = (call) => {
      if (call === 'ListGrants') throw fault;
    };
  };
  await expect(gathered(factNames, undefined, { spoil })).rejects.toBe(fault);
});

describe('policy history', () => {
  const version = (policy: string, source: string) => ({ policy, at: '2026-11-01T10:00:00Z', source, good: true });
  const ledgerWith = async (...versions: ReturnType<typeof version>[]) => {
    const ledger = memoryLedger();
    for (const each of versions) await ledger.learnPolicy({ keyArn, version: each });
    return ledger;
  };

  test('is what the ledger knew before the call in hand, newest first', async () => {
    const ledger = await ledgerWith(
      version('{"Id":"1"}', 'e1'),
      version('{"Id":"2"}', 'e2'),
      version('{"Id":"3"}', 'e3'),
    );
    const { facts } = await gathered(['policyHistory'], undefined, { ledger, eventID: 'e3' });
    expect(facts.policyHistory).toEqual(
      known({ versions: [version('{"Id":"2"}', 'e2'), version('{"Id":"1"}', 'e1')] }),
    );
  });

  test('holds the policy in force where an earlier event showed it already', async () => {
    const ledger = await ledgerWith(version('{}', 'e1'));
    const { facts } = await gathered(['policy', 'policyHistory'], undefined, { ledger, eventID: 'e2' });
    expect(facts.policy).toEqual(known('{}'));
    expect(facts.policyHistory).toEqual(known({ versions: [version('{}', 'e1')] }));
  });
});
