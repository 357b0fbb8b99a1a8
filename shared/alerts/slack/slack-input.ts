import type { Severity } from '../../rules/define-rule.ts';
import type { Alert } from '../alert.ts';

/** How far an alert has come; `open` until somebody or the guard moves it. */
export type SlackStatus =
  | 'open'
  | 'cancelled'
  | 'restored'
  | 'approved'
  | 'acknowledged'
  | 'snoozed'
  | 'kept'
  | 'resolved';

/** One step of an alert, oldest first; shown in the message and posted as a note in its thread. */
export type SlackStep = {
  /** ISO 8601. */
  readonly at: string;
  /** A person's name or principal, or `kms-guard`. Plain text, escaped where rendered. */
  readonly by: string;
  /** What was done, as the end of a sentence that begins with `by`: `snoozed it until 2026-11-23 08:00 UTC`. */
  readonly what: string;
};

/** One line of a storm or a digest: an alert in few words. Made by `listedAlert`. */
export type ListedAlert = {
  readonly alertId: string;
  readonly severity: Severity;
  /** What happened, such as `Key deletion cancelled, key enabled`. */
  readonly headline: string;
  /** Rules that flagged. */
  readonly rules: readonly string[];
  readonly keyArn: string | null;
  /** The first alias, or else the key id. */
  readonly keyName: string;
  readonly account: string;
  readonly accountName: string | null;
  readonly region: string;
  /** ISO 8601. */
  readonly at: string;
};

/** Many alerts of one kind in a short time: the message counts all and lists as many as fit. */
export type SlackStorm = {
  /** ISO 8601: the first alert of the storm. */
  readonly since: string;
  /** How many alerts there are in all, the first one included. */
  readonly count: number;
  /** Any number: what does not fit is counted. The worst first is up to the renderer. */
  readonly listed: readonly ListedAlert[];
};

/** A pending deletion that nobody answered, raised again. */
export type SlackEscalation = {
  /** From 1; louder each time. */
  readonly level: number;
  readonly of: number;
  /** Whom the message calls; null calls nobody. */
  readonly mention: 'here' | 'channel' | null;
};

/** An alert and its progress: all that its message shows. */
export type SlackInput = {
  /** Stable: the outbox's deduplication id. */
  readonly alertId: string;
  readonly alert: Alert;
  readonly findingIds: readonly string[];
  readonly status: SlackStatus;
  readonly history: readonly SlackStep[];
  readonly accountName: string | null;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly storm: SlackStorm | null;
  readonly escalation: SlackEscalation | null;
  /** False for a webhook, or where no `slack-actions` URL is configured. */
  readonly buttons: boolean;
};

/** Low severities of one day in one message. */
export type SlackDigest = {
  /** ISO 8601, both. */
  readonly since: string;
  readonly until: string;
  /** How many there are in all; `listed` may hold fewer. */
  readonly count: number;
  readonly listed: readonly ListedAlert[];
};
