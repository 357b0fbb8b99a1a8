import { describe, expect, it } from 'vitest';
import { isIntrinsic, resolve } from '../../../shared/policy/templates/intrinsics.ts';
import { isObject } from '../../../shared/policy/parse-statement.ts';
import { type JsonObject, type JsonValue, readJson } from '../../../shared/policy/read-json.ts';
import { OWN } from '../../support/policy-fixtures.ts';

const json = (value: unknown): JsonValue => {
  const reading = readJson(JSON.stringify(value));
  if (reading.kind === 'error') throw new Error(reading.message);
  return reading.value;
};
const objectOf = (value: unknown): JsonObject => {
  const object = json(value);
  if (!isObject(object)) throw new Error('no object');
  return object;
};

const resources = objectOf({
  App: { Type: 'AWS::IAM::Role' },
  Ann: { Type: 'AWS::IAM::User' },
  Box: { Type: 'AWS::S3::Bucket' },
  Odd: 'text',
});
const here = { account: OWN, partition: 'aws', region: 'eu-west-1', resources };
const resolved = (value: unknown, where: typeof here | { region: null } = here) =>
  resolve(json(value), { ...here, ...where });

describe('intrinsics that this machine can fill in', () => {
  it.each([
    [{ Ref: 'AWS::AccountId' }, OWN],
    [{ Ref: 'AWS::Partition' }, 'aws'],
    [{ Ref: 'AWS::Region' }, 'eu-west-1'],
    [{ Ref: 'AWS::URLSuffix' }, 'amazonaws.com'],
    [{ 'Fn::GetAtt': ['App', 'Arn'] }, `arn:aws:iam::${OWN}:role/App`],
    [{ 'Fn::GetAtt': 'App.Arn' }, `arn:aws:iam::${OWN}:role/App`],
    [{ 'Fn::GetAtt': ['Ann', 'Arn'] }, `arn:aws:iam::${OWN}:user/Ann`],
    [{ 'Fn::Sub': 'arn:${AWS::Partition}:iam::${AWS::AccountId}:root' }, `arn:aws:iam::${OWN}:root`],
    [{ 'Fn::Sub': '${App.Arn}/${!aws:username}' }, `arn:aws:iam::${OWN}:role/App/\${aws:username}`],
    [{ 'Fn::Join': ['-', ['a', { Ref: 'AWS::Region' }, 'b']] }, 'a-eu-west-1-b'],
  ])('%j', (value, wanted) => {
    expect(resolved(value)).toBe(wanted);
  });

  it.each([
    [{ Ref: 'Parameter' }],
    [{ Ref: ['AWS::AccountId'] }],
    [{ 'Fn::GetAtt': ['App', 'RoleId'] }],
    [{ 'Fn::GetAtt': ['Box', 'Arn'] }],
    [{ 'Fn::GetAtt': ['Odd', 'Arn'] }],
    [{ 'Fn::GetAtt': ['Nobody', 'Arn'] }],
    [{ 'Fn::GetAtt': { App: 'Arn' } }],
    [{ 'Fn::Sub': '${AWS::AccountId}-${Parameter}' }],
    [{ 'Fn::Sub': '${App.RoleId}' }],
    [{ 'Fn::Sub': ['${x}', { x: 'y' }] }],
    [{ 'Fn::Join': ['-', ['a', { Ref: 'Parameter' }]] }],
    [{ 'Fn::Join': [1, ['a']] }],
    [{ 'Fn::Join': ['-', 'a'] }],
    [{ 'Fn::Join': '-' }],
    [{ 'Fn::Transform': {} }],
  ])('but %j stays as it is', (value) => {
    expect(resolved(value)).toEqual(json(value));
  });

  it('have the suffix of China, and no Region where none is known', () => {
    const china = { ...here, partition: 'aws-cn' };
    expect(resolved({ Ref: 'AWS::URLSuffix' }, china)).toBe('amazonaws.com.cn');
    expect(resolved({ Ref: 'AWS::Region' }, { region: null })).toEqual(json({ Ref: 'AWS::Region' }));
  });

  it('stand anywhere in a value', () => {
    const value = { a: [1, { Ref: 'AWS::AccountId' }], b: { c: { Ref: 'AWS::Region' }, d: true, e: null } };
    expect(resolved(value)).toEqual(json({ a: [1, OWN], b: { c: 'eu-west-1', d: true, e: null } }));
  });
});

describe('what an intrinsic looks like', () => {
  it.each([[{ Ref: 'x' }], [{ 'Fn::Sub': 'x' }], [{ 'Fn::If': [] }]])('%j', (value) => {
    expect(isIntrinsic(json(value))).toBe(true);
  });

  it.each([[{}], [{ Ref: 'x', Type: 'y' }], [{ AWS: 'x' }], [{ 'aFn::Sub': 'x' }], ['Ref'], [['Ref']], [null]])(
    'not like %j',
    (value) => {
      expect(isIntrinsic(json(value))).toBe(false);
    },
  );
});
