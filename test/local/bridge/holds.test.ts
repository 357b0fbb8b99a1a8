import { expect, test } from 'vitest';
import { holdStore } from '../../../local/bridge/holds.ts';

test('calls of a held API wait until they are let go, and others pass', async () => {
  const holds = holdStore();
  const gone: string[] = [];
  const call = (operation: string) => holds.pass(operation).then(() => void gone.push(operation));
  holds.add({ operation: 'DescribeKey' });
  const waiting = [call('DescribeKey'), call('DescribeKey')];
  await call('ListKeys');
  expect(gone).toEqual(['ListKeys']);
  expect(holds.waiting()).toBe(2);
  holds.release();
  await Promise.all(waiting);
  await call('DescribeKey');
  expect(gone).toEqual(['ListKeys', 'DescribeKey', 'DescribeKey', 'DescribeKey']);
  expect(holds.waiting()).toBe(0);
});
