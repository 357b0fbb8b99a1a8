import { everyPath } from './every-path.ts';
import { type Fault, faults } from './faults.ts';
import { begin, type House, openHouse } from './house.ts';
import { astray, silent, twice, wrongs } from './invariants.ts';
import { runUntilQuiet } from './lambdas.ts';
import type { Path } from './paths.ts';
import type { Intercept } from './port-calls.ts';
import type { Step } from './step-of.ts';
import { trace, type TracedCall } from './trace.ts';

/** One run: one fault at one port call of one path. */
export type Run = {
  readonly fault: string;
  readonly step: Step;
  readonly path: string;
  /** Where: `ledger.settle`, or the name of a scenario. */
  readonly at: string;
  readonly wrong: readonly string[];
};

/** The fault at every call that it can strike, on one path. */
export const runFault = async (fault: Fault, path: Path, traced?: readonly TracedCall[]): Promise<readonly Run[]> => {
  const runs: Run[] = [];
  for (const call of traced ?? (await trace(path))) {
    if (!fault.strikes(call)) continue;
    const { step, at, port, name } = call;
    for (let variant = 1; variant <= (fault.variants ?? 1); variant += 1) {
      const wrong = await runOnce(fault, path, { call, variant });
      const where = `${at} ${port}.${name}${fault.variants === undefined ? '' : `, then ${variant}`}`;
      runs.push({ fault: fault.id, step, path: path.id, at: where, wrong });
    }
  }
  return runs;
};

const runOnce = async (
  fault: Fault,
  path: Path,
  { call, variant }: { readonly call: TracedCall; readonly variant: number },
): Promise<readonly string[]> => {
  const house = openHouse(path);
  await begin(house);
  const plan = fault.plan(call, house, variant);
  let struck = false;
  const intercept: Intercept = (each) => {
    const reaction = plan(each);
    struck ||= reaction !== 'go';
    if (reaction !== 'go' && each.of === 'notifier') house.strikes.notifier += 1;
    return reaction;
  };
  await runUntilQuiet(house, intercept);
  const meanwhile = () => [...silent(house, call), ...(path.whileLost?.(house, call) ?? [])];
  const lost = fault.lasts === true ? [...meanwhile(), ...(await healed(house))] : [];
  const never = struck ? [] : ['the fault never struck: the run proves nothing'];
  const own = fault.right;
  const wrong =
    own === undefined ? wrongs(house, fault.ending) : [...(await astray(house)), ...twice(house), ...own(house)];
  return [...never, ...lost, ...(await wrong)];
};

/** What a fault that lasts set aside waits in a dead-letter queue, with its alarm. Then the fault is over, and all is put back. */
const healed = async (house: House): Promise<readonly string[]> => {
  const { inbox, outbox, told } = house;
  const waiting = inbox.size() + outbox.size();
  inbox.redrive();
  for (const { body } of outbox.dead.splice(0)) await outbox.put(JSON.parse(body));
  await runUntilQuiet(house, () => 'go');
  const lost = told.dead.length > 0 ? [`${told.dead.length} alerts were given up`] : [];
  return waiting > 0 ? [...lost, `${waiting} messages were neither handled nor set aside`] : lost;
};

/** Every fault at every port call of every path. */
export const runMatrix = async (progress: (line: string) => void = () => undefined): Promise<readonly Run[]> => {
  const runs: Run[] = [];
  for (const path of everyPath) {
    const traced = await trace(path);
    for (const fault of faults) {
      if (fault.paths?.includes(path) ?? true) runs.push(...(await runFault(fault, path, traced)));
    }
    progress(`${path.id}: ${runs.length} runs`);
  }
  return runs;
};
