import { expect, test } from 'vitest';
import type { ApprovalBook } from '../../shared/approval-book.ts';
import type { Approval } from '../../shared/approvals.ts';
import { known } from '../../shared/facts/facts.ts';
import { account, keyArn } from './records.ts';

export const otherKey = keyArn.replace('0a1b2c3d', 'ffffffff');

export const approvalOf = (some: Partial<Approval> = {}): Approval => ({
  id: 'approval-1',
  keyArn,
  requester: `arn:aws:iam::${account}:role/PlatformAdmin`,
  approver: { arn: `arn:aws:iam::${account}:role/Security`, slackUser: null, name: 'Eve' },
  minimumWindowInDays: 7,
  until: '2026-11-21T09:00:00.000Z',
  reason: 'the orders service was retired',
  ticket: 'OPS-1',
  grantedAt: '2026-11-20T09:00:00.000Z',
  revoked: null,
  used: null,
  ...some,
});

const at = '2026-11-20T09:15:00.000Z';

/** What every book of approvals must do, whatever it stands on. `make` gives one that nothing was written to. */
export const approvalBookContract = (make: () => Promise<ApprovalBook>): void => {
  test('a key has the approvals that were added for it, newest first, and no other', async () => {
    const book = await make();
    expect(await book.of(keyArn)).toEqual(known([]));
    const [first, second] = [approvalOf(), approvalOf({ id: 'approval-2', grantedAt: at, ticket: null })];
    const other = approvalOf({ id: 'approval-3', keyArn: otherKey, grantedAt: '2026-11-20T09:10:00.000Z' });
    for (const approval of [first, second, other]) await book.add(approval);
    expect(await book.of(keyArn)).toEqual(known([second, first]));
    expect(await book.all()).toEqual(known([second, other, first]));
  });

  test('adding an approval again changes nothing, not even one that was used', async () => {
    const book = await make();
    await book.add(approvalOf());
    await book.use({ keyArn, id: 'approval-1', eventID: 'e1', deletionDate: null, at });
    await book.add(approvalOf());
    expect(await book.of(keyArn)).toEqual(known([approvalOf({ used: { at, eventID: 'e1', deletionDate: null } })]));
  });

  test('it is used by one event, which is answered the same again', async () => {
    const book = await make();
    await book.add(approvalOf());
    const use = (eventID: string) => book.use({ keyArn, id: 'approval-1', eventID, deletionDate: null, at });
    const answers = await Promise.all(['e1', 'e2', 'e3', 'e4'].map(use));
    expect(answers.filter(Boolean)).toHaveLength(1);
    const winner = `e${answers.indexOf(true) + 1}`;
    expect(await use(winner)).toBe(true);
    expect(await use('e5')).toBe(false);
    expect(await book.use({ keyArn, id: 'no-such', eventID: 'e1', deletionDate: null, at })).toBe(false);
    expect(await book.use({ keyArn: otherKey, id: 'approval-1', eventID: 'e1', deletionDate: null, at })).toBe(false);
  });

  test('what is revoked is not to be used, also by the event that had it', async () => {
    const book = await make();
    await book.add(approvalOf());
    await book.use({ keyArn, id: 'approval-1', eventID: 'e1', deletionDate: null, at });
    const revoking = { keyArn, id: 'approval-1', by: 'Eve', at };
    expect(await book.revoke(revoking)).toBe('revoked');
    expect(await book.revoke({ ...revoking, by: 'Mallory' })).toBe('already');
    expect(await book.use({ keyArn, id: 'approval-1', eventID: 'e1', deletionDate: null, at })).toBe(false);
    expect(await book.of(keyArn)).toMatchObject(known([{ revoked: { at, by: 'Eve' } }]));
    expect(await book.revoke({ ...revoking, id: 'no-such' })).toBe('not-found');
  });

  test('of many approvals those that are over go first', async () => {
    const book = await make();
    for (let n = 0; n < 52; n += 1) {
      await book.add(approvalOf({ id: `a${n}`, grantedAt: new Date(Date.parse(at) + n).toISOString() }));
      if (n === 7) await book.use({ keyArn, id: 'a7', eventID: 'e1', deletionDate: null, at });
    }
    const left = await book.of(keyArn);
    const ids = left.known ? left.value.map(({ id }) => id) : [];
    expect(ids).toHaveLength(50);
    expect(ids).toContain('a51');
    expect(ids).not.toContain('a7');
    expect(ids).not.toContain('a0');
  });
};
