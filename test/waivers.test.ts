import { describe, expect, it } from 'vitest';
import type { Waiver } from '../shared/config/config.ts';
import { configSchema } from '../shared/config/config.ts';
import { known, unknown } from '../shared/facts/facts.ts';
import { accountPathOf, waiverFor, waiverLooks, waiverNotices, type WaiverSubject } from '../shared/waivers.ts';
import { account, keyArn } from './support/records.ts';

const now = Date.parse('2026-11-20T09:15:00Z');
const waiver = (keys: readonly string[], some: Partial<Waiver> = {}): Waiver => {
  const [parsed] = configSchema.parse({
    waivers: [
      { rule: 'key-unused', keys, owner: 'orders', reason: 'kept for old backups', expires: '2026-11-20', ...some },
    ],
  }).waivers;
  if (parsed === undefined) throw new Error('no waiver');
  return parsed;
};
const subject: WaiverSubject = {
  rule: 'key-unused',
  keyArn,
  account,
  aliases: known(['alias/orders', 'alias/orders-old']),
  tags: known({ stage: 'sandbox', 'cost=center': '7' }),
  accountPath: known('o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/ou-ab12-22222222/'),
  now,
};
const answer = (keys: readonly string[], some: Partial<WaiverSubject> = {}) =>
  waiverFor([waiver(keys)], { ...subject, ...some }).waived;

describe('a waiver means a key', () => {
  it.each([
    ['by its ARN', keyArn],
    ['by a pattern', `arn:aws:kms:*:${account}:key/*`],
    ['by any', '*'],
    ['by its alias', 'alias/orders'],
    ['by a pattern of aliases', 'alias/*-old'],
    ['by a tag', 'tag:stage=sandbox'],
    ['by a tag of any value', 'tag:stage=*'],
    ['by its account', `account:${account}`],
    ['by the OU that its account is in', 'ou:ou-ab12-22222222'],
    ['by an OU above that', 'ou:ou-ab12-11111111'],
    ['by the root', 'ou:r-ab12'],
  ])('%s', (_, key) => {
    expect(answer([key])).toBe('yes');
    expect(answer(['alias/none', key])).toBe('yes');
  });

  it.each([
    ['another ARN', keyArn.replace('0a1b', 'ffff')],
    ['another alias', 'alias/order'],
    ['another case of an alias', 'alias/Orders'],
    ['another value of a tag', 'tag:stage=prod'],
    ['a tag that it does not carry', 'tag:owner=*'],
    ['a tag that every object seems to have', 'tag:constructor=*'],
    ['a pattern in the value of a tag', 'tag:stage=sand*'],
    ['another account', 'account:444455556666'],
    ['another OU', 'ou:ou-ab12-33333333'],
  ])('not by %s', (_, key) => {
    expect(answer([key])).toBe('no');
  });
});

describe('what is not known of a key', () => {
  const denied = unknown('access-denied', 'kms:ListResourceTags is not permitted');

  it.each([
    ['tag:stage=sandbox', { tags: denied }, 'tags'],
    ['alias/orders', { aliases: denied }, 'aliases'],
    ['ou:ou-ab12-11111111', { accountPath: denied }, 'organizational unit'],
  ])('%s does not hold, and that is said', (key, some, lacks) => {
    expect(waiverFor([waiver([key])], { ...subject, ...some })).toMatchObject({
      waived: 'unclear',
      lacks,
      why: denied.detail,
    });
    expect(answer([key, keyArn], some)).toBe('yes');
  });

  it('a list that was read in part still shows what is on it', () => {
    const part = known(['alias/orders'], 'only the first were read');
    expect(answer(['alias/orders'], { aliases: part })).toBe('yes');
    expect(answer(['alias/other'], { aliases: part })).toBe('unclear');
  });

  it('without the key nothing holds', () => {
    expect(answer(['*'], { keyArn: null })).toBe('no');
  });

  it('is of no concern to a waiver that has ended', () => {
    expect(answer(['tag:stage=sandbox'], { tags: denied, now: now + 86_400_000 })).toBe('no');
  });
});

describe('its time', () => {
  it('is to the end of its last day', () => {
    const end = Date.parse('2026-11-21T00:00:00Z');
    expect(answer([keyArn], { now: end - 1 })).toBe('yes');
    expect(answer([keyArn], { now: end })).toBe('expired');
  });

  it('one that holds wins over one that is unclear, and that over one that has ended', () => {
    const ended = waiver([keyArn], { expires: '2026-11-01' });
    const unclear = waiver(['tag:stage=sandbox']);
    const tags = unknown('failed', 'no answer');
    expect(waiverFor([ended, unclear], { ...subject, tags }).waived).toBe('unclear');
    expect(waiverFor([ended, unclear, waiver([keyArn])], { ...subject, tags }).waived).toBe('yes');
    expect(waiverFor([ended], subject).waived).toBe('expired');
  });

  it('counts for its own rule only', () => {
    expect(answer([keyArn], { rule: 'key-untagged' })).toBe('no');
  });
});

it('waivers speak up before they end and after, the most urgent first', () => {
  const all = ['2026-11-10', '2026-11-20', '2026-12-04', '2026-12-05'].map((expires) => waiver([keyArn], { expires }));
  expect(
    waiverNotices(all.toReversed(), now, 14).map(({ waiver: { expires }, state, days }) => [expires, state, days]),
  ).toEqual([
    ['2026-11-10', 'ended', 9],
    ['2026-11-20', 'ending', 0],
    // Ends with 4 December: in 14 days and 15 hours.
  ]);
  expect(waiverNotices(all, Date.parse('2026-11-21T00:00:00Z'), 14).map(({ state }) => state)).toEqual([
    'ended',
    'ended',
    'ending',
  ]);
});

it('asks for aliases and tags only where a waiver of these rules needs them', () => {
  const all = [waiver(['alias/orders', keyArn]), waiver(['tag:a=b'], { rule: 'key-untagged' })];
  expect([...waiverLooks(all, ['key-unused'])]).toEqual(['aliases']);
  expect([...waiverLooks(all, ['key-untagged'])]).toEqual(['tags']);
  expect([...waiverLooks(all, ['key-disabled'])]).toEqual([]);
});

it('an account stands where the configuration says', () => {
  const paths = { [account]: 'o-a1b2c3d4e5/r-ab12/' };
  expect(accountPathOf(paths, account)).toEqual(known('o-a1b2c3d4e5/r-ab12/'));
  expect(accountPathOf(paths, '444455556666')).toMatchObject({ known: false });
});
