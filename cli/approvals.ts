import { type Approval, approvalState } from '../shared/approvals.ts';
import { plain } from '../shared/rules/explain.ts';
import { grant } from './approvals-grant.ts';
import { type Command, type ExitStatus, type Io, readArgs } from './command.ts';
import { columns, ledgerHelp, ledgerOptions, listOf, openLedger, type OpenLedger, placeOf } from './ledger-access.ts';
import { runLedgerAction, wrongIn } from './ledger-action.ts';
import { tellAlert } from './tell-alert.ts';

const help = `
kms-guard approvals list [--key ARN]
kms-guard approvals grant --key ARN --requester ARN --reason TEXT [--ticket ID] [--days N] [--hours N]
kms-guard approvals revoke ID

A second person's permission for one planned key deletion. Who grants is whoever's credentials these are, and never the requester.

  --key ARN            the key: each replica of a multi-Region key needs an approval of its own
  --requester ARN      who will schedule the deletion: a user, a role (in any session), or one session of a role (arn:aws:sts::...)
  --reason TEXT        why, for whoever reads it later
  --ticket ID          where it was asked for
  --days N             the shortest waiting period, 7 to 30 (default: deletion.minimumWindowInDays)
  --hours N            the deletion must be scheduled within so many hours, 1 to 720 (default: 24)
${ledgerHelp}

Exit status: 0 done, 2 refused or bad usage.

Example: kms-guard approvals grant --key arn:aws:kms:eu-west-1:111122223333:key/0a1b2c3d-1111-2222-3333-444455556666 \\
           --requester arn:aws:iam::111122223333:role/PlatformAdmin --reason "the orders service was retired" --ticket OPS-1
`;

const options = {
  ...ledgerOptions,
  key: { type: 'string' },
  requester: { type: 'string' },
  reason: { type: 'string' },
  ticket: { type: 'string' },
  days: { type: 'string' },
  hours: { type: 'string', default: '24' },
} as const;

const wrong = wrongIn('approvals');

export const approvalsWith = (open: OpenLedger): Command => ({
  name: 'approvals',
  summary: "a second person's permissions for planned key deletions",
  help,
  run: async (args, io) => {
    const { values, positionals } = readArgs('approvals', args, options);
    const books = () => open(placeOf('approvals', values));
    return runLedgerAction('approvals', positionals, {
      withoutId: { list: () => list({ io, books, ...values }), grant: () => grant({ io, books, values, wrong }) },
      withId: { revoke: (id) => revoke({ io, books, id, json: values.json }) },
    });
  },
});

export const approvalsCommand = approvalsWith(openLedger);

type Books = { readonly io: Io; readonly books: () => ReturnType<OpenLedger>; readonly json: boolean };

const list = async ({ io, books, key, json }: Books & { readonly key?: string | undefined }): Promise<ExitStatus> => {
  const { approvals, clock } = await books();
  const found = listOf('approvals', key === undefined ? await approvals.all() : await approvals.of(key));
  const now = clock.now();
  const shown = found.map((approval) => ({ ...approval, state: approvalState(approval, now) }));
  if (json) io.stdout(`${JSON.stringify(shown)}\n`);
  else io.stdout(shown.length === 0 ? 'No approvals.\n' : columns([head, ...shown.map(rowOf)]));
  return 0;
};

const head = ['ID', 'STATE', 'KEY', 'REQUESTER', 'APPROVED BY', 'DAYS', 'UNTIL', 'REASON'];

const rowOf = (approval: Approval & { readonly state: string }): readonly string[] => {
  const { id, state, keyArn, requester, approver, minimumWindowInDays, until, reason, ticket } = approval;
  const why = ticket === null ? reason : `${ticket}: ${reason}`;
  return [id, state, keyArn, requester, approver.name, String(minimumWindowInDays), until, why].map((cell) =>
    plain(cell),
  );
};

const revoke = async ({ io, books, id, json }: Books & { readonly id: string }): Promise<ExitStatus> => {
  const opened = await books();
  const { approvals, clock, caller } = opened;
  const all = listOf('approvals', await approvals.all());
  const approval = all.find((each) => each.id === id);
  if (approval === undefined) throw wrong(`revoke: there is no approval "${id}"`);
  const { keyArn } = approval;
  const by = await caller();
  const at = new Date(clock.now()).toISOString();
  const answer = await approvals.revoke({ keyArn, id, by, at });
  if (json) io.stdout(`${JSON.stringify({ id, keyArn, revoked: answer })}\n`);
  else io.stdout(answer === 'already' ? `${id} was revoked before.\n` : `${id} is revoked: it permits nothing more.\n`);
  if (approval.used !== null) {
    io.stderr(
      `kms-guard: warning: ${id} was used by event ${approval.used.eventID}: revoking it cancels no deletion\n`,
    );
  }
  if (answer === 'already') return 0;
  await tellAlert(io, opened, {
    keyArn,
    status: 'open',
    by: plain(by),
    what: `revoked approval ${id}`,
    at,
    until: null,
  });
  return 0;
};
