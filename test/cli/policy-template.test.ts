import { describe, expect, it } from 'vitest';
import { checkTemplate } from '../../cli/policy-template.ts';
import { allow, delegation, FOREIGN, OWN, ownZone, type Part, root } from '../support/policy-fixtures.ts';

const scope = { zone: ownZone, keyArn: null, minimumWindowInDays: 30 };
const check = (template: unknown) =>
  (checkTemplate(JSON.stringify(template), scope) ?? []).map(({ name, analysis, findings }) => ({
    name,
    public: analysis?.public ?? null,
    findings: findings.map((one) => `${one.rule} ${one.verdict}`),
  }));

const policy = (...Statement: readonly unknown[]): Part => ({ Version: '2012-10-17', Statement });
const good = { Type: 'AWS::KMS::Key', DeletionPolicy: 'Retain' };
const stack = (key: Part, Properties: Part, others: Part = {}) => ({
  Resources: { Key: { ...key, Properties }, ...others },
});
const rotating = { EnableKeyRotation: true };
const open = allow('*', 'kms:Decrypt');

describe('CloudFormation', () => {
  it.each([
    ['a good key', stack(good, { ...rotating, KeyPolicy: policy(delegation) }), false, []],
    ['a key with the default policy', stack(good, rotating), false, []],
    [
      'a public key',
      stack(good, { ...rotating, KeyPolicy: policy(delegation, open) }),
      true,
      ['policy-public violation', 'policy-service-unscoped violation', 'policy-wildcard-principal violation'],
    ],
    [
      'no rotation, a short window, no retention',
      stack({ Type: 'AWS::KMS::Key' }, { KeyPolicy: policy(delegation), PendingWindowInDays: 7 }),
      false,
      ['rotation-disabled violation', 'deletion-window-short violation', 'key-not-retained violation'],
    ],
    [
      'an asymmetric key, which does not rotate',
      stack(good, { KeySpec: 'RSA_2048', KeyPolicy: policy(delegation) }),
      false,
      [],
    ],
    [
      'intrinsics that can be known',
      stack(good, {
        ...rotating,
        KeyPolicy: policy(
          allow(
            {
              AWS: {
                'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':iam::', { Ref: 'AWS::AccountId' }, ':root']],
              },
            },
            'kms:*',
          ),
        ),
      }),
      false,
      [],
    ],
    [
      'a role of the same template',
      stack(
        good,
        { ...rotating, KeyPolicy: policy(delegation, allow({ AWS: { 'Fn::GetAtt': ['App', 'Arn'] } }, 'kms:Decrypt')) },
        { App: { Type: 'AWS::IAM::Role' } },
      ),
      false,
      [],
    ],
    [
      'Fn::Sub',
      stack(good, {
        ...rotating,
        KeyPolicy: policy(
          delegation,
          allow({ AWS: { 'Fn::Sub': 'arn:${AWS::Partition}:iam::${AWS::AccountId}:role/x' } }, 'kms:Decrypt'),
        ),
      }),
      false,
      [],
    ],
    [
      'a parameter, known only at deployment',
      stack(good, { ...rotating, KeyPolicy: policy(delegation, allow({ AWS: { Ref: 'Partner' } }, 'kms:Decrypt')) }),
      false,
      ['policy-public undetermined'],
    ],
    [
      'a whole policy known only at deployment',
      stack(good, { ...rotating, KeyPolicy: { 'Fn::Transform': {} } }),
      null,
      ['policy-public undetermined'],
    ],
    [
      'a policy that KMS refuses',
      stack(good, { ...rotating, KeyPolicy: policy({ ...open, Principal: { Federated: 'x.example.com' } }) }),
      null,
      ['policy-invalid violation'],
    ],
  ])('%s', (_name, template, isPublic, findings) => {
    expect(check(template)).toEqual([{ name: 'Key', public: isPublic, findings }]);
  });

  it('looks at every key, and at nothing else', () => {
    const Resources = {
      A: { ...good, Properties: rotating },
      Bucket: { Type: 'AWS::S3::Bucket' },
      B: { Type: 'AWS::KMS::ReplicaKey', DeletionPolicy: 'Retain' },
    };
    expect(check({ Resources }).map((one) => one.name)).toEqual(['A', 'B']);
  });
});

describe('Terraform', () => {
  const key = (values: Part, name = 'aws_kms_key.k') => ({
    address: name,
    mode: 'managed',
    type: 'aws_kms_key',
    values,
  });
  const plan = (resources: readonly Part[], more: Part = {}) => ({
    format_version: '1.2',
    planned_values: { root_module: { resources: [], child_modules: [{ resources }] } },
    ...more,
  });
  const later = (unknown: Part) => ({
    resource_changes: [{ address: 'aws_kms_key.k', change: { after_unknown: unknown } }],
  });
  const text = (...statements: readonly unknown[]) => JSON.stringify(policy(...statements));

  it.each([
    ['a good key', plan([key({ enable_key_rotation: true, policy: text(delegation) })]), false, []],
    [
      'a partner',
      plan([key({ enable_key_rotation: true, policy: text(delegation, allow(root(FOREIGN), 'kms:Decrypt')) })]),
      false,
      ['policy-cross-account violation'],
    ],
    [
      'the default policy, no rotation, a short window',
      plan([key({ deletion_window_in_days: 7 })]),
      false,
      ['rotation-disabled violation', 'deletion-window-short violation'],
    ],
    [
      'a policy known only at deployment',
      plan([key({ enable_key_rotation: true })], later({ policy: true })),
      null,
      ['policy-public undetermined'],
    ],
    [
      'rotation known only at deployment',
      plan([key({ policy: text(delegation) })], later({ enable_key_rotation: true })),
      false,
      [],
    ],
    [
      'a state',
      {
        format_version: '1.0',
        values: { root_module: { resources: [key({ enable_key_rotation: true, policy: text(open, delegation) })] } },
      },
      true,
      ['policy-public violation', 'policy-service-unscoped violation', 'policy-wildcard-principal violation'],
    ],
  ])('%s', (_name, template, isPublic, findings) => {
    expect(check(template)).toEqual([{ name: 'aws_kms_key.k', public: isPublic, findings }]);
  });

  it('reads a policy that is a resource of its own, and no data sources', () => {
    const separate = {
      address: 'aws_kms_key_policy.p',
      type: 'aws_kms_key_policy',
      values: { policy: text(delegation, open) },
    };
    const data = { ...key({}), mode: 'data' };
    expect(check(plan([separate, data])).map((one) => [one.name, one.public])).toEqual([
      ['aws_kms_key_policy.p', true],
    ]);
  });
});

it('leaves a plain key policy to others', () => {
  expect(checkTemplate(JSON.stringify(policy(delegation)), scope)).toBeNull();
  expect(checkTemplate(`not JSON ${OWN}`, scope)).toBeNull();
});
