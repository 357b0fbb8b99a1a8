import { describe, expect, it } from 'vitest';
import { diffPolicies, type PolicyDiff } from '../../shared/policy/index.ts';
import {
  allow,
  delegation,
  deny,
  FOREIGN,
  KEY_ARN,
  OWN,
  OWN_ORG,
  ownZone,
  type Part,
  policyOf,
  role,
  root,
} from '../support/policy-fixtures.ts';

const diff = (before: readonly Part[], after: readonly Part[]): PolicyDiff =>
  diffPolicies({ before: policyOf(...before), after: policyOf(...after) }, ownZone, { keyArn: KEY_ARN });

const lines = (access: PolicyDiff['gained']): readonly string[] =>
  access.map((one) => `${one.who} ${one.principal} ${one.actions.join('+')}`);

const both = (found: PolicyDiff) => ({ gained: lines(found.gained), lost: lines(found.lost) });

const arn = (name: string, account = OWN): string => `arn:aws:iam::${account}:role/${name}`;
const org = (value: string): Part => ({ Condition: { StringEquals: { 'aws:PrincipalOrgID': value } } });

describe('who gained and who lost what', () => {
  it.each([
    [
      'a new statement',
      [],
      [allow(role('App'), 'kms:Decrypt')],
      { gained: [`account ${arn('App')} kms:Decrypt`], lost: [] },
    ],
    [
      'a statement less',
      [allow(role('App'), 'kms:Decrypt')],
      [],
      { gained: [], lost: [`account ${arn('App')} kms:Decrypt`] },
    ],
    [
      'one principal for another',
      [allow(role('A'), 'kms:Sign')],
      [allow(role('B'), 'kms:Sign')],
      { gained: [`account ${arn('B')} kms:Sign`], lost: [`account ${arn('A')} kms:Sign`] },
    ],
    [
      'an action more',
      [allow(role('A', FOREIGN), 'kms:Sign')],
      [allow(role('A', FOREIGN), ['kms:Sign', 'kms:Verify'])],
      { gained: [`external ${arn('A', FOREIGN)} kms:Verify`], lost: [] },
    ],
    [
      'a condition less',
      [allow(role('A', FOREIGN), 'kms:Sign', org(OWN_ORG))],
      [allow(role('A', FOREIGN), 'kms:Sign')],
      { gained: [`external ${arn('A', FOREIGN)} kms:Sign`], lost: [] },
    ],
    [
      'a Deny less',
      [allow(role('A'), 'kms:*'), deny('kms:Sign')],
      [allow(role('A'), 'kms:*')],
      { gained: [`account ${arn('A')} kms:Sign`], lost: [] },
    ],
    [
      'a Deny more',
      [allow(role('A'), 'kms:*')],
      [allow(role('A'), 'kms:*'), deny('kms:Sign')],
      { gained: [], lost: [`account ${arn('A')} kms:Sign`] },
    ],
    [
      'a Deny that spares more',
      [allow(role('A'), 'kms:Sign'), deny('kms:Sign', { Bool: { 'aws:SecureTransport': ['true', 'false'] } })],
      [allow(role('A'), 'kms:Sign'), deny('kms:Sign', { Bool: { 'aws:SecureTransport': 'false' } })],
      { gained: [`account ${arn('A')} kms:Sign`], lost: [] },
    ],
  ])('%s', (_name, before, after, wanted) => {
    expect(both(diff(before, after))).toEqual(wanted);
  });

  it('a service: for resources of anybody, or for our own only', () => {
    const s3 = { Service: 's3.amazonaws.com' };
    const open = diff([delegation], [delegation, allow(s3, 'kms:Decrypt')]);
    expect(both(open)).toEqual({ gained: ['service s3.amazonaws.com kms:Decrypt'], lost: [] });
    const scoped = allow(s3, 'kms:Decrypt', { Condition: { StringEquals: { 'aws:SourceAccount': OWN } } });
    expect(both(diff([delegation, scoped], [delegation]))).toEqual({
      gained: [],
      lost: ['trusted s3.amazonaws.com kms:Decrypt'],
    });
  });

  it('nothing, by a name for what the account could hand out already', () => {
    expect(both(diff([delegation], [delegation, allow(role('App'), 'kms:Decrypt')]))).toEqual({ gained: [], lost: [] });
  });

  it('names the new statements and proves it', () => {
    const [gained] = diff([delegation], [delegation, allow(role('A', FOREIGN), 'kms:Sign', { Sid: 'Partner' })]).gained;
    expect(gained).toMatchObject({ statements: ['Partner'], certain: true });
    expect(gained?.witness).toMatchObject({ principal: arn('A', FOREIGN), action: 'kms:Sign' });
  });
});

describe('what makes no difference', () => {
  const Condition = {
    StringEquals: { 'aws:PrincipalOrgID': [OWN_ORG, 'o-ext0000001'], 'kms:CallerAccount': [OWN, FOREIGN] },
    Bool: { 'aws:SecureTransport': 'true' },
  };
  const statement = allow({ AWS: [arn('A'), arn('B')] }, ['kms:Sign', 'kms:Verify'], { Sid: 'One', Condition });

  it.each([
    ['the Sid', { Sid: 'Other' }],
    ['the order and case of actions', { Action: ['KMS:verify', 'kms:sign'] }],
    ['an action twice', { Action: ['kms:Sign', 'kms:Verify', 'kms:Sign'] }],
    ['the order of principals', { Principal: { AWS: [arn('B'), arn('A')] } }],
    ['a list of one', { Resource: ['*'] }],
    [
      'the order of conditions and the case of their keys',
      {
        Condition: {
          bool: { 'AWS:securetransport': ['true'] },
          StringEquals: { 'kms:calleraccount': [FOREIGN, OWN], 'aws:principalorgid': ['o-ext0000001', OWN_ORG] },
        },
      },
    ],
  ])('%s', (_name, change) => {
    const found = diff([delegation, statement], [{ ...statement, ...change }, delegation]);
    expect(both(found)).toEqual({ gained: [], lost: [] });
    expect(found.delegation).toEqual({ gained: [], lost: [] });
  });

  it.each([
    [
      'an Allow that another covers',
      [allow(role('A'), 'kms:*')],
      [allow(role('A'), 'kms:*'), allow(role('A'), 'kms:Sign')],
    ],
    ['a Deny of what nobody may', [allow(role('A'), 'kms:Sign')], [allow(role('A'), 'kms:Sign'), deny('kms:Verify')]],
    [
      'two statements for one',
      [allow(role('A'), ['kms:Sign', 'kms:Verify'])],
      [allow(role('A'), 'kms:Sign'), allow(role('A'), 'kms:Verify')],
    ],
  ])('%s', (_name, before, after) => {
    expect(both(diff(before, after))).toEqual({ gained: [], lost: [] });
  });
});

describe('what differs though it looks the same', () => {
  const base = allow(role('A'), 'kms:Sign', org(OWN_ORG));
  const elsewhere = `${KEY_ARN}0`;

  it.each([
    ['the effect', [base, { ...base, Effect: 'Deny' }], [base]],
    ['the resource', [{ ...base, Resource: elsewhere }], [base]],
    ['NotResource', [{ ...base, Resource: undefined, NotResource: KEY_ARN }], [{ ...base, Resource: KEY_ARN }]],
    ['NotAction', [{ ...base, Action: undefined, NotAction: 'kms:Sign' }], [base]],
    ['no action', [{ ...base, Action: undefined }], [base]],
    ['no resource', [{ ...base, Resource: undefined }], [base]],
    ['a value of a condition', [{ ...base, ...org('o-ext0000001') }], [base]],
    [
      'the operator of a condition',
      [{ ...base, Condition: { StringNotEquals: { 'aws:PrincipalOrgID': OWN_ORG } } }],
      [base],
    ],
    ['the key of a condition', [{ ...base, Condition: { StringEquals: { 'aws:ResourceAccount': OWN_ORG } } }], [base]],
  ])('%s', (_name, before, after) => {
    expect(diff(before, after).gained.map(({ actions }) => actions)).toContainEqual(['kms:Sign']);
  });

  it('NotPrincipal', () => {
    const but: Part = { Effect: 'Deny', NotPrincipal: role('A'), Action: 'kms:*', Resource: '*' };
    const found = diff(
      [allow(role('A'), 'kms:Sign'), { ...but, NotPrincipal: undefined, Principal: role('A') }],
      [allow(role('A'), 'kms:Sign'), but],
    );
    expect(found.gained.length).toBeGreaterThan(0);
    expect(found.gained.some(({ certain }) => certain)).toBe(false);
  });
});

describe('what the account may hand out', () => {
  it('is delegation: nobody has it by the key policy alone', () => {
    const found = diff([allow(root(), 'kms:Decrypt')], [allow(root(), ['kms:Decrypt', 'kms:Sign'])]);
    expect(both(found)).toEqual({ gained: [], lost: [] });
    expect(lines(found.delegation.gained)).toEqual([`account arn:aws:iam::${OWN}:root kms:Sign`]);
    expect(found.delegation.lost).toEqual([]);
    const back = diff([allow(root(), ['kms:Decrypt', 'kms:Sign'])], [allow(root(), 'kms:Decrypt')]);
    expect([back.delegation.gained, lines(back.delegation.lost)]).toEqual([
      [],
      [`account arn:aws:iam::${OWN}:root kms:Sign`],
    ]);
  });

  it.each([
    [
      'everybody within the account',
      allow('*', 'kms:Sign', { Condition: { StringEquals: { 'kms:CallerAccount': OWN } } }),
    ],
    ['a role by name', allow(role('A'), 'kms:Sign')],
    ['everybody but a role', { Effect: 'Allow', NotPrincipal: role('B'), Action: 'kms:Sign', Resource: '*' }],
    ['another account', allow(root(FOREIGN), 'kms:Sign')],
    ['the service', allow({ Service: 's3.amazonaws.com' }, 'kms:Sign')],
  ])('is not what %s gained', (_name, statement) => {
    const found = diff([allow(root(), 'kms:Decrypt')], [allow(root(), 'kms:Decrypt'), statement]);
    expect(found.gained.length).toBeGreaterThan(0);
    expect(found.delegation.gained).toEqual([]);
  });

  it('is what a role that is named elsewhere gained through the account', () => {
    const before = [allow(role('A'), 'kms:Decrypt')];
    const found = diff(before, [...before, allow(root(), 'kms:Sign')]);
    expect(found.gained).toEqual([]);
    expect(lines(found.delegation.gained)).toContain(`account arn:aws:iam::${OWN}:root kms:Sign`);
  });
});

describe('what it became', () => {
  const open = allow('*', 'kms:Decrypt');

  it.each([
    ['public', [delegation], [delegation, open], true],
    ['no more public than it was', [delegation, open], [delegation, open, allow('*', 'kms:Sign')], false],
    ['private again', [delegation, open], [delegation], false],
    ['as private as it was', [delegation], [delegation], false],
  ])('%s', (_name, before, after, wanted) => {
    expect(diff(before, after).becamePublic).toBe(wanted);
  });

  it.each([
    ['unmanageable', [delegation], [open], true],
    ['unmanageable by name, too', [allow(role('A'), 'kms:*')], [open], true],
    ['as unmanageable as it was', [open], [allow(role('A'), 'kms:Sign')], false],
    ['manageable by name only', [delegation], [allow(role('A'), 'kms:*')], false],
    ['manageable again', [open], [delegation], false],
  ])('%s', (_name, before, after, wanted) => {
    expect(diff(before, after).becameUnmanageable).toBe(wanted);
  });

  it('shows both sides', () => {
    const { before, after } = diff([delegation], [delegation, open]);
    expect([before.public, after.public, before.manageable, after.manageable]).toEqual([
      false,
      true,
      'robust',
      'robust',
    ]);
  });
});

describe('doubt', () => {
  it('a gain that the search did not finish counts, without a proof', () => {
    const versions = {
      before: policyOf(delegation),
      after: policyOf(delegation, allow(role('A', FOREIGN), 'kms:Sign', org('o-ext0000001'))),
    };
    const { gained } = diffPolicies(versions, ownZone, { keyArn: KEY_ARN, steps: { total: 1, perSearch: 1 } });
    expect(gained.map(({ who, certain, witness }) => [who, certain, witness])).toEqual([
      ['external', false, null],
      ['organization', false, null],
    ]);
  });

  it('a gain by what AWS does not document is not certain', () => {
    const [gained] = diff([delegation], [delegation, allow(role('A', FOREIGN), 'k*:Sign')]).gained;
    expect([gained?.certain, gained?.witness === null]).toEqual([false, false]);
  });

  it('needs no key ARN', () => {
    const found = diffPolicies({ before: policyOf(delegation), after: policyOf(delegation, open()) }, ownZone);
    expect(found.becamePublic).toBe(true);
  });

  const open = (): Part => allow('*', 'kms:Decrypt');
});
