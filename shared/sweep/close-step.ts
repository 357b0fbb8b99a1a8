import * as z from 'zod/mini';
import { type ClosePorts, closeSweep, closeTaskSchema } from './close-sweep.ts';
import { type SettlePorts, settleRegion, settleTaskSchema } from './settle-region.ts';

/** What the state machine asks of `sweep-close`: one Region that is over, or the whole sweep. */
export const closeStepSchema = z.discriminatedUnion('step', [
  z.object({ step: z.literal('region'), task: settleTaskSchema }),
  z.object({ step: z.literal('sweep'), task: closeTaskSchema }),
]);

/** Small: it is passed through the state machine, and through the log. `failed` ends the execution, or its part, as failed. */
export type Closed = {
  readonly keys: number;
  readonly state: string;
  readonly failed: boolean;
} & (
  | { readonly step: 'region' }
  /** Regions read in full, in percent of all. */
  | { readonly step: 'sweep'; readonly coverage: number }
);

/** @throws RetryableFault */
export const closeStep = async (input: unknown, ports: SettlePorts & ClosePorts): Promise<Closed> => {
  const asked = closeStepSchema.parse(input);
  switch (asked.step) {
    case 'region': {
      const { report, failed } = await settleRegion(asked.task, ports);
      return { step: 'region', keys: report.keys, state: report.state, failed };
    }
    case 'sweep': {
      const { keys, regions, failure } = await closeSweep(asked.task, ports);
      const state = regions.partial + regions.unreadable === 0 ? 'complete' : 'partial';
      const all = regions.complete + regions.partial + regions.unreadable;
      // A sweep of nothing saw nothing.
      const coverage = all === 0 ? 0 : (100 * regions.complete) / all;
      return { step: 'sweep', keys, state, coverage, failed: failure !== null };
    }
  }
};
