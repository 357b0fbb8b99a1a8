import { setTimeout as pause } from 'node:timers/promises';
import { LocalError } from '../local-error.ts';
import { askToEnd, handleIn, leave, logFile, statusOf } from './place.ts';

const endsWithinMs = 30_000;

/** Ends the guard that `up` started, and waits until it has. False where none ran. Throws LocalError when it does not end. */
export const down = async (folder: string): Promise<boolean> => {
  const handle = await handleIn(folder);
  // Nobody is signalled by a process id that somebody else may have by now: the guard is asked.
  if (handle === null || !(await askToEnd(handle))) {
    await leave(folder);
    return false;
  }
  const until = Date.now() + endsWithinMs;
  while (Date.now() < until) {
    if ((await statusOf(handle)) === null) return true;
    await pause(100);
  }
  throw new LocalError(
    `local down: the guard has not ended within ${endsWithinMs / 1000} seconds: see ${logFile(folder)}`,
  );
};
