import type { Waiver } from '../shared/config/config.ts';
import { plain } from '../shared/rules/explain.ts';
import type { LedgerWaiver } from '../shared/waiver-book.ts';
import { waiverEnds, waiverNotices } from '../shared/waivers.ts';
import { type Command, type ExitStatus, type Io, readArgs } from './command.ts';
import { columns, ledgerHelp, ledgerOptions, listOf, openLedger, type OpenLedger, placeOf } from './ledger-access.ts';
import { runLedgerAction, wrongIn } from './ledger-action.ts';
import { readConfig } from './read-config.ts';
import { addWaiver } from './waivers-add.ts';

const help = `
kms-guard waivers list [--offline]
kms-guard waivers check [--offline]
kms-guard waivers add --rule RULE --for SELECTOR... --owner NAME --reason TEXT --expires DATE
kms-guard waivers remove ID

Exemptions from one rule for some keys. Those of the configuration stand there; those of the ledger are added and removed here.
A waiver marks a finding and never hides it.

  --rule RULE          the rule
  --for SELECTOR       several times for several: a key ARN (* stands for any text), alias/NAME (* too), tag:KEY=VALUE (the
                       value * for any), account:ID, ou:ID (accountPaths in the configuration tells where accounts stand)
  --owner NAME         who answers for it
  --reason TEXT        why, in at least 10 characters
  --expires DATE       its last day, such as 2027-03-31; at most waiverMaximumDays from now (365 where it is not set)
  --offline            the configuration alone, without the ledger
${ledgerHelp}

check: exit status 1 when a waiver has ended, or ends within waiverNoticeDays.

Example: kms-guard waivers add --rule key-unused --for alias/archive-* --owner "data platform" \\
           --reason "kept for old backups" --expires 2027-03-31
`;

const options = {
  ...ledgerOptions,
  rule: { type: 'string' },
  for: { type: 'string', multiple: true },
  owner: { type: 'string' },
  reason: { type: 'string' },
  expires: { type: 'string' },
  offline: { type: 'boolean', default: false },
} as const;

const wrong = wrongIn('waivers');

export const waiversWith = (open: OpenLedger, now: () => number): Command => ({
  name: 'waivers',
  summary: 'exemptions from a rule for some keys, and when they end',
  help,
  run: async (args, io) => {
    const { values, positionals } = readArgs('waivers', args, options);
    const books = () => open(placeOf('waivers', values));
    const reading = { io, now: now(), ...values, books };
    return runLedgerAction('waivers', positionals, {
      withoutId: {
        list: () => list(reading),
        check: () => check(reading),
        add: () => addWaiver({ io, books, values, wrong }),
      },
      withId: { remove: (id) => remove({ io, books, id, json: values.json }) },
    });
  },
});

export const waiversCommand = waiversWith(openLedger, Date.now);

type Reading = {
  readonly io: Io;
  readonly now: number;
  readonly offline: boolean;
  readonly config?: string | undefined;
  readonly json: boolean;
  readonly books: () => ReturnType<OpenLedger>;
};

type Listed = Waiver & { readonly id: string | null };

const everyWaiver = async ({ io, config: file, offline, books }: Reading) => {
  const config = await readConfig(io, file);
  const ledger: readonly LedgerWaiver[] = offline ? [] : listOf('waivers', await (await books()).waivers.all());
  const configured = config.waivers.map((waiver): Listed => ({ ...waiver, id: null }));
  return { config, waivers: [...configured, ...ledger] };
};

const list = async (reading: Reading): Promise<ExitStatus> => {
  const { waivers } = await everyWaiver(reading);
  const shown = waivers.map((waiver) => ({ ...waiver, state: reading.now < waiverEnds(waiver) ? 'holds' : 'ended' }));
  if (reading.json) reading.io.stdout(`${JSON.stringify(shown)}\n`);
  else reading.io.stdout(shown.length === 0 ? 'No waivers.\n' : columns([head, ...shown.map(rowOf)]));
  return 0;
};

const head = ['ID', 'STATE', 'RULE', 'KEYS', 'OWNER', 'LAST DAY', 'REASON'];

const rowOf = ({ id, state, rule, keys, owner, expires, reason }: Listed & { readonly state: string }) =>
  [id ?? '(configuration)', state, rule, keys.join(' '), owner, expires, reason].map((cell) => plain(cell));

/** Waivers speak up before they end, and after. */
const check = async (reading: Reading): Promise<ExitStatus> => {
  const { config, waivers } = await everyWaiver(reading);
  const notices = waiverNotices(waivers, reading.now, config.waiverNoticeDays);
  if (reading.json) {
    reading.io.stdout(`${JSON.stringify(notices)}\n`);
  } else if (notices.length === 0) {
    reading.io.stdout(`${waivers.length} waivers, none ends within ${config.waiverNoticeDays} days.\n`);
  }
  for (const { waiver, state, days } of reading.json ? [] : notices) {
    const when = state === 'ended' ? `ended ${days} days ago` : `ends in ${days} days`;
    const { rule, owner, expires, keys } = waiver;
    reading.io.stdout(`${plain(rule)}: ${when} (${expires}), ${plain(owner)}: ${plain(keys.join(' '))}\n`);
  }
  return notices.length === 0 ? 0 : 1;
};

type Removing = Pick<Reading, 'io' | 'books' | 'json'> & { readonly id: string };

const remove = async ({ io, books, id, json }: Removing): Promise<ExitStatus> => {
  const { waivers } = await books();
  if (!(await waivers.remove(id))) {
    throw wrong(`remove: the ledger has no waiver "${id}"; one of the configuration is removed there`);
  }
  io.stdout(json ? `${JSON.stringify({ id, removed: true })}\n` : `${id} is removed: its rule counts again.\n`);
  return 0;
};
