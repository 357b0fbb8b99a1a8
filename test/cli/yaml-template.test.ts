import { describe, expect, it } from 'vitest';
import { readYamlTemplate } from '../../cli/yaml-template.ts';

const template = `
AWSTemplateFormatVersion: 2010-09-09
Parameters:
  Partner: { Type: String }
Resources:
  Key:
    Type: AWS::KMS::Key
    DeletionPolicy: Retain
    Properties:
      EnableKeyRotation: true
      PendingWindowInDays: 30
      KeyPolicy:
        Version: 2012-10-17
        Statement:
          - Sid: Own
            Effect: Allow
            Principal: { AWS: !Sub 'arn:\${AWS::Partition}:iam::\${AWS::AccountId}:root' }
            Action: kms:*
            Resource: '*'
          - Sid: Partner
            Effect: Allow
            Principal: { AWS: !Join ['', ['arn:aws:iam::', !Ref Partner, ':root']] }
            Action: !If [Wide, 'kms:*', kms:Decrypt]
            Resource: !GetAtt Other.Arn
`;

const jsonOf = (text: string): unknown => {
  const reading = readYamlTemplate(text);
  return reading.yaml === 'template' ? JSON.parse(reading.json) : reading;
};

describe('a CloudFormation template in YAML', () => {
  it('becomes JSON with the short forms written out, and dates as text', () => {
    expect(jsonOf(template)).toMatchObject({
      AWSTemplateFormatVersion: '2010-09-09',
      Resources: {
        Key: {
          Properties: {
            EnableKeyRotation: true,
            KeyPolicy: {
              Version: '2012-10-17',
              Statement: [
                { Principal: { AWS: { 'Fn::Sub': 'arn:${AWS::Partition}:iam::${AWS::AccountId}:root' } } },
                {
                  Principal: { AWS: { 'Fn::Join': ['', ['arn:aws:iam::', { Ref: 'Partner' }, ':root']] } },
                  Action: { 'Fn::If': ['Wide', 'kms:*', 'kms:Decrypt'] },
                  Resource: { 'Fn::GetAtt': ['Other', 'Arn'] },
                },
              ],
            },
          },
        },
      },
    });
  });

  it.each([
    ['nesting that does not close', 'Resources:\n  Key: { Type: [ }', 'at line 2'],
    ['a key that stands twice', 'Resources:\n  Key: 1\n  Key: 2', 'unique'],
  ])('%s is told with its place', (_, text, words) => {
    expect(jsonOf(text)).toMatchObject({ yaml: 'broken', problem: expect.stringContaining(words) });
  });

  it.each(['{"Version":"2012-10-17","Statement":[]}', 'hello', '', 'Statement:\n  - Effect: Allow'])(
    '%j is none',
    (text) => {
      expect(readYamlTemplate(text)).toEqual({ yaml: 'no' });
    },
  );

  it('does not grow without bounds by aliases of aliases', () => {
    const nines = (one: string): string => Array.from({ length: 9 }, () => one).join(', ');
    const levels = 'a b c d e f g h'
      .split(' ')
      .map((name, n, all) => `  ${name}: &${name} [${nines(n === 0 ? 'x' : `*${all[n - 1]}`)}]`);
    const bomb = ['Resources:', ...levels].join('\n');
    expect(readYamlTemplate(bomb)).toMatchObject({ yaml: 'broken', problem: expect.stringContaining('alias') });
  });
});
