import { nearest } from '../shared/config/nearest.ts';
import { waiverSchema } from '../shared/config/waiver-config.ts';
import { rules } from '../shared/rules/index.ts';
import type { LedgerWaiver } from '../shared/waiver-book.ts';
import { openDeletionProblem, openDeletionRemedy, openDeletionSelectors, waiverEnds } from '../shared/waivers.ts';
import type { ExitStatus, Io, UsageError } from './command.ts';
import type { OpenLedger } from './ledger-access.ts';
import { readConfig } from './read-config.ts';

type Values = {
  readonly rule?: string | undefined;
  readonly for?: string[] | undefined;
  readonly owner?: string | undefined;
  readonly reason?: string | undefined;
  readonly expires?: string | undefined;
  readonly config?: string | undefined;
  readonly json: boolean;
};

type Adding = {
  readonly io: Io;
  readonly books: () => ReturnType<OpenLedger>;
  readonly values: Values;
  readonly wrong: (problem: string) => UsageError;
};

/** For waivers of the ledger, where the configuration sets no limit. */
const maximumDays = 365;
const millisecondsInDay = 86_400_000;

export const addWaiver = async ({ io, books, values, wrong }: Adding): Promise<ExitStatus> => {
  const waiver = readWaiver(values, wrong);
  const config = await readConfig(io, values.config);
  const { waivers, caller, newId, clock } = await books();
  const now = clock.now();
  if (waiverEnds(waiver) <= now) throw wrong(`add: --expires ${waiver.expires} is past`);
  const limit = config.waiverMaximumDays ?? maximumDays;
  // To the end of its last day: that day itself does not count.
  if (waiverEnds(waiver) - now > (limit + 1) * millisecondsInDay) {
    throw wrong(`add: --expires ${waiver.expires} is more than ${limit} days from now (waiverMaximumDays)`);
  }
  const added: LedgerWaiver = {
    ...waiver,
    id: `w-${newId()}`,
    addedAt: new Date(now).toISOString(),
    addedBy: await caller(),
  };
  if (!(await waivers.add(added))) throw wrong('add: the ledger is full of waivers: remove those that have ended');
  const open = openDeletionSelectors(added);
  if (open.length > 0) {
    io.stderr(`kms-guard: warning: ${open.join(', ')} ${openDeletionProblem}; ${openDeletionRemedy}\n`);
  }
  io.stdout(
    values.json ? `${JSON.stringify(added)}\n` : `${added.id}: ${added.rule} is waived until ${added.expires}.\n`,
  );
  return 0;
};

const readWaiver = ({ rule, for: keys, owner, reason, expires }: Values, wrong: Adding['wrong']) => {
  const ids = rules.map(({ id }) => id);
  if (rule === undefined || !ids.includes(rule)) {
    const meant = nearest(rule ?? '', ids);
    throw wrong(`add: there is no rule "${rule ?? ''}"${meant === null ? '' : `; did you mean "${meant}"?`}`);
  }
  const parsed = waiverSchema.safeParse({ rule, keys: keys ?? [], owner, reason: reason?.trim(), expires });
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const field = String(issue?.path[0] ?? '');
  const typed = { keys: keys?.[Number(issue?.path[1] ?? 0)], owner, reason, expires }[field];
  const says = issue === undefined || issue.message === 'Invalid input' ? 'must be given' : issue.message;
  throw wrong(`add: ${flags[field] ?? field} ${says}${typed === undefined ? '' : `, not "${typed}"`}`);
};

const flags: Readonly<Record<string, string>> = {
  keys: '--for',
  owner: '--owner',
  reason: '--reason',
  expires: '--expires',
};
