import { expect, test } from 'vitest';
import { consoleLink } from '../../shared/alerts/console-link.ts';

const id = '0a1b2c3d-1111-2222-3333-444455556666';
const page = (region: string, key = id) => `/kms/home?region=${region}#/kms/keys/${key}`;

test.each([
  [`arn:aws:kms:eu-west-1:111122223333:key/${id}`, `https://eu-west-1.console.aws.amazon.com${page('eu-west-1')}`],
  [`arn:aws-cn:kms:cn-north-1:111122223333:key/${id}`, `https://cn-north-1.console.amazonaws.cn${page('cn-north-1')}`],
  [
    `arn:aws-us-gov:kms:us-gov-west-1:111122223333:key/mrk-${'a'.repeat(32)}`,
    `https://us-gov-west-1.console.amazonaws-us-gov.com${page('us-gov-west-1', `mrk-${'a'.repeat(32)}`)}`,
  ],
  [`arn:aws-iso:kms:us-iso-east-1:111122223333:key/${id}`, null],
  ['arn:aws:kms:eu-west-1:111122223333:key/x|<!channel>', null],
  ['alias/orders', null],
  [null, null],
])('%s', (arn, link) => {
  expect(consoleLink(arn)).toBe(link);
});
