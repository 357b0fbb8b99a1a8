import { createHash } from 'node:crypto';
import * as z from 'zod/mini';
import type { Alert } from '../alerts/alert.ts';
import type { SlackStatus } from '../alerts/slack/slack-input.ts';
import { bringerOf } from '../brought.ts';
import { workId } from '../calls/brought.ts';

/** A step that somebody made after an alert; also the guard itself, when it sees that nothing is left to do. */
export type Move = {
  /** The alert that was answered; null for whatever is open about the key. */
  readonly alertId: string | null;
  readonly keyArn: string | null;
  /** Only alerts with one of these findings; empty for all of the key. */
  readonly findingIds: readonly string[];
  readonly status: SlackStatus;
  /** A person's name or principal, or `kms-guard`. */
  readonly by: string;
  /** The end of a sentence that begins with `by`. */
  readonly what: string;
  /** ISO 8601. */
  readonly at: string;
  /** ISO 8601: the answer holds so long (a snooze, an approval); null without end. */
  readonly until: string | null;
};

/** Due to be raised again: a deletion that was pending when its alert came. */
export type Reminder = {
  readonly alertId: string;
  readonly keyArn: string;
  /** ISO 8601. */
  readonly deletionDate: string;
  readonly level: number;
  readonly of: number;
};

/** A deletion whose date is not known: it waits for replicas, or only a sweep has seen it. The key is looked at. */
export type Look = {
  readonly alertId: string;
  readonly keyArn: string;
  /** ISO 8601. */
  readonly since: string;
};

/** What one destination is to get: the alert itself, how a storm stands, a reminder, somebody's step, or a digest. */
export type DeliveryForm =
  | { readonly form: 'alert' }
  | { readonly form: 'storm'; readonly stormId: string; readonly closed: boolean }
  | { readonly form: 'reminder'; readonly reminder: Reminder; readonly state: string | null }
  | { readonly form: 'move'; readonly move: Move }
  /** The digest of one day, `2026-11-23`. */
  | { readonly form: 'digest'; readonly day: string };

/** One delivery: `subject` is what it is about, so that deliveries about one key stay in order. */
export type Delivery = {
  readonly to: string;
  readonly what: DeliveryForm;
  /** Null for a digest, and for a move of whatever is open about the key. */
  readonly alertId: string | null;
  readonly subject: string;
};

/** `at` is ISO 8601, when it was put there; `id` is stable over retries. */
export type OutboxMessage = { readonly id: string; readonly at: string } & (
  | { readonly kind: 'alert'; readonly alert: Alert }
  | { readonly kind: 'delivery'; readonly delivery: Delivery }
  | { readonly kind: 'move'; readonly move: Move }
  | { readonly kind: 'reminder'; readonly reminder: Reminder }
  | { readonly kind: 'look'; readonly look: Look }
  | { readonly kind: 'storm-tick'; readonly stormId: string; readonly told: number }
  | { readonly kind: 'digest' }
  /** A guard saw a heartbeat: `at` is when it was due. */
  | { readonly kind: 'heartbeat'; readonly guard: string }
);

export type OutboxKind = OutboxMessage['kind'];

const kinds = ['alert', 'delivery', 'move', 'reminder', 'look', 'storm-tick', 'digest', 'heartbeat'] as const;
const parts: Readonly<Record<OutboxKind, readonly string[]>> = {
  alert: ['alert'],
  delivery: ['delivery'],
  move: ['move'],
  reminder: ['reminder'],
  look: ['look'],
  'storm-tick': ['stormId', 'told'],
  digest: [],
  heartbeat: ['guard'],
};
const head = z.looseObject({ id: z.string().check(z.minLength(1)), at: z.string(), kind: z.enum(kinds) });
// Written by this code alone (the queue takes from nobody else), so only presence is checked.
const messageSchema = z.custom<OutboxMessage>((value) => {
  const parsed = head.safeParse(value);
  return parsed.success && parts[parsed.data.kind].every((part) => parsed.data[part] !== undefined);
});

/** Null for what is no message of ours. */
export const parseOutboxMessage = (body: string): OutboxMessage | null => {
  try {
    const parsed = messageSchema.safeParse(JSON.parse(body));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
};

/** 32 hexadecimal characters, as SQS, EventBridge Scheduler and DynamoDB all take them. */
export const hashed = (...words: readonly string[]): string =>
  createHash('sha256').update(words.join('\n')).digest('hex').slice(0, 32);

/** One event, guard and kind of alert have one id, however often the guard says it. */
export const alertIdOf = (guard: string, alert: Alert): string => {
  switch (alert.kind) {
    case 'key': {
      // A remedy that failed is one thing to tell, that it was made after all is another.
      const failed = alert.outcomes.some(({ outcome }) => outcome === 'failed') ? ['failed'] : [];
      return hashed(guard, alert.kind, workId(alert.eventID, bringerOf(alert.decision)), ...failed);
    }
    case 'unreadable':
      return hashed(guard, alert.kind, alert.eventID ?? `${alert.reason}\n${alert.excerpt}`);
    case 'breaker':
      return hashed(guard, alert.kind, alert.account, alert.budget ?? '', alert.at.slice(0, 13));
    case 'sweep':
      return hashed(guard, alert.kind, alert.sweepId, alert.rule);
    case 'waivers':
      // The same news night after night is one alert.
      return hashed(guard, alert.kind, JSON.stringify(alert.waivers), `${alert.ending}`, `${alert.ended}`);
    case 'report':
      return hashed(guard, alert.kind, alert.reportId);
    case 'defence':
      return hashed(guard, alert.kind, alert.eventID);
  }
};

/** What must stay in order stands in one group: alerts by key, deliveries by destination and key. */
export const groupOf = (message: OutboxMessage): string => {
  switch (message.kind) {
    case 'alert':
      return hashed(subjectOf(message.alert));
    case 'delivery':
      return hashed(message.delivery.to, message.delivery.subject);
    case 'move':
      return hashed(message.move.keyArn ?? message.move.alertId ?? 'no-key');
    case 'reminder':
      return hashed(message.reminder.keyArn);
    case 'look':
      return hashed(message.look.keyArn);
    case 'storm-tick':
      return hashed(message.stormId);
    case 'digest':
      return hashed('digest');
    case 'heartbeat':
      return hashed('heartbeat', message.guard);
  }
};

/** What an alert is about: the key, or else its account. */
export const subjectOf = (alert: Alert): string => {
  switch (alert.kind) {
    case 'key':
      return alert.keyArn ?? `account ${alert.account}`;
    case 'breaker':
      return `account ${alert.account}`;
    case 'unreadable':
      return `guard ${alert.guard}`;
    case 'sweep':
      return `sweep ${alert.rule}`;
    case 'waivers':
      return 'waivers';
    case 'report':
      return 'report';
    case 'defence':
      return `defence of account ${alert.account}`;
  }
};
