import { describe, expect, it } from 'vitest';
import { type JsonValue, readJson } from '../../../shared/policy/read-json.ts';
import { cloudFormationKeys } from '../../../shared/policy/templates/cloudformation.ts';
import type { TemplateKey } from '../../../shared/policy/templates/template-key.ts';
import { terraformKeys } from '../../../shared/policy/templates/terraform.ts';
import { allow, delegation, deny, OWN, type Part, policyOf, role } from '../../support/policy-fixtures.ts';

const json = (value: unknown): JsonValue => {
  const reading = readJson(JSON.stringify(value));
  if (reading.kind === 'error') throw new Error(reading.message);
  return reading.value;
};
const owner = { account: OWN, partition: 'aws' };
const document = (...Statement: readonly unknown[]): Part => ({ Version: '2012-10-17', Statement });
const read = (...statements: readonly Part[]) => ({ kind: 'policy', policy: policyOf(...statements), unknown: [] });
const byDefault = read({ ...delegation, Sid: 'Enable IAM policies' });

describe('keys of a CloudFormation template', () => {
  const keys = (template: unknown) => cloudFormationKeys(json(template), { ...owner, region: null });
  const keyOf = (Properties: Part | undefined, more: Part = {}): TemplateKey | undefined =>
    keys({
      Resources: { K: { Type: 'AWS::KMS::Key', ...(Properties === undefined ? {} : { Properties }), ...more } },
    })?.[0];

  it('has what KMS gives a key without properties', () => {
    const plain = { name: 'K', rotation: false, rotates: true, windowInDays: null, retained: 'no' };
    expect(keyOf(undefined)).toEqual({ ...plain, policy: byDefault });
  });

  it.each([
    ['rotation', { EnableKeyRotation: true }, { rotation: true }],
    ['rotation as text', { EnableKeyRotation: 'true' }, { rotation: true }],
    ['no rotation', { EnableKeyRotation: 'false' }, { rotation: false }],
    ['rotation by a parameter', { EnableKeyRotation: { Ref: 'P' } }, { rotation: null }],
    ['an asymmetric key', { KeySpec: 'RSA_2048' }, { rotates: false }],
    ['a symmetric key', { KeySpec: 'SYMMETRIC_DEFAULT', Origin: 'AWS_KMS' }, { rotates: true }],
    ['imported material', { Origin: 'EXTERNAL' }, { rotates: false }],
    ['a window', { PendingWindowInDays: 7 }, { windowInDays: 7 }],
    ['a window as text', { PendingWindowInDays: '14' }, { windowInDays: 14 }],
    ['a window by a parameter', { PendingWindowInDays: { Ref: 'P' } }, { windowInDays: null }],
  ])('%s', (_name, properties, wanted) => {
    expect(keyOf(properties)).toMatchObject(wanted);
  });

  it.each([
    ['Retain', 'yes'],
    ['RetainExceptOnCreate', 'yes'],
    ['Delete', 'no'],
    [{ Ref: 'P' }, 'unknown'],
  ])('retained by %j: %s', (DeletionPolicy, wanted) => {
    expect(keyOf({}, { DeletionPolicy })?.retained).toBe(wanted);
  });

  it('keys made by Fn::ForEach are known only at deployment, and not overlooked', () => {
    const loop = (Type: string) => ({ 'Fn::ForEach::Keys': ['Name', ['a', 'b'], { 'Key${Name}': { Type } }] });
    expect(keys({ Resources: loop('AWS::KMS::Key') })).toEqual([
      {
        name: 'Fn::ForEach::Keys',
        policy: { kind: 'unknown' },
        rotation: null,
        rotates: false,
        windowInDays: null,
        retained: 'unknown',
      },
    ]);
    expect(keys({ Resources: loop('AWS::SQS::Queue') })).toEqual([]);
  });

  it('a replica does not rotate by itself', () => {
    expect(keyOf({}, { Type: 'AWS::KMS::ReplicaKey' })?.rotates).toBe(false);
  });

  it.each([
    ['an object', document(delegation), read(delegation)],
    ['JSON in a string', JSON.stringify(document(delegation)), read(delegation)],
    ['one statement', { Version: '2012-10-17', Statement: delegation }, read(delegation)],
    ['an intrinsic', { 'Fn::Transform': {} }, { kind: 'unknown' }],
    ['no JSON', '{', { kind: 'refused', errors: [{ path: '$', message: 'expected a name in double quotes' }] }],
    ['no Statement', {}, { kind: 'refused', errors: [{ path: '$.Statement', message: 'a policy has a Statement' }] }],
    ['a list', [], { kind: 'refused', errors: [{ path: '$', message: 'a policy is a JSON object' }] }],
  ])('reads a policy that is %s', (_name, KeyPolicy, wanted) => {
    expect(keyOf({ KeyPolicy })?.policy).toEqual(wanted);
  });

  it('sets aside the statements that hold a value of the deployment, and names the places', () => {
    const partner = allow({ AWS: ['*', { Ref: 'Partner' }] }, 'kms:*', {
      Condition: { Bool: { 'aws:x': [{ Ref: 'P' }] } },
    });
    const policy = keyOf({ KeyPolicy: document({ Ref: 'S' }, partner, delegation) })?.policy;
    expect(policy).toEqual({
      ...read(delegation),
      unknown: ['$.Statement[0]', '$.Statement[1].Principal.AWS[1]', '$.Statement[1].Condition.Bool.aws:x[0]'],
    });
  });

  it.each([
    ['too long', [{ ...delegation, Sid: 'x'.repeat(33_000) }], /^\d+ characters: a key policy has at most/],
    ['too long, a part of it aside', [{ ...delegation, Sid: 'x'.repeat(33_000) }, { Ref: 'S' }], /^\d+ characters/],
    ['not Latin-1', [{ ...delegation, Sid: 'ключ' }], /^the character at offset \d+ is outside/],
  ])('refuses a policy that is %s, as an object and as a text', (_name, statements, message) => {
    const refused = { kind: 'refused', errors: [{ path: '$', message: expect.stringMatching(message) }] };
    const policy = document(...statements);
    expect(keyOf({ KeyPolicy: policy })?.policy).toEqual(refused);
    expect(keyOf({ KeyPolicy: JSON.stringify(policy) })?.policy).toEqual(refused);
  });

  it('measures a policy as CloudFormation sends it, not as the template spells it', () => {
    const policy = document({ ...delegation, Sid: 'x'.repeat(32_500) });
    expect(keyOf({ KeyPolicy: policy })?.policy.kind).toBe('policy');
    expect(keyOf({ KeyPolicy: JSON.stringify(policy, null, 10) })?.policy.kind).toBe('refused');
  });

  it('refuses a text with a name twice', () => {
    const text = '{"Statement":[],"Statement":[]}';
    expect(keyOf({ KeyPolicy: text })?.policy).toEqual({
      kind: 'refused',
      errors: [{ path: '$.Statement', message: 'this name appears twice' }],
    });
  });

  it('looks at nothing but keys', () => {
    expect(keys({ Resources: { B: { Type: 'AWS::S3::Bucket' }, T: { Type: ['AWS::KMS::Key'] }, S: 'text' } })).toEqual(
      [],
    );
    expect([keys({}), keys([]), keys({ Resources: [] })]).toEqual([null, null, null]);
  });
});

describe('keys of a Terraform plan', () => {
  const address = 'aws_kms_key.k';
  const resource = (values: unknown, more: Part = {}): Part => ({
    address,
    mode: 'managed',
    type: 'aws_kms_key',
    values,
    ...more,
  });
  const plan = (resources: readonly unknown[], more: Part = {}): unknown => ({
    format_version: '1.2',
    planned_values: { root_module: { resources } },
    ...more,
  });
  const keys = (value: unknown) => terraformKeys(json(value), owner);
  const keyOf = (values: unknown, more: Part = {}): TemplateKey | undefined =>
    keys(plan([resource(values, more)]))?.[0];
  const later = (after_unknown: unknown): Part => ({ resource_changes: [{ address, change: { after_unknown } }] });

  it('has what KMS gives a key without arguments', () => {
    const plain = { name: address, rotation: false, rotates: true, windowInDays: null, retained: 'unknown' };
    expect([keyOf({}), keyOf(undefined)]).toEqual([1, 2].map(() => ({ ...plain, policy: byDefault })));
  });

  it.each([
    ['rotation', { enable_key_rotation: true }, { rotation: true }],
    ['an asymmetric key', { customer_master_key_spec: 'RSA_2048' }, { rotates: false }],
    ['a symmetric key', { customer_master_key_spec: 'SYMMETRIC_DEFAULT' }, { rotates: true }],
    ['a key store of your own, where KMS rotates nothing', { custom_key_store_id: 'cks-1' }, { rotates: false }],
    ['no key store of your own', { custom_key_store_id: null }, { rotates: true }],
    ['a window', { deletion_window_in_days: 7 }, { windowInDays: 7 }],
    ['a window as text', { deletion_window_in_days: '7' }, { windowInDays: null }],
    ['a policy', { policy: JSON.stringify(document(delegation)) }, { policy: read(delegation) }],
    ['an empty policy', { policy: '' }, { policy: byDefault }],
    ['a policy that KMS refuses', { policy: '{}' }, { policy: { kind: 'refused', errors: [{ path: '$.Statement' }] } }],
  ])('%s', (_name, values, wanted) => {
    expect(keyOf(values)).toMatchObject(wanted);
  });

  it.each(['aws_kms_external_key', 'aws_kms_replica_key', 'aws_kms_replica_external_key', 'aws_kms_key_policy'])(
    '%s is a key, and does not rotate by itself',
    (type) => {
      expect(keyOf({}, { type })?.rotates).toBe(false);
    },
  );

  it('leaves open what the plan does not know yet', () => {
    const unknown = later({ policy: true, enable_key_rotation: true });
    const [found] = keys(plan([resource({})], unknown)) ?? [];
    expect(found).toMatchObject({ policy: { kind: 'unknown' }, rotation: null });
    const written = resource({ policy: JSON.stringify(document(delegation)) });
    expect(keys(plan([written], later({ policy: {} })))?.[0]).toMatchObject({
      policy: read(delegation),
      rotation: false,
    });
    const odd = { resource_changes: [{ address: 1 }, { address, change: { after_unknown: false } }, 'text'] };
    expect(keys(plan([resource({})], odd))?.[0]?.policy).toEqual(byDefault);
  });

  it('finds keys in modules and in a state, and no data sources', () => {
    const inner = { root_module: { child_modules: [{ child_modules: [{ resources: [resource({})] }] }] } };
    expect(keys({ format_version: '1.0', values: inner })).toHaveLength(1);
    expect(keys(plan([resource({}, { mode: 'data' }), { type: 'aws_s3_bucket' }, 'text']))).toEqual([]);
    expect([keys({}), keys([]), keys({ format_version: '1.2' })]).toEqual([null, null, []]);
  });

  it('still reads a Deny', () => {
    const policy = JSON.stringify(document(delegation, deny('kms:Decrypt'), allow(role('App'), 'kms:Sign')));
    expect(keyOf({ policy })?.policy).toEqual(read(delegation, deny('kms:Decrypt'), allow(role('App'), 'kms:Sign')));
  });
});
