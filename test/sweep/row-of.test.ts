import { describe, expect, test } from 'vitest';
import { type Facts, known, unknown } from '../../shared/facts/facts.ts';
import { rowOf, unreadRow } from '../../shared/sweep/row-of.ts';
import { pendingFacts, perfectFacts, withMetadata } from '../support/perfect-key.ts';

const denied = unknown('access-denied', 'kms:DescribeKey is not permitted');
const rowWith = (some: Partial<Facts>) => rowOf({ ...perfectFacts, ...some }, null);

describe('the row of a key', () => {
  test('shows what the look showed', () => {
    const { metadata, rotation, tags, aliases, lastUse } = perfectFacts;
    if (!metadata.known || !rotation.known || !tags.known || !aliases.known || !lastUse.known) throw new Error('facts');
    expect(rowOf(perfectFacts, null)).toEqual({
      keyArn: perfectFacts.keyArn,
      account: perfectFacts.account,
      region: perfectFacts.region,
      aliases: aliases.value,
      state: 'Enabled',
      keySpec: 'SYMMETRIC_DEFAULT',
      keyUsage: 'ENCRYPT_DECRYPT',
      origin: 'AWS_KMS',
      multiRegion: 'none',
      created: metadata.value.creationDate,
      deletionDate: null,
      rotation: 'on',
      rotationPeriodInDays: rotation.value.periodInDays,
      lastUse: lastUse.value,
      tags: tags.value,
      monthlyCostInUsd: null,
    });
  });

  test('what could not be read is null, and never empty', () => {
    const names = ['metadata', 'rotation', 'tags', 'aliases', 'lastUse'] as const;
    const blind = Object.fromEntries(names.map((name) => [name, denied]));
    expect(rowWith(blind)).toEqual(unreadRow(perfectFacts));
  });

  test('rotation is on, off, unsupported, or unknown while the key is pending deletion', () => {
    const { rotation } = perfectFacts;
    if (!rotation.known) throw new Error('rotation');
    const off = rowWith({ rotation: known({ ...rotation.value, enabled: false, periodInDays: 365 }) });
    expect(off).toMatchObject({ rotation: 'off', rotationPeriodInDays: null });
    const asymmetric = withMetadata(perfectFacts, { keySpec: 'RSA_2048' });
    expect(rowOf({ ...asymmetric, rotation: denied }, null).rotation).toBe('unsupported');
    const pending = { ...pendingFacts, rotation: known({ ...rotation.value, keyState: 'PendingDeletion' as const }) };
    expect(rowOf(pending, null)).toMatchObject({ rotation: null, state: 'PendingDeletion' });
  });

  test('a key costs a dollar where it never rotates, nothing while it is pending, and else it is not known', () => {
    expect(rowOf(perfectFacts, null).monthlyCostInUsd).toBeNull();
    expect(rowOf(pendingFacts, null).monthlyCostInUsd).toBe(0);
    expect(rowOf(withMetadata(perfectFacts, { keySpec: 'HMAC_256' }), null).monthlyCostInUsd).toBe(1);
    expect(rowWith({ metadata: denied }).monthlyCostInUsd).toBeNull();
  });

  test('the last use is what the ledger knows where it was not asked for', () => {
    const answer = { use: 'used', at: '2026-11-01T00:00:00.000Z', operation: 'Decrypt' } as const;
    const record = { keyArn: perfectFacts.keyArn, stateChanges: [], rotation: null };
    const asked = { ...record, lastUse: { answer, askedAt: '2026-11-02T02:00:00.000Z' } };
    const facts = { ...perfectFacts, lastUse: unknown('not-fetched', 'left for a later run') };
    expect(rowOf(facts, asked).lastUse).toEqual(answer);
    expect(rowOf(facts, record).lastUse).toBeNull();
    expect(rowOf(perfectFacts, asked).lastUse).not.toEqual(answer);
  });
});
