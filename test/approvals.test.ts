import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Approval, approvalFor, approvalState } from '../shared/approvals.ts';
import { schedulingOf } from '../shared/exemptions.ts';
import { approvalOf, otherKey } from './support/approval-book-contract.ts';
import { account, callOf, scheduleDeletion } from './support/records.ts';
import { dana, slackPeople } from './support/slack-people.ts';

/** Dana schedules it at 09:14:07 with 7 days. */
const schedulingCall = (record = scheduleDeletion()) => {
  const call = schedulingOf(callOf(record));
  if (call === null) throw new Error('not a scheduled deletion');
  return call;
};
const call = schedulingCall();
const eve = { arn: null, slackUser: 'U0EVE', name: 'Eve' };

describe('an approval fits', () => {
  it.each<[string, Partial<Approval>]>([
    ['the role that asked, whatever its session', {}],
    ['the very session', { requester: dana }],
    ['a longer waiting period than approved', { minimumWindowInDays: 7 }],
    [
      'the event that used it already',
      { used: { at: '2026-11-20T09:14:30.000Z', eventID: call.eventID, deletionDate: null } },
    ],
    ['a call one millisecond before its end', { until: new Date(call.time + 1).toISOString() }],
  ])('%s', (_, some) => {
    expect(approvalFor([approvalOf(some)], call, null)).toMatchObject({ approved: true });
  });

  it('a call that names no window, for KMS then takes 30 days', () => {
    const longer = schedulingCall({
      ...scheduleDeletion(),
      requestParameters: { keyId: call.keyArn },
      responseElements: null,
    });
    expect(approvalFor([approvalOf({ minimumWindowInDays: 30 })], longer, null)).toMatchObject({ approved: true });
  });

  it('when the configured approver is somebody else', () => {
    expect(approvalFor([approvalOf({ approver: eve })], call, slackPeople)).toMatchObject({ approved: true });
  });

  it('when one of several does', () => {
    const many = [approvalOf({ id: 'a', until: '2026-11-20T09:00:00.000Z' }), approvalOf({ id: 'b' })];
    expect(approvalFor(many, call, null)).toMatchObject({ approved: true, approval: { id: 'b' } });
  });
});

describe('an approval does not fit', () => {
  it.each<[string, Partial<Approval>, object]>([
    ['once it is revoked', { revoked: { at: '2026-11-20T09:10:00.000Z', by: 'Eve' } }, { why: 'revoked', by: 'Eve' }],
    [
      'a second deletion',
      { used: { at: '2026-11-20T09:10:00.000Z', eventID: 'e0', deletionDate: null } },
      { why: 'used', eventID: 'e0' },
    ],
    ['a call at its very end', { until: new Date(call.time).toISOString() }, { why: 'expired' }],
    ['with an end that is no date', { until: 'tomorrow' }, { why: 'expired' }],
    ['another role', { requester: `arn:aws:iam::${account}:role/Other` }, { why: 'other-requester' }],
    ['another session', { requester: dana.replace('dana', 'eve') }, { why: 'other-requester' }],
    ['a shorter waiting period', { minimumWindowInDays: 8 }, { why: 'short-window', days: 7, minimumWindowInDays: 8 }],
    [
      'its own requester',
      { approver: { arn: dana, slackUser: null, name: 'Dana' } },
      { why: 'same-person', approver: 'Dana' },
    ],
    ['by a Slack user where nobody is configured', { approver: eve }, { why: 'unknown-person' }],
  ])('%s', (_, some, misfit) => {
    expect(approvalFor([approvalOf(some)], call, null)).toMatchObject({ approved: false, misfits: [{ misfit }] });
  });

  it('a call whose window CloudTrail left out', () => {
    const omitted = { ...call, pendingWindowInDays: null, requestOmitted: true };
    const answer = approvalFor([approvalOf()], omitted, null);
    expect(answer).toMatchObject({ approved: false, misfits: [{ misfit: { why: 'window-unknown' } }] });
  });

  it('another key, and then it is not even named', () => {
    expect(approvalFor([approvalOf({ keyArn: otherKey })], call, null)).toEqual({ approved: false, misfits: [] });
  });

  it.each([
    ['U0DANA', 'same-person'],
    ['U0FINN', 'no-approver'],
    ['U0GUS', 'unknown-person'],
  ])('by %s of the configured people: %s', (slackUser, why) => {
    const approval = approvalOf({ approver: { arn: null, slackUser, name: slackUser } });
    expect(approvalFor([approval], call, slackPeople)).toMatchObject({
      approved: false,
      misfits: [{ misfit: { why } }],
    });
  });

  it('an actor without an ARN', () => {
    const nobody = { ...call, actor: { ...call.actor, arn: null, issuerArn: null } };
    expect(approvalFor([approvalOf()], nobody, null).approved).toBe(false);
  });

  it('names the newest first', () => {
    const older = approvalOf({ id: 'older', minimumWindowInDays: 30 });
    const newer = approvalOf({ id: 'newer', minimumWindowInDays: 30, grantedAt: '2026-11-20T09:10:00.000Z' });
    const answer = approvalFor([older, newer], call, null);
    expect(answer.approved ? [] : answer.misfits.map(({ approval }) => approval.id)).toEqual(['newer', 'older']);
  });
});

it('no approval fits unless key, requester, window, time, state and person all do', () => {
  const one = <T>(good: T, bad: T) => fc.constantFrom([good, true] as const, [bad, false] as const);
  fc.assert(
    fc.property(
      one(call.keyArn ?? '', otherKey),
      one(`arn:aws:iam::${account}:role/PlatformAdmin`, `arn:aws:iam::${account}:role/Other`),
      one(7, 14),
      one('2026-11-20T10:00:00.000Z', '2026-11-20T09:00:00.000Z'),
      one<Approval['revoked']>(null, { at: '2026-11-20T09:00:00.000Z', by: 'Eve' }),
      one('U0EVE', 'U0DANA'),
      (
        [keyArn, key],
        [requester, asks],
        [minimumWindowInDays, long],
        [until, intime],
        [revoked, stands],
        [slackUser, other],
      ) => {
        const approver = { arn: null, slackUser, name: slackUser };
        const approval = approvalOf({ keyArn, requester, minimumWindowInDays, until, revoked, approver });
        const all = key && asks && long && intime && stands && other;
        expect(approvalFor([approval], call, slackPeople).approved).toBe(all);
      },
    ),
  );
});

it('the state of an approval', () => {
  const now = Date.parse('2026-11-20T10:00:00Z');
  expect(approvalState(approvalOf(), now)).toBe('granted');
  expect(approvalState(approvalOf({ until: new Date(now).toISOString() }), now)).toBe('expired');
  const used = { at: '2026-11-20T09:10:00.000Z', eventID: 'e0', deletionDate: null };
  expect(approvalState(approvalOf({ used }), now)).toBe('used');
  expect(approvalState(approvalOf({ used, revoked: { at: used.at, by: 'Eve' } }), now)).toBe('revoked');
});
