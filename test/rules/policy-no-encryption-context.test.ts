import { expect, test } from 'vitest';
import { unknown } from '../../shared/facts/facts.ts';
import { configSchema, defaultConfig } from '../../shared/config/config.ts';
import { isEnabled } from '../../shared/rules/define-rule.ts';
import { policyNoEncryptionContext } from '../../shared/rules/policy-no-encryption-context.ts';
import { inputWith, withMetadata } from '../support/perfect-key.ts';
import { account, allow, policyText, put, putPolicy, withPolicy } from '../support/perfect-policy.ts';
import { inDoubt, notJudged, reachesEveryText } from '../support/policy-columns.ts';
import { accountStatement, adminStatement } from '../support/policy-text.ts';
import { type Columns, twoColumns } from '../support/two-columns.ts';

const use = (some: Record<string, unknown> = {}) =>
  policyText([
    accountStatement,
    adminStatement,
    allow({ Principal: { AWS: `arn:aws:iam::${account}:role/app` }, ...some }),
  ]);
const any = use();

const columns = {
  compliant: [
    {
      name: 'asks for an encryption context',
      input: put(use({ Condition: { StringEquals: { 'kms:EncryptionContext:app': 'orders' } } })),
    },
    {
      name: 'asks for a name in it',
      input: put(use({ Condition: { 'ForAnyValue:StringEquals': { 'kms:EncryptionContextKeys': 'app' } } })),
    },
    {
      name: 'through a service, which decides itself',
      input: put(use({ Condition: { StringEquals: { 'kms:ViaService': 's3.eu-west-1.amazonaws.com' } } })),
    },
    { name: 'administration only', input: put(policyText([accountStatement, adminStatement])) },
    { name: 'use is delegated to IAM', input: inputWith({ facts: withPolicy(policyText([accountStatement])) }) },
    {
      name: 'a key that knows no encryption context',
      verdict: 'notApplicable',
      input: inputWith({ call: putPolicy, facts: withMetadata(withPolicy(any), { keySpec: 'RSA_2048' }) }),
    },
    ...notJudged(any),
  ],
  violating: [
    {
      name: 'any context will do',
      message: 'found',
      severity: 'low',
      input: put(any),
      data: { count: 1, reasons: [{ id: 'anyContext', statement: '"More"' }] },
    },
    {
      name: 'the kind of key is unknown',
      verdict: 'undetermined',
      message: 'unreadable',
      input: put(any, {}, { metadata: unknown('access-denied', 'no') }),
      data: { fact: 'metadata' },
    },
    ...inDoubt(),
  ],
} satisfies Columns;

twoColumns(policyNoEncryptionContext, columns);
reachesEveryText(policyNoEncryptionContext, columns.violating);

test('is off unless the configuration switches it on', () => {
  const on = configSchema.parse({ rules: { 'policy-no-encryption-context': { enabled: true } } });
  expect(isEnabled(policyNoEncryptionContext, defaultConfig)).toBe(false);
  expect(isEnabled(policyNoEncryptionContext, on)).toBe(true);
});
