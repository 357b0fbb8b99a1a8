import { describe, expect, it } from 'vitest';
import { everyPath } from './every-path.ts';
import { faults } from './faults.ts';
import { runFault } from './matrix.ts';
import { scenarios } from './scenarios.ts';
import { runStorm } from './storm.ts';
import { failuresOf } from './table.ts';
import { trace } from './trace.ts';

/** `npm run test:faults` prints the same as a table. */

describe.each(everyPath.map((path) => [path.id, path] as const))('%s', (_, path) => {
  const traced = trace(path);
  const own = faults.filter((fault) => fault.paths?.includes(path) ?? true);

  it.each(own.map((fault) => [fault.id, fault] as const))('%s', async (_id, fault) => {
    const runs = await runFault(fault, path, await traced);
    expect(failuresOf(runs)).toEqual([]);
  });
});

describe('faults of the messages and of the host', () => {
  it.each(scenarios().map((each) => [`${each.fault}, ${each.path.id}: ${each.at}`, each] as const))(
    '%s',
    async (_, { run }) => {
      expect(await run()).toEqual([]);
    },
  );
});

it('a storm with faults everywhere', async () => {
  const { wrong, faults: struck } = await runStorm(1_000);
  expect(wrong).toEqual([]);
  expect(struck).toBeGreaterThan(50);
});

describe('the matrix itself', () => {
  it('strikes every step that makes a port call', async () => {
    const seen = new Set((await Promise.all(everyPath.map(trace))).flat().map(({ step }) => step));
    const expected = ['Receive', 'Parse', 'Claim', 'Gather', 'Judge', 'Decide', 'Act', 'Alert', 'Record', 'Deliver'];
    expect([...seen].toSorted()).toEqual(expected.toSorted());
  });

  it('finds each call in the step that makes it', async () => {
    const [deletion] = everyPath;
    const traced = deletion === undefined ? [] : await trace(deletion);
    const stepsOf = (wanted: string) => [
      ...new Set(traced.filter(({ port, name }) => `${port}.${name}` === wanted).map(({ step }) => step)),
    ];
    expect(stepsOf('reader.describe')).toEqual(['Gather', 'Act', 'Alert']);
    expect(stepsOf('writer.cancelKeyDeletion')).toEqual(['Act']);
    expect(stepsOf('ledger.saveIntent')).toEqual(['Decide']);
    expect(stepsOf('ledger.settle')).toEqual(['Record']);
  });
});
