import type { ApprovalBook } from '../approval-book.ts';
import type { GuardConfig } from '../config/config.ts';
import type { Progress } from '../delivery/progress.ts';
import type { FindingBook } from '../finding-book.ts';
import type { LedgerEntry } from '../ledger/entries.ts';
import type { Clock, EventHistory, KeyReader, KeyWriter, Ledger, Log } from '../ports.ts';
import type { SlackAnswer } from './slack-answer.ts';

/** What the ledger recorded of one event about a key; null where it knows none. */
export type EntryBook = { readonly find: (keyArn: string, eventID: string) => Promise<LedgerEntry | null> };

/** Who answered what, and what came of it, for ever. Writing the same answer again changes nothing. */
export type AnswerBook = { readonly record: (answer: SlackAnswer, result: AnswerResult) => Promise<void> };

/** Tells one person in Slack. Never throws: what was done is done, also where nobody hears of it. */
export type Replies = { readonly send: (responseUrl: string, text: string) => Promise<void> };

export type AnswerPorts = {
  readonly reader: KeyReader;
  readonly writer: KeyWriter;
  readonly history: EventHistory;
  readonly ledger: Ledger;
  readonly approvals: Omit<ApprovalBook, 'all'>;
  readonly entries: EntryBook;
  readonly findings: Pick<FindingBook, 'change'>;
  readonly answers: AnswerBook;
  readonly progress: Progress;
  readonly replies: Replies;
  readonly clock: Clock;
  readonly log: Log;
};

export type AnswerParts = {
  readonly config: GuardConfig;
  /** Role ARNs of the guard itself. */
  readonly ownRoles: readonly string[];
  /** Where `response_url`s may point to. */
  readonly hooksOrigin: string;
  readonly ports: AnswerPorts;
};

/** What came of an answer: `done` moved the alert, `refused` changed nothing. `says` is plain text for who clicked. */
export type AnswerResult = { readonly result: 'done' | 'refused'; readonly says: string };

export const refused = (says: string): AnswerResult => ({ result: 'refused', says });
export const done = (says: string): AnswerResult => ({ result: 'done', says });
