import { describe, expect, it } from 'vitest';
import { arnsOf, isPrincipal, principalOf } from '../shared/principal.ts';

const iam = 'arn:aws:iam::111122223333';
const sts = 'arn:aws:sts::111122223333';
const actor = (arn: string | null, issuerArn: string | null = null) => ({ arn, issuerArn });

describe('principalOf', () => {
  it.each([
    [`${sts}:assumed-role/Admin/dana@example.com`, `${iam}:role/Admin`, 'dana@example.com'],
    [`${iam}:role/Admin`, `${iam}:role/Admin`, null],
    [`${iam}:role/teams/x/Admin`, `${iam}:role/Admin`, null],
    [`${iam}:user/teams/dana`, `${iam}:user/dana`, null],
    [`${iam}:root`, `${iam}:root`, null],
    [`${sts}:federated-user/dana`, `${sts}:federated-user/dana`, null],
    ['arn:aws-cn:sts::111122223333:assumed-role/A/s', 'arn:aws-cn:iam::111122223333:role/A', 's'],
    ['not an arn', 'not an arn', null],
  ])('%s', (arn, principal, session) => {
    expect(principalOf(arn)).toEqual({ arn: principal, session });
  });
});

describe('isPrincipal', () => {
  const session = `${sts}:assumed-role/Admin/dana`;
  it.each([
    ['the role, any session', `${iam}:role/Admin`, session, true],
    ['the role with its path', `${iam}:role/team/Admin`, session, true],
    ['the very session', session, session, true],
    ['another session of the role', `${sts}:assumed-role/Admin/eve`, session, false],
    ['another role', `${iam}:role/Administrator`, session, false],
    ['the same role of another account', 'arn:aws:iam::444455556666:role/Admin', session, false],
    ['a user of the same name', `${iam}:user/Admin`, session, false],
    ['a session wanted, the bare role made it', session, `${iam}:role/Admin`, false],
    ['a pattern is no principal', `${iam}:role/*`, session, false],
  ])('%s', (_, wanted, made, expected) => {
    expect(isPrincipal(wanted, actor(made))).toBe(expected);
  });

  it('is never an actor without an ARN', () => {
    expect(isPrincipal(`${iam}:role/Admin`, actor(null, `${iam}:role/Admin`))).toBe(false);
  });
});

it('an actor is known by the session, the role as recorded and the role without its path', () => {
  const session = `${sts}:assumed-role/Admin/dana`;
  expect(arnsOf(actor(session, `${iam}:role/team/Admin`))).toEqual([
    session,
    `${iam}:role/team/Admin`,
    `${iam}:role/Admin`,
  ]);
  expect(arnsOf(actor(null))).toEqual([]);
});
