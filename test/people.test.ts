import { describe, expect, it } from 'vitest';
import { fourEyes, peopleBehind } from '../shared/people.ts';
import { account } from './support/records.ts';
import { dana, eve, slackPeople } from './support/slack-people.ts';

const bySession = (arn: string) => ({ arn, issuerArn: null });
const onSlack = (slackUser: string) => ({ arn: null, slackUser });
const onAws = (arn: string) => ({ arn, slackUser: null });
const { users } = slackPeople;

describe('with people in the configuration', () => {
  const policy = slackPeople;

  it.each([
    ['somebody else, on Slack', dana, onSlack('U0EVE'), { fourEyes: 'yes' }],
    ['somebody else, on AWS', dana, onAws(eve), { fourEyes: 'yes' }],
    ['somebody else in the same role', dana, onAws(dana.replace('dana', 'eve')), { fourEyes: 'yes' }],
    ['the same person on Slack', dana, onSlack('U0DANA'), { fourEyes: 'same-person' }],
    ['the same person in another role', dana, onAws(dana.replace('PlatformAdmin', 'X')), { fourEyes: 'same-person' }],
    ['the same person as a user', dana, onAws(`arn:aws:iam::${account}:user/dana`), { fourEyes: 'same-person' }],
    ['a user with a path', dana, onAws(`arn:aws:iam::${account}:user/team/dana`), { fourEyes: 'same-person' }],
    ['somebody who may not approve', dana, onSlack('U0FINN'), { fourEyes: 'no-approver' }],
  ])('%s', (_, requester, approver, expected) => {
    expect(fourEyes(policy, bySession(requester), approver)).toEqual(expected);
  });

  it.each([
    ['a requester whom the mapping does not know', eve.replace('eve', 'gus'), onSlack('U0EVE')],
    ['an approver whom the mapping does not know', dana, onAws(eve.replace('eve', 'gus'))],
    ['a Slack user whom the mapping does not know', dana, onSlack('U0GUS')],
    ['a Slack user with the name of what every object has', dana, onSlack('constructor')],
  ])('refuses %s', (_, requester, approver) => {
    expect(fourEyes(policy, bySession(requester), approver)).toMatchObject({ fourEyes: 'unknown-person' });
  });

  it('refuses a requester without an ARN', () => {
    expect(fourEyes(policy, { arn: null, issuerArn: null }, onSlack('U0EVE'))).toMatchObject({
      fourEyes: 'unknown-person',
    });
  });

  it('takes everybody who shares a role for who may have asked', () => {
    const shared = `arn:aws:iam::${account}:role/Shared`;
    const sharing = {
      users: { U0DANA: { name: 'Dana', principals: [shared] }, U0EVE: { name: 'Eve', principals: [shared] } },
      approvers: ['U0EVE', 'U0DANA'],
    };
    const asked = { arn: `arn:aws:sts::${account}:assumed-role/Shared/anything`, issuerArn: shared };
    expect(fourEyes(sharing, asked, onSlack('U0EVE'))).toEqual({ fourEyes: 'same-person' });
    expect(peopleBehind(sharing.users, [shared])).toEqual(['U0DANA', 'U0EVE']);
  });

  it('does not let one approver among several people of a role speak for all', () => {
    const role = `arn:aws:iam::${account}:role/Ops`;
    const sharing = {
      users: {
        ...users,
        U0EVE: { name: 'Eve', principals: [role] },
        U0FINN: { name: 'Finn', principals: [role] },
      },
      approvers: ['U0EVE'],
    };
    const approver = onAws(`arn:aws:sts::${account}:assumed-role/Ops/session`);
    expect(fourEyes(sharing, bySession(dana), approver)).toEqual({ fourEyes: 'no-approver' });
  });

  it('knows a role with a path by the issuer that CloudTrail names', () => {
    const arn = `arn:aws:iam::${account}:role/teams/platform/Deployer`;
    const policyOfRole = { users: { ...users, U0DANA: { name: 'Dana', principals: [arn] } }, approvers: ['U0DANA'] };
    const asked = { arn: `arn:aws:sts::${account}:assumed-role/Deployer/s`, issuerArn: arn };
    expect(fourEyes(policyOfRole, asked, onSlack('U0DANA'))).toEqual({ fourEyes: 'same-person' });
  });
});

describe('without people in the configuration', () => {
  it('takes two principals for two people, and two sessions of a role for one', () => {
    expect(fourEyes(null, bySession(dana), onAws(eve))).toEqual({ fourEyes: 'yes' });
    const sameRole = onAws(dana.replace('dana', 'eve'));
    expect(fourEyes(null, bySession(dana), sameRole)).toEqual({ fourEyes: 'same-person' });
    const role = onAws(`arn:aws:iam::${account}:role/some/path/PlatformAdmin`);
    expect(fourEyes(null, bySession(dana), role)).toEqual({ fourEyes: 'same-person' });
  });

  // GetFederationToken: a user makes sessions of any name, and the ARN does not tell whose they are.
  it('takes a federated session for the user who made it, and refuses one as an approver', () => {
    const user = `arn:aws:iam::${account}:user/dana`;
    const federated = `arn:aws:sts::${account}:federated-user/somebody-else`;
    const asked = { arn: federated, issuerArn: user };
    expect(fourEyes(null, asked, onAws(user))).toEqual({ fourEyes: 'same-person' });
    expect(fourEyes(null, asked, onAws(`arn:aws:iam::${account}:user/eve`))).toEqual({ fourEyes: 'yes' });
    expect(fourEyes(null, bySession(user), onAws(federated))).toEqual({
      fourEyes: 'unknown-person',
      principal: federated,
    });
  });

  it('knows nobody on Slack, and nobody without an ARN', () => {
    expect(fourEyes(null, bySession(dana), onSlack('U0EVE'))).toMatchObject({ fourEyes: 'unknown-person' });
    expect(fourEyes(null, { arn: null, issuerArn: null }, onAws(eve))).toMatchObject({ fourEyes: 'unknown-person' });
  });
});
