import { describe, expect, test } from 'vitest';
import { faultAnswer, faultSchema, faultStore } from '../../../local/bridge/faults.ts';

const nobody = async () => 'arn:aws:iam::111122223333:root';
const guard = async () => 'arn:aws:sts::111122223333:assumed-role/deletion-guard/fn';

describe('faultStore', () => {
  test('gives a fault as often as asked', async () => {
    const faults = faultStore();
    faults.add(faultSchema.parse({ operation: 'EnableKey', count: 2 }));
    const given = [];
    for (let call = 0; call < 3; call += 1) given.push((await faults.take('EnableKey', nobody))?.code);
    expect(given).toEqual(['ThrottlingException', 'ThrottlingException', undefined]);
  });

  test('spares other operations and other actors, without using itself up', async () => {
    const faults = faultStore();
    faults.add(faultSchema.parse({ operation: 'EnableKey', actor: 'deletion-guard' }));
    expect(await faults.take('DisableKey', guard)).toBeUndefined();
    expect(await faults.take('EnableKey', nobody)).toBeUndefined();
    expect(await faults.take('EnableKey', guard)).toMatchObject({ operation: 'EnableKey' });
  });

  test('forgets when cleared', async () => {
    const faults = faultStore();
    faults.add(faultSchema.parse({ operation: 'EnableKey' }));
    faults.clear();
    expect(await faults.take('EnableKey', guard)).toBeUndefined();
  });
});

test('a fault speaks the protocol of its caller', () => {
  const fault = faultSchema.parse({ operation: 'Publish', code: 'Throttling' });
  expect(faultAnswer(fault, 'application/x-www-form-urlencoded').body.toString()).toContain('<Code>Throttling</Code>');
  expect(faultAnswer(fault, 'application/x-amz-json-1.1').body.toString()).toContain('"__type":"Throttling"');
});
