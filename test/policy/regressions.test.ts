import { describe, expect, it } from 'vitest';
import { analyze, type KeyPolicy, parsePolicy, type PolicyAnalysis, zoneOf } from '../../shared/policy/index.ts';
import { Automaton } from '../../shared/policy/search/automaton.ts';
import { Budget } from '../../shared/policy/search/budget.ts';
import { arnTokens, tokensOf } from '../../shared/policy/search/patterns.ts';

/** Mistakes that were made once, in the research or here, each with the policy that shows it. */

const OWN = '111122223333';
const FOREIGN = '444455556666';
const zone = zoneOf(OWN, 'o-own0000001');
const KEY = `arn:aws:kms:eu-west-1:${OWN}:key/1234abcd-12ab-34cd-56ef-1234567890ab`;

const read = (...Statement: readonly unknown[]): KeyPolicy => {
  const parsed = parsePolicy(JSON.stringify({ Version: '2012-10-17', Statement }));
  if (parsed.kind === 'refused') throw new Error(JSON.stringify(parsed.errors));
  return parsed.policy;
};
const analyzed = (...Statement: readonly unknown[]): PolicyAnalysis =>
  analyze(read(...Statement), zone, { keyArn: KEY });
const allow = (Principal: unknown, Condition?: unknown, Action: unknown = 'kms:Decrypt'): unknown => ({
  Effect: 'Allow',
  Principal,
  Action,
  Resource: '*',
  ...(Condition === undefined ? {} : { Condition }),
});
const deny = (Condition: unknown, Action: unknown = 'kms:*'): unknown => ({
  Effect: 'Deny',
  Principal: '*',
  Action,
  Resource: '*',
  Condition,
});
const whoIn = (analysis: PolicyAnalysis): readonly string[] => [
  ...new Set(analysis.access.map((one) => `${one.who} ${one.principal}`)),
];

describe('the loops of the research caught', () => {
  it('a service that calls for a principal brings its own address, not one that the caller chooses', () => {
    const condition = { IpAddress: { 'aws:SourceIp': '203.0.113.0/24' }, Null: { 'kms:ViaService': 'false' } };
    const { public: isPublic, crossAccount } = analyzed(allow('*', condition));
    expect({ isPublic, crossAccount }).toEqual({ isPublic: false, crossAccount: false });
  });

  it('a session ARN has no path, but its role may have one', () => {
    const session = { AWS: `arn:aws:sts::${FOREIGN}:assumed-role/Deploy/ci` };
    const condition = { ArnLike: { 'aws:PrincipalArn': `arn:aws:iam::${FOREIGN}:role/teams/*` } };
    const [access] = analyzed(allow(session, condition)).access;
    expect(access?.witness?.context['aws:PrincipalArn']).toMatch(/:role\/teams\/(?:.*\/)?Deploy$/);
  });

  it('an exact bucket is ours, whatever star stands behind its slash', () => {
    const s3 = { Service: 's3.amazonaws.com' };
    const arn = (pattern: string) => ({ StringLike: { 'aws:SourceArn': pattern } });
    expect(analyzed(allow(s3, arn('arn:aws:s3:::own-bucket'))).service).toBe(false);
    expect(analyzed(allow(s3, arn('arn:aws:s3:::own-bucket/*'))).service).toBe(false);
    expect(analyzed(allow(s3, arn('arn:aws:s3:::own-bucket*'))).service).toBe(true);
  });

  it('a service has no organization of its own: only its source has one', () => {
    const service = { Service: 'sns.amazonaws.com' };
    expect(analyzed(allow(service, { StringEquals: { 'aws:PrincipalOrgID': 'o-ext0000001' } })).service).toBe(false);
    expect(analyzed(allow(service, { StringEquals: { 'aws:SourceOrgID': 'o-ext0000001' } })).service).toBe(true);
    expect(analyzed(allow(service, { StringEquals: { 'aws:SourceOrgID': 'o-own0000001' } })).service).toBe(false);
  });

  it('a variable takes the literals that its partners are compared with', () => {
    const condition = {
      StringEquals: { 'aws:PrincipalTag/team': '${aws:PrincipalTag/owner}' },
      StringLike: { 'aws:PrincipalTag/owner': 'crypto-?' },
    };
    const only = deny({ StringNotEquals: { 'aws:PrincipalTag/team': 'crypto-7' } });
    expect(analyzed(allow('*', condition), only).public).toBe(true);
  });
});

describe('what our own loops caught', () => {
  it('one foreign organization does not hide another', () => {
    const condition = { StringEquals: { 'aws:PrincipalOrgID': ['o-ext0000001', 'o-ext0000002'] } };
    expect(whoIn(analyzed(allow('*', condition)))).toEqual(['external o-ext0000001', 'external o-ext0000002']);
  });

  it('one named principal does not hide another of its account', () => {
    const names = [`arn:aws:iam::${FOREIGN}:role/Good`, `arn:aws:iam::${FOREIGN}:user/ann`];
    expect(whoIn(analyzed(allow({ AWS: names })))).toEqual(names.map((name) => `external ${name}`));
  });

  it('a foreign account with a condition on our organization is a member for all we know, and not outside', () => {
    const analysis = analyzed(
      allow({ AWS: `arn:aws:iam::${FOREIGN}:root` }, { StringEquals: { 'aws:PrincipalOrgID': 'o-own0000001' } }),
    );
    expect(whoIn(analysis)).toEqual([`organization arn:aws:iam::${FOREIGN}:root`]);
    expect(analysis.findings.map((one) => one.rule)).not.toContain('policy-ineffective');
  });

  it('a federated session of a user is denied by other conditions than the user', () => {
    const user = `arn:aws:iam::${FOREIGN}:user/ann`;
    const others = deny({ ArnEquals: { 'aws:PrincipalArn': user } });
    const session = `external arn:aws:sts::${FOREIGN}:federated-user/ann`;
    expect(whoIn(analyzed(allow({ AWS: user }), others))).toEqual([session]);
    expect(whoIn(analyzed(allow({ AWS: user })))).toEqual([`external ${user}`]);
  });

  it('a NotPrincipal that lists a role may leave its sessions in', () => {
    const role = `arn:aws:iam::${FOREIGN}:role/Good`;
    const statement = {
      Effect: 'Allow',
      NotPrincipal: { AWS: [role, `arn:aws:iam::${FOREIGN}:root`] },
      Action: 'kms:Decrypt',
      Resource: '*',
      Condition: { ArnEquals: { 'aws:PrincipalArn': role } },
    };
    const analysis = analyzed(statement);
    expect(whoIn(analysis)).toContain(`external arn:aws:sts::${FOREIGN}:assumed-role/Good/any-session`);
    expect(analysis.access.map((one) => one.certain)).toEqual([false]);
  });

  it('a variable that must be absent and must have a value is a plain no', () => {
    const condition = {
      Null: { 'aws:PrincipalTag/t': 'true' },
      StringLike: { 'aws:PrincipalTag/team': '${aws:PrincipalTag/t}' },
    };
    const analysis = analyzed(allow('*', condition));
    expect([analysis.public, analysis.complete]).toEqual([false, true]);
  });

  it('a star does not reach over the first five colons of an ARN, and an overtaken place is not needed', () => {
    const accepts = (pattern: string, text: string): boolean => {
      const tokens = arnTokens(tokensOf([{ text: pattern, literal: false }], { wildcards: true, fold: false }));
      const budget = new Budget(10_000, 10_000);
      budget.begin();
      return tokens !== null && new Automaton([tokens]).accepts(text, budget);
    };
    expect(accepts('arn:*:iam::*:role/*a*b', 'arn:aws:iam::1:role/xaxxaxb')).toBe(true);
    expect(accepts('arn:*:iam::*:role/*a*b', 'arn:aws:iam::1:role/xaxxbx')).toBe(false);
    expect(accepts('arn:*:role/*:::', 'arn:aws:iam::1:role/x:::')).toBe(false);
  });
});

describe('the budget', () => {
  it('counts what was not finished as access, and says so', () => {
    const condition = {
      StringLike: { 'aws:PrincipalTag/x': '*a*b*c' },
      StringNotLike: { 'aws:PrincipalTag/x': ['*a*b*', 'a*c'] },
    };
    const starved = analyze(read(allow('*', condition)), zone, { keyArn: KEY, steps: { total: 40, perSearch: 20 } });
    expect([starved.public, starved.complete]).toEqual([true, false]);
    expect(starved.findings.filter((one) => one.rule === 'policy-public').map((one) => one.verdict)).toEqual([
      'undetermined',
    ]);
    const fed = analyze(read(allow('*', condition)), zone, { keyArn: KEY });
    expect([fed.public, fed.complete]).toEqual([false, true]);
  });
});
