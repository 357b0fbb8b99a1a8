import { expect, it } from 'vitest';
import { sweepFaults } from './sweep-faults.ts';
import { runSweepFault, traceSweep } from './sweep-matrix.ts';
import { sweepSteps } from './sweep-night.ts';
import { failuresOf } from './table.ts';

const traced = traceSweep();

it.each(sweepFaults.map((fault) => [fault.id, fault] as const))('the nightly sweep: %s', async (_, fault) => {
  const runs = await runSweepFault(fault, await traced);
  expect(failuresOf(runs)).toEqual([]);
  expect(runs.length).toBeGreaterThan(0);
});

it('every Lambda of the sweep is struck', async () => {
  expect(new Set((await traced).map(({ step }) => step))).toEqual(new Set(sweepSteps));
});
