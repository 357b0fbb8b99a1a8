import { begin, openHouse } from './house.ts';
import { runUntilQuiet } from './lambdas.ts';
import type { Path } from './paths.ts';
import type { PortCall } from './port-calls.ts';
import { type Step, stepOf } from './step-of.ts';

/** A port call of a run without faults, with its step. */
export type TracedCall = PortCall & { readonly step: Step };

/** Every port call that a path makes when nothing goes wrong, in order: the guard's first, then the notifier's. */
export const trace = async (path: Path): Promise<readonly TracedCall[]> => {
  const calls: TracedCall[] = [];
  const house = openHouse(path);
  await begin(house);
  const before = Error.stackTraceLimit;
  Error.stackTraceLimit = 60;
  try {
    await runUntilQuiet(house, (call) => {
      const step = call.of === 'notifier' ? 'Deliver' : stepOf(call, new Error('here').stack ?? '');
      // Between the alert and the entry the pipeline asks for the time once more.
      const isRecording = step === 'Judge' && calls.some(({ name }) => name === 'send');
      calls.push({ ...call, step: isRecording ? 'Record' : step });
      return 'go';
    });
  } finally {
    Error.stackTraceLimit = before;
  }
  return calls;
};
