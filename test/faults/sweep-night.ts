import * as z from 'zod/mini';
import { RetryableFault } from '../../shared/ports.ts';
import type { KeysDone } from '../../shared/sweep/keys-run.ts';
import type { SweepId } from '../../shared/sweep/result-store.ts';
import { firstTask } from '../support/memory-sweep.ts';
import type { Intercept, PortCall } from './port-calls.ts';
import { type SweepHouse, type SweepLambdas, sweepLambdas } from './sweep-house.ts';

export const sweepSteps = ['Plan', 'Look', 'Settle', 'Close'] as const;
export type SweepStep = (typeof sweepSteps)[number];

/** As `infra/sweep-definition.ts` has it: a fault of AWS six times more, anything else once. */
const retries = { fault: 6, other: 1 };

class StepFailed extends Error {
  override readonly name = 'StepFailed';
}

/** What the state machine of one night makes of its Lambdas. `onCall` hears of every port call, before it is made. */
export type Night = {
  readonly house: SweepHouse;
  readonly id: string;
  readonly intercept: Intercept;
  readonly onCall?: (call: PortCall, step: SweepStep) => void;
};

type Machine = { readonly step: <T>(step: SweepStep, run: (lambdas: SweepLambdas) => Promise<T>) => Promise<T> };

const machineOf = ({ house, intercept, onCall }: Night): Machine => {
  let at = 0;
  const attempt = <T>(step: SweepStep, run: (lambdas: SweepLambdas) => Promise<T>): Promise<T> => {
    const react = (port: string, name: string) => {
      at += 1;
      const call = { of: 'sweep', attempt: 1, at, port, name } as const;
      onCall?.(call, step);
      return intercept(call);
    };
    return run(sweepLambdas(house, { invocation: { dead: false }, react }));
  };
  return {
    step: async (step, run) => {
      const left = { ...retries };
      for (let wait = 5_000; ; wait *= 2) {
        try {
          return await attempt(step, run);
        } catch (error) {
          const kind = error instanceof RetryableFault ? 'fault' : 'other';
          if (left[kind] === 0) throw new StepFailed(`${step} failed`, { cause: error });
          left[kind] -= 1;
          house.told.clock.time += wait;
        }
      }
    },
  };
};

const placesSchema = z.array(z.object({ account: z.string(), region: z.string() }));

/** How an execution ended. `redrive`: what an operator does about one that failed at its close, when the fault is over. */
export type NightEnd = { readonly isDone: boolean; readonly redrive: () => Promise<void> };

const nothing = async (): Promise<void> => undefined;
const hours = 3_600_000;

/** Plan, every Region, close. Where the execution failed there is an alarm. */
export const runNight = async (night: Night): Promise<NightEnd> => {
  const { house, id } = night;
  const machine = machineOf(night);
  const startedAt = new Date(house.told.clock.time).toISOString();
  const deliver = (): Promise<void> => house.told.run(house.told.clock.time + 2 * hours);
  const plan = await ended(machine.step('Plan', (lambdas) => lambdas.plan(id, startedAt)));
  if (plan === null) return { isDone: false, redrive: nothing };
  const { sweep, placesKey } = plan;
  let failed = 0;
  for (const place of placesSchema.parse(JSON.parse(house.results.objects.get(placesKey) ?? '[]'))) {
    if (!(await sweptRegion(machine, sweep, place))) failed += 1;
  }
  const failure = failed === 0 ? {} : { failure: { Error: 'States.ExceedToleratedFailureThreshold' } };
  const close = ({ step }: Machine) => ended(step('Close', (lambdas) => lambdas.close({ sweep, ...failure })));
  const closed = await close(machine);
  await deliver();
  if (closed !== null) return { isDone: failed === 0, redrive: nothing };
  const redrive = async (): Promise<void> => {
    await close(machineOf({ house, id, intercept: () => 'go' }));
    await deliver();
  };
  return { isDone: false, redrive };
};

/** Null: the step failed. */
const ended = async <T>(step: Promise<T>): Promise<T | null> => {
  try {
    return await step;
  } catch (error) {
    if (error instanceof StepFailed) return null;
    throw error;
  }
};

/** As many runs as it takes; a Region that fails is settled with what there is of it, and counted. */
const sweptRegion = async (
  { step }: Machine,
  sweep: SweepId,
  place: { readonly account: string; readonly region: string },
): Promise<boolean> => {
  let task: KeysDone = { ...firstTask(sweep, place), done: false };
  while (!task.done) {
    const before = task;
    const after = await ended(step('Look', (lambdas) => lambdas.keys(before)));
    if (after === null) {
      await ended(step('Settle', (lambdas) => lambdas.settle({ ...before, failure: { Error: 'Killed' } })));
      return false;
    }
    task = after;
  }
  const looked = task;
  return (await ended(step('Settle', (lambdas) => lambdas.settle(looked)))) !== null;
};
