import { expect, test } from 'vitest';
import { failedUseOf } from '../../shared/calls/failed-use.ts';
import { parseBody } from '../../shared/calls/parse-body.ts';
import { failedDecrypt } from '../support/failed-decrypt.ts';
import { keyArn } from '../support/perfect-key.ts';

const useIn = (some: Parameters<typeof failedDecrypt>[0]) => {
  const parsed = parseBody(JSON.stringify(failedDecrypt(some)));
  if (parsed.unreadable) throw new Error(parsed.reason);
  return failedUseOf(parsed.call, keyArn);
};
const other = keyArn.replace(/.$/, '0');

test('a Decrypt that failed because the key is pending deletion, as CloudTrail writes it', () => {
  expect(useIn({})).toEqual({
    operation: 'Decrypt',
    at: '2026-11-22T08:14:07Z',
    actorArn: 'arn:aws:sts::111122223333:assumed-role/app/i-0abcd1234ef567890',
    invokedBy: null,
    errorCode: 'KMSInvalidStateException',
  });
});

test('without resources KMS names the key in its message: a symmetric Decrypt need not name it', () => {
  expect(useIn({ resources: null })).toMatchObject({ operation: 'Decrypt' });
  expect(useIn({ resources: null, errorMessage: `${other} is pending deletion.` })).toBeNull();
  expect(useIn({ resources: null, errorMessage: `${keyArn}0 is pending deletion.` })).toBeNull();
  expect(useIn({ resources: null, errorMessage: null })).toBeNull();
});

test('a service that asks for somebody, and a key that was disabled', () => {
  const some = { errorCode: 'DisabledException', eventName: 'GenerateDataKey', invokedBy: 's3.amazonaws.com' };
  expect(useIn(some)).toMatchObject({ operation: 'GenerateDataKey', invokedBy: 's3.amazonaws.com' });
  expect(useIn({ eventName: 'CreateGrant' })).toMatchObject({ operation: 'CreateGrant' });
  expect(useIn({ errorCode: 'KMSInvalidState' })).not.toBeNull();
});

test.each([
  ['one that succeeded', { errorCode: null }],
  ['one that failed for another reason', { errorCode: 'AccessDenied' }],
  ['a wrong ciphertext', { errorCode: 'IncorrectKeyException' }],
  ['a dry run', { errorCode: 'DryRunOperationException' }],
  ['a dry run that KMS refused for the state', { dryRun: true }],
  ['administration of the key', { eventName: 'DisableKey' }],
  ['a look at the key', { eventName: 'DescribeKey' }],
  [
    'the use of another key',
    { resources: [{ accountId: '111122223333', type: 'AWS::KMS::Key', ARN: other }], errorMessage: null },
  ],
])('%s is none', (_name, some) => {
  expect(useIn(some)).toBeNull();
});
