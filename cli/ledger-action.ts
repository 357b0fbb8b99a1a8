import { type ExitStatus, UsageError } from './command.ts';
import { fromLedger } from './ledger-access.ts';

/** What a command does with the ledger, by its first word. */
export type LedgerActions = {
  readonly withoutId: Readonly<Record<string, () => Promise<ExitStatus>>>;
  /** Those that take the ID of one entry after their name. */
  readonly withId: Readonly<Record<string, (id: string) => Promise<ExitStatus>>>;
};

/** Bad usage of a command, with where to read on. */
export const wrongIn =
  (command: string) =>
  (problem: string): UsageError =>
    new UsageError(`${command}: ${problem}; see "kms-guard ${command} --help"`);

/** Does what the words of the command line ask for. @throws UsageError */
export const runLedgerAction = async (
  command: string,
  [action = '', id, ...more]: readonly string[],
  { withoutId, withId }: LedgerActions,
): Promise<ExitStatus> => {
  const wrong = wrongIn(command);
  const one = Object.hasOwn(withId, action) ? withId[action] : undefined;
  if (more.length > 0 || (id !== undefined && one === undefined)) throw wrong(`takes no "${more[0] ?? id}"`);
  if (one !== undefined) {
    if (id === undefined) throw wrong(`${action}: name the ID; "kms-guard ${command} list" shows them`);
    return fromLedger(command, () => one(id));
  }
  const run = Object.hasOwn(withoutId, action) ? withoutId[action] : undefined;
  if (run !== undefined) return fromLedger(command, run);
  const names = [...Object.keys(withoutId), ...Object.keys(withId)];
  throw wrong(`say ${names.slice(0, -1).join(', ')} or ${names.at(-1)}, not "${action}"`);
};
