import { expect, test } from 'vitest';
import { known } from '../../shared/facts/facts.ts';
import { type LedgerWaiver, type WaiverBook, waiversKept } from '../../shared/waiver-book.ts';
import { account, keyArn } from './records.ts';

export const ledgerWaiver = (some: Partial<LedgerWaiver> = {}): LedgerWaiver => ({
  id: 'w1',
  rule: 'key-unused',
  keys: [keyArn, 'tag:stage=sandbox'],
  owner: 'orders team',
  reason: 'kept for old backups',
  expires: '2027-01-31',
  addedAt: '2026-11-20T09:00:00.000Z',
  addedBy: `arn:aws:iam::${account}:role/Security`,
  ...some,
});

/** What every book of waivers must do, whatever it stands on. `make` gives one that nothing was written to. */
export const waiverBookContract = (make: () => Promise<WaiverBook>): void => {
  test('waivers are there once they are added, each once, until they are removed', async () => {
    const book = await make();
    expect(await book.all()).toEqual(known([]));
    const [one, two] = [ledgerWaiver(), ledgerWaiver({ id: 'w2' })];
    for (const waiver of [one, two, one]) expect(await book.add(waiver)).toBe(true);
    expect(await book.all()).toEqual(known([one, two]));
    expect(await book.remove('w1')).toBe(true);
    expect(await book.remove('w1')).toBe(false);
    expect(await book.all()).toEqual(known([two]));
  });

  test('two that are added at once are both there', async () => {
    const book = await make();
    await Promise.all(['w1', 'w2', 'w3'].map((id) => book.add(ledgerWaiver({ id }))));
    const all = await book.all();
    expect(all.known ? all.value.map(({ id }) => id).sort() : []).toEqual(['w1', 'w2', 'w3']);
  });

  test('there is room for so many', async () => {
    const book = await make();
    for (let n = 0; n < waiversKept; n += 1) await book.add(ledgerWaiver({ id: `w${n}` }));
    expect(await book.add(ledgerWaiver({ id: 'more' }))).toBe(false);
    expect(await book.add(ledgerWaiver({ id: 'w0' }))).toBe(true);
  });
};
