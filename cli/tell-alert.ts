import type { LedgerBooks } from '../shared/adapters/ledger-books.ts';
import type { Move } from '../shared/delivery/outbox-message.ts';
import { findingId } from '../shared/ledger/finding-id.ts';
import { plain } from '../shared/rules/explain.ts';
import { deletionRules } from '../shared/rules/guards/deletion.ts';
import type { Io } from './command.ts';

type Step = Pick<Move, 'status' | 'by' | 'what' | 'at' | 'until'> & { readonly keyArn: string };

/** What stands in the ledger counts, whether or not anybody could be told of it: this is one line at worst. */
export const tellAlert = async (io: Io, { progress }: LedgerBooks, step: Step): Promise<void> => {
  const warn = (why: string): void =>
    io.stderr(`kms-guard: warning: messages and reminders about the key do not know of it: ${plain(why, 300)}\n`);
  try {
    const told = await progress();
    if (told === null) return warn('the stack has no outbox; name it with --stack');
    await told.moved({ ...step, alertId: null, findingIds: approvableFindings(step.keyArn) });
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    warn(error.message);
  }
};

/** An approval answers these rules alone: what else is open about the key stays open. */
const approvableFindings = (keyArn: string): readonly string[] => {
  const approvable = deletionRules.filter((rule) => rule.approvable === true);
  return approvable.map(({ id }) => findingId(id, { keyArn, account: '', region: '', keyId: null }));
};
