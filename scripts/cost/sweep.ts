import * as z from 'zod/mini';
import { defaultSweep } from '../../shared/config/sweep-config.ts';
import type { Template } from '../documented-templates.ts';

/** What a night's sweep asks and does, as the code does it: `test/infra/cost-sweep.test.ts` runs the real sweep and compares. */

/** KMS requests for one key in one night, after the first ones. 80% of keys are in use, nothing is flagged, nothing happens. */
export const requestsPerKeyAndNight = {
  DescribeKey: 1,
  GetKeyPolicy: 1,
  GetKeyRotationStatus: 1,
  ListResourceTags: 1 / defaultSweep.slowFactsEveryDays,
  ListGrants: 1 / defaultSweep.slowFactsEveryDays,
  GetKeyLastUsage: 0.04,
} as const;

export const perKeyAndNight: number = Object.values(requestsPerKeyAndNight).reduce((sum, each) => sum + each, 0);

/** Lists, with an alias for each key: pages of 1,000 keys and of 100 aliases. */
export const requestsPerRegionAndNight = (keys: number): number => Math.ceil(keys / 1_000) + Math.ceil(keys / 100);

/** To the ledger for one key in one night: its record, the list of its policies and one text; what is asked is learned. */
export const ledgerPerKeyAndNight = { reads: 3.2, writes: 0.2 } as const;

const stateSchema = z.looseObject({
  Type: z.string(),
  Next: z.optional(z.string()),
  Choices: z.optional(z.array(z.looseObject({ Next: z.string() }))),
  ItemProcessor: z.optional(z.unknown()),
});
const machineSchema = z.looseObject({ StartAt: z.string(), States: z.record(z.string(), stateSchema) });
type Machine = z.infer<typeof machineSchema>;

export type Transitions = { readonly perSweep: number; readonly perRegion: number };

/** State transitions of a night without faults, counted in the template's state machine; each execution's start is one, too. */
export const transitionsOf = ({ Resources }: Template): Transitions => {
  const machine = Object.values(Resources).find(({ Type }) => Type === 'AWS::StepFunctions::StateMachine');
  if (machine === undefined) return { perSweep: 0, perRegion: 0 };
  const sweep = machineSchema.parse(machine.Properties['Definition']);
  const map = Object.values(sweep.States).find(({ Type }) => Type === 'Map');
  return {
    perSweep: 1 + statesOf(sweep),
    perRegion: map === undefined ? 0 : 1 + statesOf(machineSchema.parse(map.ItemProcessor)),
  };
};

/** Where all is well: a rule that says where to go is met, unless it leads to a failure. */
const statesOf = ({ StartAt, States }: Machine): number => {
  const fails = (name: string | undefined): boolean => name !== undefined && States[name]?.Type === 'Fail';
  let count = 0;
  for (let at: string | undefined = StartAt; at !== undefined && count < 100; count += 1) {
    const state: Machine['States'][string] | undefined = States[at];
    const chosen: string | undefined = state?.Choices?.map(({ Next }) => Next).find((name) => !fails(name));
    at = chosen ?? state?.Next ?? defaultOf(state);
  }
  return count;
};

const defaultOf = (state: Machine['States'][string] | undefined): string | undefined =>
  typeof state?.['Default'] === 'string' ? state['Default'] : undefined;
