import { describe, expect, it } from 'vitest';
import type { Actor } from '../shared/calls/call.ts';
import { isOwnActor } from '../shared/own-actor.ts';

const role = 'arn:aws:iam::111122223333:role/kms-guard/deletion-guard';
const actor = (some: Partial<Actor>): Actor => ({
  type: 'AssumedRole',
  arn: null,
  accountId: null,
  principalId: null,
  userName: null,
  issuerArn: null,
  sessionName: null,
  sourceIdentity: null,
  mfaAuthenticated: null,
  invokedBy: null,
  ...some,
});

describe('isOwnActor', () => {
  it.each([
    [
      'the role behind the session',
      actor({ issuerArn: role, arn: 'arn:aws:sts::111122223333:assumed-role/deletion-guard/x' }),
    ],
    [
      'a session whose issuer the record leaves out',
      actor({ arn: 'arn:aws:sts::111122223333:assumed-role/deletion-guard/x' }),
    ],
    ['the role itself', actor({ type: 'Role', arn: role })],
  ])('knows %s', (_, own) => {
    expect(isOwnActor(own, ['arn:aws:iam::111122223333:role/other', role])).toBe(true);
  });

  it.each([
    ['another role', actor({ issuerArn: 'arn:aws:iam::111122223333:role/PlatformAdmin' })],
    ['a role of that name under another path', actor({ issuerArn: 'arn:aws:iam::111122223333:role/deletion-guard' })],
    [
      'a role of that name in another account',
      actor({ arn: 'arn:aws:sts::444455556666:assumed-role/deletion-guard/x' }),
    ],
    [
      'a session that is only named like it',
      actor({ arn: 'arn:aws:sts::111122223333:assumed-role/Admin/deletion-guard' }),
    ],
    ['a user of that name', actor({ type: 'IAMUser', arn: 'arn:aws:iam::111122223333:user/deletion-guard' })],
    ['nobody known', actor({ type: 'Unknown' })],
  ])('is not taken in by %s', (_, other) => {
    expect(isOwnActor(other, [role])).toBe(false);
  });
});

describe('the responder of a member account', () => {
  const roles = [role, 'arn:aws:iam::*:role/kms-guard-responder'];
  const session = (some: Partial<Actor>): Actor =>
    actor({ issuerArn: 'arn:aws:iam::444455556666:role/kms-guard-responder', sourceIdentity: 'kms-guard', ...some });

  it.each([
    ['its session', session({})],
    [
      'its session whose issuer the record leaves out',
      session({ issuerArn: null, arn: 'arn:aws:sts::444455556666:assumed-role/kms-guard-responder/deletion-guard' }),
    ],
  ])('is the guard: %s', (_, own) => {
    expect(isOwnActor(own, roles)).toBe(true);
  });

  it.each([
    ['a session of it that did not come from the guard', session({ sourceIdentity: null })],
    ['one that names somebody else', session({ sourceIdentity: 'mallory' })],
    ['another role of that account', session({ issuerArn: 'arn:aws:iam::444455556666:role/Admin' })],
    [
      'a role of that name where the guard has its own',
      session({ issuerArn: 'arn:aws:iam::111122223333:role/kms-guard-responder' }),
    ],
  ])('is not: %s', (_, other) => {
    expect(isOwnActor(other, roles)).toBe(false);
  });
});
