import { expect, it } from 'vitest';
import { RetryableFault } from '../shared/ports.ts';
import { guardOver } from './support/guard.ts';
import { memoryPorts } from './support/memory-ports.ts';

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
