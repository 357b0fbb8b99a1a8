import type { Alert, KeyAlert } from '../../shared/alerts/alert.ts';
import type { SlackClient, SlackMessage } from '../../shared/alerts/slack/ports.ts';
import { alertsSchema } from '../../shared/config/alerts-config.ts';
import { handleBatch } from '../../shared/delivery/batch.ts';
import { handleMessage } from '../../shared/delivery/handle-message.ts';
import type { Notifier } from '../../shared/delivery/notifier.ts';
import { outboxAlerter } from '../../shared/delivery/outbox-alerter.ts';
import type { BusEvent, Publication, Sent } from '../../shared/delivery/ports.ts';
import { type Fact, type KeyMetadata, known } from '../../shared/facts/facts.ts';
import type { Clock } from '../../shared/ports.ts';
import { ruleById } from '../../shared/rules/index.ts';
import { memoryApprovals } from './memory-approvals.ts';
import { memoryDeliveries, memoryStorms } from './memory-deliveries.ts';
import { memoryOutbox } from './memory-outbox.ts';
import { memorySlack } from './memory-slack.ts';

export const start = Date.parse('2026-11-20T09:15:00Z');
export const defaultTopic = 'arn:aws:sns:eu-west-1:111122223333:alerts';

export type Published = { readonly topicArn: string; readonly publication: Publication };

/** The whole notifier over memory, with a clock that only moves when nothing is left to do now. */
export const memoryNotifier = (alerts: unknown = {}, slackOver: SlackClient | null = null) => {
  const clock: Clock & { time: number } = { time: start, now: () => clock.time, sleep: async () => undefined };
  const outbox = memoryOutbox(clock);
  const slack = memorySlack(clock);
  const deliveries = memoryDeliveries();
  const published: Published[] = [];
  const bare: { readonly topicArn: string; readonly message: string }[] = [];
  const events: BusEvent[] = [];
  const dead: { readonly body: string; readonly reason: string }[] = [];
  const webhooks: SlackMessage[] = [];
  const beats: { readonly guard: string; readonly at: string; readonly now: number }[] = [];
  const metrics: string[] = [];
  const logged: (readonly [message: string, data: Readonly<Record<string, unknown>>])[] = [];
  const errors: string[] = [];
  const faults: { topic: Sent | null; bus: Sent | null } = { topic: null, bus: null };
  const keys = new Map<string, Fact<KeyMetadata>>();
  const tags = new Map<string, Readonly<Record<string, string>>>();
  const approvals = memoryApprovals();
  const config = alertsSchema.parse(alerts);
  const notifier: Notifier = {
    config,
    topics: { defaultTopicArn: defaultTopic, amazonQTopicArn: 'arn:aws:sns:eu-west-1:111122223333:amazon-q' },
    buttons: true,
    ruleById,
    leaseInSeconds: 65,
    ports: {
      outbox,
      heartbeats: { seen: async (beat) => void beats.push(beat) },
      deliveries,
      storms: memoryStorms(),
      schedules: outbox,
      topics: {
        publish: async (topicArn, publication) => {
          if (faults.topic !== null) return faults.topic;
          published.push({ topicArn, publication });
          return { ok: true };
        },
        publishBare: async (topicArn, message) => {
          bare.push({ topicArn, message });
          return { ok: true };
        },
      },
      bus: {
        put: async (some) => {
          if (faults.bus !== null) return faults.bus;
          events.push(...some);
          return { ok: true };
        },
      },
      slack: config.slackTokenSecretArn === null ? null : (slackOver ?? slack),
      webhook: () => ({
        post: async (message) => {
          webhooks.push(message);
          return { ok: true };
        },
      }),
      reader: {
        describe: async (keyArn) => keys.get(keyArn) ?? { known: false, reason: 'access-denied', detail: 'no' },
        tags: async (keyArn) => known(tags.get(keyArn) ?? {}),
      },
      approvals,
      dead: {
        send: async ({ body }, reason) => {
          dead.push({ body, reason });
        },
      },
      clock,
      log: {
        info: (message, data) => {
          logged.push([message, data]);
        },
        error: (message) => {
          errors.push(message);
        },
        metric: (name) => {
          metrics.push(name);
        },
      },
    },
  };
  /** One Lambda invocation; false where there was nothing to take. */
  const invoke = async (): Promise<boolean> => {
    const batch = outbox.receive();
    if (batch.length === 0) return false;
    const { log } = notifier.ports;
    const handle = (body: string, group: string) => handleMessage(notifier, body, group);
    const failed = new Set(await handleBatch({ handle, postpone: outbox.postpone, log }, batch));
    for (const { messageId } of batch) if (!failed.has(messageId)) outbox.remove(messageId);
    return true;
  };
  /** Until nothing is left, or time would pass `until`. */
  const run = async (until = Number.POSITIVE_INFINITY): Promise<void> => {
    for (;;) {
      while (await invoke());
      const next = outbox.nextTime();
      if (next === null || next > until) break;
      clock.time = Math.max(clock.time, next);
    }
    if (Number.isFinite(until)) clock.time = Math.max(clock.time, until);
  };
  return {
    notifier,
    clock,
    outbox,
    slack,
    deliveries,
    published,
    bare,
    events,
    dead,
    metrics,
    logged,
    errors,
    webhooks,
    beats,
    faults,
    keys,
    tags,
    approvals,
    invoke,
    run,
    send: (alert: Alert) => outboxAlerter(outbox, 'deletion-guard', clock).send(alert),
  };
};

export const slackConfig = {
  channels: { ops: { slackChannel: 'C012AB3CD' } },
  routes: [{ to: ['ops'] }],
  slackTokenSecretArn: 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:slack-token-a1b2c3',
};

export const keyArnOf = (n: number): string =>
  `arn:aws:kms:eu-west-1:111122223333:key/${String(n).padStart(8, '0')}-0000-4000-8000-000000000000`;

/** An alert about a deletion that still stands. */
export const deletionAlert = (n: number, own: Partial<KeyAlert> = {}): KeyAlert => ({
  kind: 'key',
  eventID: `event-${n}`,
  eventName: 'ScheduleKeyDeletion',
  eventTime: '2026-11-20T09:14:07Z',
  account: '111122223333',
  region: 'eu-west-1',
  partition: 'aws',
  keyArn: keyArnOf(n),
  keyId: keyArnOf(n).split('/')[1] ?? null,
  aliases: [`alias/key-${n}`],
  actor: { arn: 'arn:aws:sts::111122223333:assumed-role/Admin/dana', type: 'AssumedRole', invokedBy: null },
  sourceIPAddress: '198.51.100.7',
  severity: 'critical',
  verdicts: [
    {
      rule: 'deletion-scheduled',
      verdict: 'violation',
      severity: 'critical',
      message: 'scheduled',
      data: {},
      remedy: 'cancelKeyDeletion',
    },
  ],
  decision: {
    action: 'alert',
    remedy: null,
    wouldRemedy: 'cancelKeyDeletion',
    severity: 'critical',
    reasons: [{ id: 'violation', rule: 'deletion-scheduled' }],
  },
  outcomes: [],
  keyState: 'PendingDeletion',
  deletionDate: '2026-12-20T09:14:07.000Z',
  policyChange: null,
  ...own,
});

/** An alert that may wait. */
export const quietAlert = (n: number, own: Partial<KeyAlert> = {}): KeyAlert =>
  deletionAlert(n, {
    eventName: 'DisableKeyRotation',
    severity: 'low',
    verdicts: [
      {
        rule: 'rotation-disabled',
        verdict: 'violation',
        severity: 'low',
        message: 'disabled',
        data: {},
        remedy: 'enableKeyRotation',
      },
    ],
    decision: { action: 'alert', remedy: null, wouldRemedy: 'enableKeyRotation', severity: 'low', reasons: [] },
    keyState: 'Enabled',
    deletionDate: null,
    ...own,
  });
