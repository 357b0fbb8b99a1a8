import { expect, it } from 'vitest';
import { RetryableFault } from '../shared/ports.ts';
import { guardOver } from './support/guard.ts';
import { memoryKey } from './support/memory-key.ts';
import { memoryPorts } from './support/memory-ports.ts';
import { body, keyArn, scheduleDeletion } from './support/records.ts';

it('keeps an unreadable body once, though two Lambdas have it at the same moment', async () => {
  const ports = memoryPorts();
  let second: unknown = null;
  const send = async (text: string, reason: string): Promise<void> => {
    second ??= await guardOver(ports)('not json').catch((error: unknown) => error);
    await ports.deadLetters.send(text, reason);
  };
  await guardOver({ ...ports, deadLetters: { send } })('not json');
  expect(second).toBeInstanceOf(RetryableFault);
  expect(ports.dead).toHaveLength(1);
  expect(ports.ledger.unreadable).toHaveLength(1);
});

it('does not lose a body that a redrive brings back before the code can read it, and reads it after', async () => {
  const ports = memoryPorts({ keys: { [keyArn]: memoryKey() } });
  const event = body(scheduleDeletion({ eventTime: '2026-11-19T00:00:00Z' }));
  const newer = event.replace('"kms.amazonaws.com"', '"kms.of.tomorrow"');
  const redriven = () => ports.dead.splice(0).map((letter) => letter.body);
  await guardOver(ports)(newer);
  for (const letter of redriven()) await guardOver(ports)(letter);
  expect(ports.alerts).toHaveLength(1);
  // What the mended code makes of it.
  const handled = await Promise.all(
    redriven().map((letter) => guardOver(ports)(letter.replace('kms.of.tomorrow', 'kms.amazonaws.com'))),
  );
  expect(handled).toMatchObject([{ handled: 'judged' }]);
});

it('does not let a forged event claim the one whose id it bears', async () => {
  const ports = memoryPorts({ keys: { [keyArn]: memoryKey() } });
  const event = body(scheduleDeletion({ eventTime: '2026-11-19T00:00:00Z' }));
  const forged = JSON.stringify({ ...JSON.parse(event), account: '999988887777' });
  expect(await guardOver(ports)(forged)).toMatchObject({ handled: 'unreadable' });
  expect(await guardOver(ports)(event)).toMatchObject({ handled: 'judged' });
});
