import { describe, expect, it } from 'vitest';
import { MAX_POLICY_SIZE, parsePolicy } from '../../shared/policy/parse.ts';

const statement = '"Effect":"Allow","Principal":"*","Action":"kms:Decrypt","Resource":"*"';
const policy = (...statements: readonly string[]): string =>
  `{"Version":"2012-10-17","Statement":[${statements.map((one) => `{${one}}`).join(',')}]}`;

const errors = (text: string): readonly string[] => {
  const parsed = parsePolicy(text);
  return parsed.kind === 'policy' ? [] : parsed.errors.map(({ path, message }) => `${path}: ${message}`);
};

describe('what KMS accepts', () => {
  it.each([
    ['a list of statements', policy(statement)],
    ['one statement, not in a list', `{"Statement":{${statement}}}`],
    ['no statement at all', '{"Version":"2012-10-17","Statement":[]}'],
    [
      'an Id and repeated Sids with spaces',
      `{"Id":"key-default-1","Statement":[{"Sid":"a b",${statement}},{"Sid":"a b",${statement}}]}`,
    ],
    ['a statement without Resource', policy('"Effect":"Allow","Principal":"*","Action":"kms:*"')],
    ['a statement without Action', policy('"Effect":"Allow","Principal":"*","Resource":"*"')],
    [
      'booleans and numbers as values',
      policy(
        `${statement},"Condition":{"Null":{"aws:userid":false},"NumericEquals":{"aws:MultiFactorAuthAge":[1,2.5]}}`,
      ),
    ],
    ['Latin-1 in a Sid', policy(`"Sid":"Schlüssel",${statement}`)],
    [
      'principals of every kind',
      policy(
        statement.replace(
          '"*"',
          '{"AWS":["*","111122223333","arn:aws-cn:iam::111122223333:root","arn:aws:iam::111122223333:role/a/b","arn:aws:sts::111122223333:assumed-role/r/s","arn:aws:sts::111122223333:federated-user/f","AROADBQP57FF2AEXAMPLE"],"Service":"logs.eu-west-1.amazonaws.com"}',
        ),
      ),
    ],
    ['white space of every kind', ` \n\t${policy(statement)}\r\n`],
  ])('%s', (_name, text) => {
    expect(errors(text)).toEqual([]);
  });
});

describe('what it refuses, and where', () => {
  it.each([
    ['not JSON', '{"Version"', /^\$: not JSON: .*line 1/],
    ['text after the end', `${policy(statement)} x`, /^\$: not JSON/],
    ['a list as the policy', '[]', /^\$: a policy is a JSON object/],
    ['no Statement', '{"Version":"2012-10-17"}', /^\$\.Statement: /],
    ['no Version at all', '{"Version":null,"Statement":[]}', /^\$\.Version: /],
    ['another Version', '{"Version":"2012-10-18","Statement":[]}', /^\$\.Version: /],
    ['an unknown element of the policy', '{"Statement":[],"Statements":[]}', /^\$\.Statements: not an element/],
    ['a name twice', policy(`${statement},"Effect":"Deny"`), /^\$\.Statement\[0\]\.Effect: this name appears twice/],
    [
      'a condition key twice',
      policy(`${statement},"Condition":{"Bool":{"aws:SecureTransport":"true","aws:SecureTransport":"false"}}`),
      /^\$\.Statement\[0\]\.Condition\.Bool\.aws:SecureTransport: .*twice/,
    ],
    [
      'an unknown element of a statement',
      policy(statement, `${statement},"Actions":"*"`),
      /^\$\.Statement\[1\]\.Actions: /,
    ],
    ['Effect in the wrong case', policy(statement.replace('Allow', 'allow')), /^\$\.Statement\[0\]\.Effect: /],
    ['no Effect', policy('"Principal":"*","Action":"kms:*","Resource":"*"'), /^\$\.Statement\[0\]\.Effect: /],
    ['no Principal', policy('"Effect":"Allow","Action":"kms:*","Resource":"*"'), /^\$\.Statement\[0\]\.Principal: /],
    ['Action and NotAction', policy(`${statement},"NotAction":"kms:*"`), /^\$\.Statement\[0\]\.NotAction: /],
    [
      'Principal and NotPrincipal',
      policy(`${statement},"NotPrincipal":{"AWS":"*"}`),
      /^\$\.Statement\[0\]\.NotPrincipal: /,
    ],
    [
      'an action without a service',
      policy(statement.replace('kms:Decrypt', 'Decrypt')),
      /^\$\.Statement\[0\]\.Action\[0\]: /,
    ],
    [
      'a number as an action',
      policy(statement.replace('"kms:Decrypt"', '[1]')),
      /^\$\.Statement\[0\]\.Action\[0\]: expected a string/,
    ],
    [
      'a wildcard in a principal',
      policy(statement.replace('"*"', '{"AWS":["111122223333","arn:aws:iam::111122223333:role/*"]}')),
      /^\$\.Statement\[0\]\.Principal\.AWS\[1\]: /,
    ],
    [
      'a group',
      policy(statement.replace('"*"', '{"AWS":"arn:aws:iam::111122223333:group/g"}')),
      /^\$\.Statement\[0\]\.Principal\.AWS: /,
    ],
    [
      'an account of eleven digits',
      policy(statement.replace('"*"', '{"AWS":"11112222333"}')),
      /^\$\.Statement\[0\]\.Principal\.AWS: /,
    ],
    [
      'Federated',
      policy(statement.replace('"*"', '{"Federated":"accounts.example.com"}')),
      /^\$\.Statement\[0\]\.Principal\.Federated: /,
    ],
    [
      'an unknown operator',
      policy(`${statement},"Condition":{"StringSame":{"aws:userid":"x"}}`),
      /^\$\.Statement\[0\]\.Condition\.StringSame: /,
    ],
    [
      'NullIfExists',
      policy(`${statement},"Condition":{"NullIfExists":{"aws:userid":"true"}}`),
      /^\$\.Statement\[0\]\.Condition\.NullIfExists: /,
    ],
    [
      'ForAllValues on an encryption context',
      policy(`${statement},"Condition":{"ForAllValues:StringEquals":{"kms:EncryptionContext:a":"x"}}`),
      /kms:EncryptionContext:a: KMS refuses ForAllValues/,
    ],
    [
      'an object as a value',
      policy(`${statement},"Condition":{"StringEquals":{"aws:userid":{}}}`),
      /^\$\.Statement\[0\]\.Condition\.StringEquals\.aws:userid: /,
    ],
    ['a character beyond Latin-1', policy(`"Sid":"ключ",${statement}`), /^\$: the character at offset/],
    ['too much of it', policy(`"Sid":"${'x'.repeat(MAX_POLICY_SIZE)}",${statement}`), /^\$: \d+ characters/],
    ['deep nesting', '['.repeat(100_000), /^\$: /],
  ])('%s', (_name, text, wanted) => {
    expect(errors(text)[0]).toMatch(wanted);
  });

  it('takes a policy of exactly the largest size', () => {
    const filler = MAX_POLICY_SIZE - policy(`"Sid":"",${statement}`).length;
    expect(errors(policy(`"Sid":"${'x'.repeat(filler)}",${statement}`))).toEqual([]);
  });

  it('still hands out what can be read when KMS refuses a detail', () => {
    const parsed = parsePolicy(policy(statement.replace('"*"', '{"Federated":"accounts.example.com"}')));
    expect(parsed.kind).toBe('refused');
    expect(parsed.policy?.statements[0]?.principal.entries).toEqual([{ kind: 'nobody', text: 'accounts.example.com' }]);
    expect(parsePolicy(policy(`${statement},"Effect":"Deny"`)).policy).toBeNull();
  });

  it('does not take __proto__ for anything but a name', () => {
    expect(errors(policy(`${statement},"__proto__":{}`))).toEqual([
      '$.Statement[0].__proto__: not an element of a statement',
    ]);
  });
});
