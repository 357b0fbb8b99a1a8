import { dayBefore, digestDay } from './digest-day.ts';
import { deliver } from './deliver.ts';
import { slackChannels } from './destination.ts';
import { fanOut } from './fan-out.ts';
import { heartbeatMetric } from '../metrics.ts';
import { RetryableFault } from '../ports.ts';
import { crashed } from './crashed.ts';
import { lookAgain } from './look-again.ts';
import { done, type Handled, type Notifier, putDelivery } from './notifier.ts';
import { hashed, type Move, type OutboxMessage, parseOutboxMessage } from './outbox-message.ts';
import { answers, remind } from './reminders.ts';
import { scheduleTick } from './tell-people.ts';

/**
 * One message of the outbox. Twice is once: every step is remembered or may be repeated.
 * @throws RetryableFault when AWS does not answer
 */
export const handleMessage = async (notifier: Notifier, body: string, group: string): Promise<Handled> => {
  const message = parseOutboxMessage(body);
  if (message === null) {
    notifier.ports.log.info('delivery', { to: null, result: 'unreadable' });
    await notifier.ports.dead.send({ body, group }, 'no message of the outbox');
    return done;
  }
  const raw = { body, group };
  try {
    return await handleParsed(notifier, message, raw);
  } catch (error) {
    // Every port answers, or throws this.
    if (error instanceof RetryableFault) throw error;
    return crashed(notifier, { message, raw, error });
  }
};

const handleParsed = (
  notifier: Notifier,
  message: OutboxMessage,
  raw: { readonly body: string; readonly group: string },
): Promise<Handled> => {
  switch (message.kind) {
    case 'alert':
      return fanOut(notifier, message.id, message.alert);
    case 'delivery':
      return deliver(notifier, message, raw);
    case 'move':
      return move(notifier, message.id, message.move);
    case 'reminder':
      return remind(notifier, message.id, message.reminder);
    case 'look':
      return lookAgain(notifier, message.look);
    case 'storm-tick':
      return tick(notifier, message);
    case 'digest':
      return digest(notifier, message.at);
    case 'heartbeat':
      return heartbeat(notifier, message);
  }
};

/** A step is kept for reminders, shown in every channel of Slack that has the message, and told to programs. */
const move = async (notifier: Notifier, id: string, step: Move): Promise<Handled> => {
  const { ports, config } = notifier;
  if (answers.has(step.status) || step.status === 'open') await ports.deliveries.saveAnswer(step, ports.clock.now());
  const subject = step.keyArn ?? step.alertId ?? 'no-key';
  // The guard itself resolves many findings that nobody was told of: programs have the ledger for these.
  const programs = step.status === 'resolved' && step.findingIds.length > 0 ? [] : ['bus'];
  for (const to of [...slackChannels(config), ...programs]) {
    await putDelivery(notifier, id, { to, what: { form: 'move', move: step }, alertId: step.alertId, subject });
  }
  return done;
};

/** It came all the way that an alert goes, but for the people at its end: the alarm waits for this metric. */
const heartbeat = async (
  { ports }: Notifier,
  { guard, at }: { readonly guard: string; readonly at: string },
): Promise<Handled> => {
  const now = ports.clock.now();
  await ports.heartbeats.seen({ guard, at, now });
  ports.log.info('heartbeat', { guard, latency: Math.max(0, now - Date.parse(at)) });
  const metric = heartbeatMetric(guard);
  if (metric !== null) ports.log.metric(metric, 1);
  return done;
};

/** Every so often while a storm lasts, and once more when it is over: how it stands. */
const tick = async (
  notifier: Notifier,
  { stormId, told }: { readonly stormId: string; readonly told: number },
): Promise<Handled> => {
  const { ports, config } = notifier;
  const storm = await ports.storms.storm(stormId);
  if (storm === null) return done;
  const now = ports.clock.now();
  const closed = now - Date.parse(storm.lastAt) > config.storm.withinSeconds * 1000;
  if (storm.count > told || closed) {
    for (const to of storm.to) {
      const id = hashed('summary', stormId, String(storm.count), String(closed));
      const what = { form: 'storm', stormId, closed } as const;
      await putDelivery(notifier, id, { to, what, alertId: storm.firstAlertId, subject: stormId });
    }
  }
  if (!closed) await scheduleTick(notifier, storm, storm.count);
  return done;
};

/** The digest of the day that is due, and that of the day before, should it not have come: then its delivery is new. */
const digest = async (notifier: Notifier, due: string): Promise<Handled> => {
  const { config } = notifier;
  if (config.quiet === null) return done;
  const time = Date.parse(due);
  const today = digestDay(config.quiet, Number.isNaN(time) ? notifier.ports.clock.now() : time);
  for (const day of [dayBefore(today), today]) {
    for (const to of ['default', ...Object.keys(config.channels)]) {
      const what = { form: 'digest', day } as const;
      await putDelivery(notifier, hashed('digest', day), { to, what, alertId: null, subject: `digest ${day}` });
    }
  }
  return done;
};
