import type { Alert } from '../alerts/alert.ts';
import type { ApprovalBook } from '../approval-book.ts';
import type { SlackClient, SlackWebhook } from '../alerts/slack/ports.ts';
import type { ListedAlert, SlackEscalation, SlackStatus, SlackStep } from '../alerts/slack/slack-input.ts';
import type { Clock, KeyReader, Log } from '../ports.ts';
import type { Heartbeats } from './heartbeats.ts';
import type { Move, OutboxMessage } from './outbox-message.ts';

/** The FIFO queue between the guards and the notifier. @throws RetryableFault when it does not take a message. */
export type Outbox = { readonly put: (message: OutboxMessage) => Promise<void> };

/** When an attempt was made that crashed or got no answer, and may have gone through; milliseconds since the epoch. */
export type Unsure = { readonly since: number; readonly until: number };

/** Where a delivery stands. `since` is when it was first begun, milliseconds since the epoch. */
export type Begun =
  | { readonly state: 'begun'; readonly unsure: Unsure | null; readonly since: number }
  | { readonly state: 'done' }
  | { readonly state: 'busy' };

/** A message in Slack about one alert, as it was last shown. */
export type SlackRecord = {
  readonly ts: string;
  /** The channel's id, as Slack answered it. */
  readonly channelId: string;
  /** The root of the key's thread; null where this message is the root. */
  readonly threadTs: string | null;
  readonly alertId: string;
  readonly alert: Alert;
  readonly findingIds: readonly string[];
  readonly status: SlackStatus;
  readonly history: readonly SlackStep[];
  readonly escalation: SlackEscalation | null;
  /** The storm that this message shows; null for a message of one alert. */
  readonly stormId: string | null;
  /** Counts the writes: who writes must have read the one before. */
  readonly version: number;
};

/** The messages about one key in one channel, newest first. */
export type SlackThread = { readonly rootTs: string; readonly alertIds: readonly string[]; readonly at: string };

/** Each delivery is remembered, so that none is lost and none comes twice. */
export type Deliveries = {
  /** Takes the lease on one delivery. */
  readonly begin: (input: {
    readonly id: string;
    readonly to: string;
    readonly now: number;
    readonly leaseInSeconds: number;
  }) => Promise<Begun>;
  readonly finish: (input: { readonly id: string; readonly to: string; readonly now: number }) => Promise<void>;
  /** The attempt has failed: the next one need not wait for the lease. */
  readonly release: (input: {
    readonly id: string;
    readonly to: string;
    readonly unsure: Unsure | null;
  }) => Promise<void>;
  readonly slackRecord: (channel: string, alertId: string) => Promise<SlackRecord | null>;
  /** False where somebody wrote version `record.version` meanwhile. */
  readonly saveSlackRecord: (channel: string, record: SlackRecord, now: number) => Promise<boolean>;
  readonly thread: (channel: string, subject: string) => Promise<SlackThread | null>;
  readonly saveThread: (input: {
    readonly channel: string;
    readonly subject: string;
    readonly thread: SlackThread;
    readonly now: number;
  }) => Promise<void>;
  /** The alert itself, for what is told of it later. */
  readonly alert: (alertId: string) => Promise<Alert | null>;
  readonly saveAlert: (alertId: string, alert: Alert, now: number) => Promise<void>;
  /** The last answer about a key. */
  readonly answer: (keyArn: string) => Promise<Move | null>;
  readonly saveAnswer: (move: Move, now: number) => Promise<void>;
  /** Keeps a line for the digest of one day, `2026-11-23`; the same line twice is one. */
  readonly addToDigest: (input: {
    readonly channel: string;
    readonly day: string;
    readonly line: ListedAlert;
    readonly now: number;
  }) => Promise<void>;
  readonly digest: (channel: string, day: string) => Promise<readonly ListedAlert[]>;
};

/** A run of alerts alike, all for the same channels. */
export type Storm = {
  readonly stormId: string;
  readonly firstAlertId: string;
  /** Names of the channels that it is told to. */
  readonly to: readonly string[];
  /** ISO 8601, both. */
  readonly since: string;
  readonly lastAt: string;
  readonly count: number;
};

export type Storms = {
  /** Counts an alert into the run of its likeness, or begins a new one; asking again for the same alert answers the same. */
  readonly join: (input: {
    readonly likeness: string;
    readonly line: ListedAlert;
    readonly to: readonly string[];
    readonly now: number;
    readonly withinSeconds: number;
  }) => Promise<{ readonly storm: Storm; readonly place: number }>;
  readonly storm: (stormId: string) => Promise<Storm | null>;
  readonly listed: (stormId: string) => Promise<readonly ListedAlert[]>;
};

/** One-time schedules that put a message into the outbox. A name that is taken is already so. */
export type Schedules = {
  readonly at: (input: {
    readonly name: string;
    readonly time: number;
    readonly message: OutboxMessage;
  }) => Promise<void>;
};

/** What a topic takes. `id` lets a subscriber see what came twice. */
export type Publication = {
  readonly id: string;
  readonly subject: string;
  readonly text: string;
  readonly json: string;
  readonly attributes: {
    readonly severity: string;
    readonly rule: readonly string[];
    readonly account: string;
    readonly decision: string;
  };
};

export type Sent =
  | { readonly ok: true }
  /** Will be refused again: wrong topic, no permission. */
  | { readonly ok: false; readonly reason: 'refused'; readonly detail: string }
  | {
      readonly ok: false;
      readonly reason: 'retryable';
      readonly detail: string;
      readonly retryAfterInSeconds: number | null;
      /** What may have gone through all the same: something of this attempt, of an earlier one, still, or of both. */
      readonly unsure: 'no' | 'now' | 'before' | 'both';
    };

export type Topics = {
  readonly publish: (topicArn: string, publication: Publication) => Promise<Sent>;
  /** Amazon Q Developer takes only its own schema, as the whole message. */
  readonly publishBare: (topicArn: string, message: string) => Promise<Sent>;
};

export type BusEvent = {
  readonly detailType: string;
  readonly time: string;
  readonly detail: string;
  readonly resources: readonly string[];
};
export type Bus = { readonly put: (events: readonly BusEvent[]) => Promise<Sent> };

/** A secret's text, cached; `fresh` where the cached one seems to be old. @throws RetryableFault when it cannot be read; never with the text. */
export type Secrets = { readonly text: (arn: string, fresh?: 'fresh') => Promise<string> };

/** Where a message goes that no attempt can deliver. */
export type DeadMessages = {
  readonly send: (message: { readonly body: string; readonly group: string }, reason: string) => Promise<void>;
};

export type NotifierPorts = {
  readonly outbox: Outbox;
  readonly heartbeats: Pick<Heartbeats, 'seen'>;
  readonly deliveries: Deliveries;
  readonly storms: Storms;
  readonly schedules: Schedules;
  readonly topics: Topics;
  readonly bus: Bus;
  /** Null where the configuration has no Slack app. */
  readonly slack: SlackClient | null;
  readonly webhook: (secretArn: string) => SlackWebhook;
  readonly reader: Pick<KeyReader, 'describe' | 'tags'>;
  readonly approvals: Pick<ApprovalBook, 'of'>;
  readonly dead: DeadMessages;
  readonly clock: Clock;
  readonly log: Log;
};
