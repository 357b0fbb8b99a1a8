import { describe, expect, it } from 'vitest';
import { analyze, evaluate, type KeyPolicy, parsePolicy } from '../../shared/policy/index.ts';
import { SERVICE_SUFFIXES } from '../../shared/policy/service-names.ts';
import {
  allow,
  analysisOf,
  deny,
  FOREIGN,
  KEY_ARN,
  OWN,
  ownZone,
  type Part,
  role,
} from '../support/policy-fixtures.ts';

/** Policies that their writer would like to see overlooked. Everything must be found, and proved by the evaluator. */

const open = (Condition: Part, more: Part = {}): Part => allow('*', 'kms:Decrypt', { Condition, ...more });

/** The same policy with every character beyond Latin-1 as an escape, which KMS does not refuse. */
const escaped = (...Statement: readonly Part[]): KeyPolicy => {
  const text = JSON.stringify({ Version: '2012-10-17', Statement });
  const { policy } = parsePolicy(
    text.replaceAll(/[^\0-\xff]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`),
  );
  if (policy === null) throw new Error(text);
  return policy;
};

const verdicts = (statements: readonly Part[], keyArn: string | null = KEY_ARN) => {
  const found = analysisOf(statements, ownZone, keyArn);
  expect([found.complete, found.uncertified]).toEqual([true, 0]);
  return { public: found.public, service: found.service };
};

describe('one statement does not hide another', () => {
  it('by an action with a comma in its name', () => {
    const decoy = allow(role('A'), ['kms:Decrypt,kms:Sign']);
    expect(verdicts([decoy, allow('*', ['kms:Decrypt', 'kms:Sign'])]).public).toBe(true);
  });

  it('by a resource that is spelled as a list of patterns of our own', () => {
    const decoy = {
      ...allow(role('A'), 'kms:Decrypt'),
      Resource: SERVICE_SUFFIXES.map((suffix) => `*${suffix}`).join('\n'),
    };
    expect(verdicts([decoy, open({ StringEquals: { 'kms:ViaService': 'ec2.eu-west-1.amazonaws.com' } })]).public).toBe(
      true,
    );
  });

  it('by values of variables that run together', () => {
    const joined = {
      StringEquals: {
        'aws:PrincipalTag/a': ['x\u0003y', 'x'],
        'aws:PrincipalTag/b': ['z', 'y\u0003z'],
        'aws:PrincipalTag/c': '${aws:PrincipalTag/a}-${aws:PrincipalTag/b}',
      },
      StringLike: { 'aws:PrincipalTag/c': 'x-y\u0003z' },
    };
    expect(verdicts([open(joined)]).public).toBe(true);
  });
});

describe('a Resource with a variable or an early wildcard', () => {
  const reading = (Resource: string, Version = '2012-10-17', resource: string | null = KEY_ARN) => {
    const { policy } = parsePolicy(JSON.stringify({ Version, Statement: [{ ...allow('*', 'kms:*'), Resource }] }));
    if (policy === null) throw new Error(Resource);
    const request = { principal: `arn:aws:iam::${FOREIGN}:role/x`, principalType: 'AWS', action: 'kms:Sign' } as const;
    const asked = { ...request, resource, context: {} };
    return (['broad', 'narrow'] as const).map((one) => evaluate(policy, asked, one).decision);
  };

  it.each([
    ['arn:aws:kms:*:*:key/${aws:PrincipalTag/key}', true],
    ['arn:aws:kms:${aws:RequestedRegion}:${aws:ResourceAccount}:key/*', true],
    ['${aws:PrincipalTag/arn}', true],
    ['arn:aws:s3:::${aws:PrincipalTag/bucket}', false],
    [`arn:aws:kms:*:${FOREIGN}:key/\${aws:username}`, false],
  ])('%s may be this key: %s', (Resource, may) => {
    expect(reading(Resource)).toEqual([may ? 'Allow' : 'ImplicitDeny', 'ImplicitDeny']);
    expect(verdicts([{ ...allow('*', 'kms:Decrypt'), Resource }]).public).toBe(may);
    expect(analysisOf([{ ...allow('*', 'kms:Decrypt'), Resource }]).access.every((one) => !one.certain)).toBe(true);
  });

  it('is text under the old version', () => {
    expect(reading('arn:aws:kms:*:*:key/${aws:PrincipalTag/key}', '2008-10-17')).toEqual([
      'ImplicitDeny',
      'ImplicitDeny',
    ]);
  });

  it('protects nothing in a Deny, and frees nobody in a NotResource', () => {
    const Resource = 'arn:aws:kms:*:*:key/${aws:PrincipalTag/key}';
    expect(verdicts([allow('*', 'kms:Decrypt'), { ...deny('kms:*'), Resource }]).public).toBe(true);
    const { Resource: _, ...rest } = allow('*', 'kms:Decrypt');
    expect(verdicts([{ ...rest, NotResource: Resource }]).public).toBe(true);
  });

  it.each([
    ['*', true],
    ['arn:*', true],
    ['a*', true],
    ['?rn:aws:kms:*', true],
    ['arn:aws:*', true],
    ['arn:aws:k?s:*:*:key/*', true],
    ['arn:aws:kms:eu-west-1:*', true],
    ['${aws:PrincipalTag/arn}', true],
    ['arn:${aws:PrincipalTag/p}', true],
    ['arn:aws:s3:::*', false],
    ['s3*', false],
    ['kms', false],
    ['arn:aws', false],
  ])('%s of a key that is not known: %s', (Resource, may) => {
    expect(reading(Resource, '2012-10-17', null)[0]).toBe(may ? 'Allow' : 'ImplicitDeny');
    expect(verdicts([{ ...allow('*', 'kms:Decrypt'), Resource }], null).public).toBe(may);
  });
});

const LOGS = 'logs.amazonaws.com';

describe('services by a pattern of their names', () => {
  const called = (operator: string, value: string | readonly string[], key = 'aws:PrincipalServiceName'): Part =>
    open({ [operator]: { [key]: value } });

  it.each<[string, readonly Part[], readonly string[]]>([
    ['one pattern', [called('StringLike', 'logs.*')], ['logs.* by logs.amazonaws.com']],
    [
      'one of the list',
      [called('ForAnyValue:StringLike', 'logs.*', 'aws:PrincipalServiceNamesList')],
      ['logs.* by logs.amazonaws.com'],
    ],
    ['two patterns', [called('StringLike', ['logs.*', 'sns.*'])], ['* by sns.amazonaws.com']],
    [
      'a pattern, but not its plainest instance',
      [called('StringLike', 'logs.*'), deny('kms:*', { StringEquals: { 'aws:PrincipalServiceName': LOGS } })],
      ['logs.* by logs.z.amazonaws.com'],
    ],
    [
      'a pattern of a Deny of others',
      [allow('*', 'kms:Decrypt'), deny('kms:*', { StringNotLike: { 'aws:PrincipalServiceName': 'logs.*' } })],
      ['* by logs.amazonaws.com'],
    ],
    [
      'a pattern, and a way around it',
      [called('StringLike', 'logs.*'), called('StringNotLike', ['any-*', 'logs.*'])],
      ['* by logs.amazonaws.com'],
    ],
    ['all but the one that we would think of', [called('StringNotLike', 'any-*')], ['* by z.amazonaws.com']],
    [
      'two patterns that no name meets',
      [called('StringLike', 'logs.*'), deny('kms:*', { StringNotLike: { 'aws:PrincipalServiceName': 's3.*' } })],
      [],
    ],
    ['none of AWS', [called('StringLike', '*.example.com')], []],
    ['by its name', [called('StringEquals', LOGS)], [`${LOGS} by ${LOGS}`]],
    ['any at all', [called('StringLike', '*')], ['* by any-service.amazonaws.com']],
  ])('%s', (_name, statements, wanted) => {
    const { access, uncertified } = analysisOf(statements);
    const services = access.filter(({ who }) => who === 'service');
    expect(services.map(({ principal, witness }) => `${principal} by ${witness?.principal}`)).toEqual(wanted);
    expect(uncertified).toBe(0);
  });

  it('are named alike throughout the witness', () => {
    const both = open({
      StringLike: { 'aws:PrincipalServiceName': 'logs.*' },
      StringEquals: { 'aws:SourceAccount': FOREIGN },
    });
    const [first] = analysisOf([both]).access;
    expect(first?.witness).toMatchObject({ principal: LOGS, context: { 'aws:PrincipalServiceName': LOGS } });
  });
});

describe('strangers by names that we would not think of', () => {
  const account = (operator: string, value: string | readonly string[], key = 'aws:PrincipalAccount') => ({
    [operator]: { [key]: value },
  });
  const org = (operator: string, value: string | readonly string[]) => account(operator, value, 'aws:PrincipalOrgID');
  const arns = (...parts: readonly string[]) => ({
    ArnLike: { 'aws:PrincipalArn': parts.map((part) => `arn:aws:iam::${part}:role/*`) },
  });
  const all = allow('*', 'kms:Decrypt');
  const usual = ['999988887777', '888877776666', '777766665555', '666655554444', '246813579024', '135792468013'];
  const digits = (...left: readonly string[]) =>
    '0123456789'
      .split('')
      .filter((digit) => !left.includes(digit))
      .map((digit) => `${digit}*`);

  it.each<[string, readonly Part[], string]>([
    [
      'our own examples are denied',
      [all, deny('kms:*', account('StringEquals', [...usual, '314159265358']))],
      'public',
    ],
    ['all that begin otherwise are denied', [all, deny('kms:*', account('StringLike', digits('4')))], 'public'],
    ['the same by ARN', [all, deny('kms:*', arns(...digits('0')))], 'public'],
    [
      'the instances of a pattern are denied',
      [open(account('StringLike', '1*')), deny('kms:*', account('StringLike', ['19*', '18*']))],
      'external',
    ],
    ['the same by ARN, again', [open(arns('1*')), deny('kms:*', arns('19*', '18*'))], 'external'],
    [
      'the instances of what a Deny spares are denied',
      [
        all,
        deny('kms:*', account('StringNotLike', '12*')),
        deny('kms:*', account('StringLike', ['128*', '129*'], 'kms:CallerAccount')),
      ],
      'external',
    ],
    [
      'our own organizations are denied',
      [open(org('StringLike', 'o-*')), deny('kms:*', org('StringLike', 'o-z*'))],
      'public',
    ],
    [
      'what two Denies spare is in part not what the Allow gives',
      [
        open(account('StringNotLike', '1*')),
        deny('kms:*', account('StringNotLike', '*5*')),
        deny('kms:*', account('StringNotLike', ['6*', '1*'])),
      ],
      'external',
    ],
    [
      'a Deny spares organizations by their ends',
      [all, deny('kms:*', org('StringNotLike', ['*0', ownZone.org ?? '']))],
      'external',
    ],
    ['all accounts are denied, by ten patterns', [all, deny('kms:*', account('StringLike', digits()))], 'nobody'],
    [
      'none is left of a pattern',
      [open(account('StringLike', '1*')), deny('kms:*', account('StringLike', '1?*'))],
      'nobody',
    ],
  ])('%s: %s', (_name, statements, wanted) => {
    const { access, complete, uncertified } = analysisOf([
      ...statements,
      deny('kms:*', { Bool: { 'aws:PrincipalIsAWSService': 'true' } }),
    ]);
    const outside = access.map(({ who }) => who).filter((who) => who === 'public' || who === 'external');
    expect([outside[0] ?? 'nobody', complete, uncertified]).toEqual([wanted, true, 0]);
  });

  it('of the resource that a service acts for', () => {
    const s3 = allow({ Service: 's3.amazonaws.com' }, 'kms:Decrypt');
    const sourced = deny('kms:*', { Null: { 'aws:SourceAccount': 'true' } });
    expect(verdicts([s3, sourced, deny('kms:*', account('StringEquals', usual, 'aws:SourceAccount'))]).service).toBe(
      true,
    );
  });
});

describe('times as numbers', () => {
  it.each([
    ['NumericLessThan', '99999999999999999999999', true],
    ['NumericLessThan', '2025', false],
    ['NumericLessThan', '20250', true],
    ['NumericLessThan', '0', false],
    ['NumericLessThanEquals', '-5', false],
    ['NumericGreaterThan', '-99999999999999999999999', true],
    ['NumericGreaterThan', '99999999999999999999999', false],
    ['NumericEquals', '1893456000.0', true],
    ['NumericEquals', '99999999999999999999999', false],
    ['NumericLessThan', '2030-01-01', false],
    ['DateLessThan', '0', false],
    ['DateLessThan', '1893456000', true],
  ])('%s aws:EpochTime %s lets a stranger in: %s', (operator, value, wanted) => {
    expect(verdicts([open({ [operator]: { 'aws:EpochTime': value } })]).public).toBe(wanted);
  });

  it('a number of four digits is no year', () => {
    const early = { NumericGreaterThan: { 'aws:EpochTime': '2025' } };
    expect(verdicts([open({ ...early, DateLessThan: { 'aws:CurrentTime': '2000-01-01' } })]).public).toBe(true);
  });
});

describe('characters that the evaluator uses for itself', () => {
  const STAR = '\uE000';
  const ask = (pattern: string, value: string, operator = 'StringLike') =>
    evaluate(escaped(open({ [operator]: { 'aws:PrincipalTag/t': pattern } })), {
      principal: `arn:aws:iam::${OWN}:role/x`,
      principalType: 'AWS',
      action: 'kms:Decrypt',
      resource: KEY_ARN,
      context: { 'aws:PrincipalTag/t': value, 'aws:username': `a${STAR}` },
    }).decision;

  it.each([
    [`a${STAR}`, 'abc', 'ImplicitDeny'],
    ['a\uE001', 'ab', 'ImplicitDeny'],
    [`a${STAR}*`, `a${STAR}c`, 'Allow'],
    ['${aws:username}', 'abc', 'ImplicitDeny'],
    ['${aws:username}', `a${STAR}`, 'Allow'],
    ['a?c', `a${STAR}c`, 'Allow'],
    ['abc', `a${STAR}`, 'ImplicitDeny'],
  ])('%j against %j: %s', (pattern, value, decision) => {
    expect(ask(pattern, value)).toBe(decision);
  });

  it('are themselves for operators without wildcards', () => {
    expect([ask(STAR, STAR, 'StringEquals'), ask(STAR, '\uFFFD', 'StringEquals')]).toEqual(['Allow', 'ImplicitDeny']);
  });

  it('do not make a Deny out of nothing', () => {
    const nothing = deny('kms:*', { StringLike: { 'aws:userid': STAR } });
    const found = analyze(escaped(allow('*', 'kms:Decrypt'), nothing), ownZone, { keyArn: KEY_ARN });
    expect([found.public, found.complete, found.uncertified]).toEqual([true, true, 0]);
  });
});

describe('a default value with more behind it', () => {
  it('is none, for the search as for the evaluator', () => {
    const strict = deny('kms:*', { StringEquals: { 'aws:SecureTransport': "${aws:PrincipalTag/none, 'true' y}" } });
    const untagged = { Null: { 'aws:PrincipalTag/none': 'true' } };
    expect(verdicts([open(untagged), strict]).public).toBe(true);
  });
});
