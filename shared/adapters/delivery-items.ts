import { number, text, type Item } from './ledger-items.ts';

/**
 * The notifier's items in the ledger's table.
 *
 * | item | pk | sk |
 * | --- | --- | --- |
 * | delivery, once | `DELIVERY#id` | channel |
 * | alert as it was put into the outbox | `ALERT#id` | `ALERT` |
 * | message in Slack | `SLACKMESSAGE#channel#alert id` | `MESSAGE` |
 * | thread of a key in Slack | `SLACKTHREAD#channel#key` | `THREAD` |
 * | last answer about a key | `ANSWER#arn` | `ANSWER` |
 * | line of a digest | `DIGEST#channel#day` | alert id |
 * | run of alerts alike, now | `STORMS#likeness` | `NOW` |
 * | storm | `STORM#id` | `STORM` |
 * | alert in a storm | `STORM#id` | `ALERT#id` |
 * | storm of an alert | `STORMOF#alert id#likeness` | `STORM` |
 */
export const deliveryKey = (id: string, to: string): Item => ({ pk: text(`DELIVERY#${id}`), sk: text(to) });
export const alertKey = (id: string): Item => ({ pk: text(`ALERT#${id}`), sk: text('ALERT') });
export const slackMessageKey = (channel: string, alertId: string): Item => ({
  pk: text(`SLACKMESSAGE#${channel}#${alertId}`),
  sk: text('MESSAGE'),
});
export const slackThreadKey = (channel: string, subject: string): Item => ({
  pk: text(`SLACKTHREAD#${channel}#${subject}`),
  sk: text('THREAD'),
});
export const answerKey = (keyArn: string): Item => ({ pk: text(`ANSWER#${keyArn}`), sk: text('ANSWER') });
export const digestPartition = (channel: string, day: string): string => `DIGEST#${channel}#${day}`;
export const digestLineKey = (partition: string, alertId: string): Item => ({ pk: text(partition), sk: text(alertId) });
export const runKey = (likeness: string): Item => ({ pk: text(`STORMS#${likeness}`), sk: text('NOW') });
export const stormPartition = (stormId: string): string => `STORM#${stormId}`;
export const stormKey = (stormId: string): Item => ({ pk: text(stormPartition(stormId)), sk: text('STORM') });
export const stormLineKey = (stormId: string, alertId: string): Item => ({
  pk: text(stormPartition(stormId)),
  sk: text(`ALERT#${alertId}`),
});
export const stormOfKey = (alertId: string, likeness: string): Item => ({
  pk: text(`STORMOF#${alertId}#${likeness}`),
  sk: text('STORM'),
});

/** A deletion is pending 30 days at most, and its reminders read the alert: twice that. */
const keptSeconds = 60 * 86_400;
export const deliveryExpiry = (now: number) => number(Math.floor(now / 1000) + keptSeconds);
