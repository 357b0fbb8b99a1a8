import { describe, expect, test } from 'vitest';
import { type FactName, known, unknown } from '../../shared/facts/facts.ts';
import { gatherFacts, regionFacts } from '../../shared/facts/gather.ts';
import { type EventHistory, type KeyReader, RetryableFault } from '../../shared/ports.ts';
import { memoryKey, pending } from '../support/memory-key.ts';
import { type MemoryKey, memoryKms } from '../support/memory-kms.ts';
import { memoryLedger } from '../support/memory-ledger.ts';
import { goodTrail, memoryTrails } from '../support/memory-trails.ts';
import { account, keyArn, region } from '../support/perfect-key.ts';

const place = { account, region };
const mrkIn = (where: string) => `arn:aws:kms:${where}:${account}:key/mrk-0123456789abcdef0123456789abcdef`;
const [here, american, asian] = [mrkIn(region), mrkIn('us-east-1'), mrkIn('ap-south-1')];
const family = (type: 'PRIMARY' | 'REPLICA') => ({
  multiRegion: { type, primaryArn: here, replicaArns: [american, asian] },
});
const imported = { origin: 'EXTERNAL' };

type Some = { readonly reader?: Partial<KeyReader>; readonly history?: Partial<EventHistory> };

const gathered = async (
  name: FactName,
  keys: Readonly<Record<string, MemoryKey>>,
  { of = Object.keys(keys)[0] ?? '', ...some }: Some & { readonly of?: string } = {},
) => {
  const kms = memoryKms(keys);
  const calls: string[] = [];
  kms.before = (call) => void calls.push(call);
  const sources = {
    reader: { ...kms, ...some.reader },
    history: { ...kms, ...some.history },
    ledger: memoryLedger(),
  };
  return { facts: await gatherFacts({ keyArn: of, ...place, needs: new Set([name]), ...sources }), calls };
};

describe('the family of a primary', () => {
  const keys = {
    [here]: memoryKey({}, family('PRIMARY')),
    [american]: memoryKey({ tags: { owner: 'others' } }, { ...family('REPLICA'), keyState: 'Disabled' }),
    [asian]: memoryKey({}, family('REPLICA')),
  };

  test('each replica is described, and its policy and tags are read', async () => {
    const { facts, calls } = await gathered('family', keys);
    expect(facts.family).toMatchObject({
      known: true,
      value: [
        {
          keyArn: american,
          keyState: { value: 'Disabled' },
          tags: { value: { owner: 'others' } },
          policy: { value: '{}' },
        },
        { keyArn: asian, keyState: { value: 'Enabled' } },
      ],
    });
    expect(calls.toSorted()).toEqual([
      'DescribeKey',
      'DescribeKey',
      'DescribeKey',
      'GetKeyPolicy',
      'GetKeyPolicy',
      'ListResourceTags',
      'ListResourceTags',
    ]);
  });

  test('of a replica, or of a key of one Region, nobody is asked', async () => {
    for (const metadata of [family('REPLICA'), { multiRegion: null }]) {
      const { facts, calls } = await gathered('family', { [here]: memoryKey({}, metadata) });
      expect(facts.family).toEqual(known([]));
      expect(calls).toEqual(['DescribeKey']);
    }
  });

  test('a Region that is denied or gives no answer leaves its replica unknown, and no other', async () => {
    const blind = memoryKms(keys);
    const { facts } = await gathered('family', keys, {
      reader: {
        policy: async (arn) => (arn === american ? unknown('access-denied', 'no') : blind.policy(arn)),
        tags: async (arn) => {
          if (arn === american) throw new RetryableFault('kms:ListResourceTags gave no answer');
          return blind.tags(arn);
        },
      },
    });
    expect(facts.family).toMatchObject({
      value: [
        { keyState: { known: true }, policy: { reason: 'access-denied' }, tags: { reason: 'failed' } },
        { policy: { known: true }, tags: { known: true } },
      ],
    });
  });

  test('a bug in a port is never taken for an answer', async () => {
    const reader = { tags: () => Promise.reject(new TypeError('a bug')) };
    await expect(gathered('family', keys, { reader })).rejects.toThrow('a bug');
  });
});

describe('the last rotation', () => {
  test('of imported symmetric material is asked for', async () => {
    const key = memoryKey({ rotatedAt: '2026-10-01T00:00:00.000Z' }, imported);
    const { facts, calls } = await gathered('lastRotation', { [keyArn]: key });
    expect(facts.lastRotation).toEqual(known({ of: keyArn, at: '2026-10-01T00:00:00.000Z' }));
    expect(calls).toEqual(['DescribeKey', 'ListKeyRotations']);
  });

  test.each([
    ['a key that KMS rotates', {}],
    ['an asymmetric key', { ...imported, keySpec: 'RSA_2048' }],
    ['a key of a custom key store', { ...imported, customKeyStoreId: 'cks-1' }],
  ])('of %s is not', async (_name, metadata) => {
    const { facts, calls } = await gathered('lastRotation', { [keyArn]: memoryKey({}, metadata) });
    expect(facts.lastRotation).toMatchObject({ known: false, reason: 'unsupported' });
    expect(calls).toEqual(['DescribeKey']);
  });

  test("of a replica is its primary's; one that cannot be seen does not make the replica gone", async () => {
    const replica = memoryKey({ rotatedAt: null }, { ...imported, ...family('REPLICA') });
    const primary = memoryKey({ rotatedAt: '2026-10-01T00:00:00.000Z' }, { ...imported, ...family('PRIMARY') });
    const of = american;
    const { facts } = await gathered('lastRotation', { [american]: replica, [here]: primary }, { of });
    expect(facts.lastRotation).toEqual(known({ of: here, at: '2026-10-01T00:00:00.000Z' }));
    const alone = await gathered('lastRotation', { [american]: replica }, { of });
    expect(alone.facts.lastRotation).toMatchObject({ known: false, reason: 'failed' });
  });
});

describe('failed uses', () => {
  const use = (at: string) => ({ operation: 'Decrypt', at, actorArn: null, invokedBy: null, errorCode: 'x' });
  const uses = [use('2026-11-19T10:00:00.000Z'), use('2026-10-28T09:14:07.000Z'), use('2026-10-28T09:14:06.000Z')];
  const doomed = (metadata: Partial<MemoryKey['metadata']> = {}) => ({
    [keyArn]: memoryKey({ failedUses: uses }, { ...pending, ...metadata }),
  });

  test('count since a deletion at that date can have been scheduled: 30 days before', async () => {
    const { facts, calls } = await gathered('failedUses', doomed());
    expect(facts.failedUses).toEqual(known(uses.slice(0, 2)));
    expect(calls).toEqual(['DescribeKey', 'LookupEvents']);
  });

  test('all count where there is no date, as for a primary that waits for its replicas', async () => {
    const waiting = doomed({ keyState: 'PendingReplicaDeletion', deletionDate: null });
    expect((await gathered('failedUses', waiting)).facts.failedUses).toEqual(known(uses));
    expect((await gathered('failedUses', doomed({ deletionDate: '' }))).facts.failedUses).toEqual(known(uses));
  });

  test('of a key that nobody deletes nobody is asked', async () => {
    const { facts, calls } = await gathered('failedUses', { [keyArn]: memoryKey({ failedUses: uses }) });
    expect(facts.failedUses).toEqual(known([]));
    expect(calls).toEqual(['DescribeKey']);
  });

  test('a busy CloudTrail hides nothing else of the key', async () => {
    const history = { failedUses: () => Promise.reject(new RetryableFault('throttled')) };
    const { facts } = await gathered('failedUses', doomed(), { history });
    expect(facts.failedUses).toMatchObject({ known: false, reason: 'failed', detail: 'throttled' });
  });
});

describe('facts about a Region', () => {
  const busArn = 'arn:aws:events:eu-central-1:222233334444:event-bus/KmsGuard-members';
  const both: ReadonlySet<FactName> = new Set(['trails', 'forwarding']);
  const sources = {
    trails: memoryTrails(() => undefined),
    forwarding: { forwarding: async () => known({ busArn, rules: [] }) },
  };

  test('its trails and what passes its calls on, and no key', async () => {
    const facts = await regionFacts(place, sources, both);
    expect(facts).toMatchObject({ ...place, keyArn: '', trails: known([goodTrail]), metadata: { known: false } });
    expect(facts.forwarding).toEqual(known({ busArn, rules: [] }));
  });

  test('only what is needed is asked for; where nothing has to be passed on nobody is', async () => {
    const never = () => Promise.reject(new Error('was asked'));
    const refusing = { trails: { trails: never }, forwarding: { forwarding: never } };
    const facts = await regionFacts(place, refusing, new Set());
    expect([facts.trails, facts.forwarding]).toMatchObject([{ reason: 'not-fetched' }, { reason: 'not-fetched' }]);
    expect((await regionFacts(place, { ...sources, forwarding: null }, both)).forwarding).toEqual(known(null));
  });

  test('no answer is an unknown fact, and hides nothing else', async () => {
    const failing = () => Promise.reject(new RetryableFault('no answer'));
    const silent = { known: false, reason: 'failed', detail: 'no answer' };
    const noTrails = await regionFacts(place, { ...sources, trails: { trails: failing } }, both);
    expect([noTrails.trails, noTrails.forwarding]).toMatchObject([silent, { known: true }]);
    const deaf = await regionFacts(place, { ...sources, forwarding: { forwarding: failing } }, both);
    expect([deaf.trails, deaf.forwarding]).toMatchObject([{ known: true }, silent]);
  });
});
