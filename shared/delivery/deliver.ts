import { deliverToBus } from './bus-delivery.ts';
import type { Destination } from './destination.ts';
import { planReminders } from './look-again.ts';
import { destinationNamed, done, type Handled, type Notifier, putDelivery } from './notifier.ts';
import { type Delivery, hashed, type OutboxMessage } from './outbox-message.ts';
import type { Sent, Unsure } from './ports.ts';
import { deliverToSlack } from './slack-delivery.ts';
import { deliverToTopic, deliverToWebhook } from './topic-delivery.ts';

type DeliveryMessage = Extract<OutboxMessage, { readonly kind: 'delivery' }>;

/** One attempt at one delivery. `since` is when the first attempt began; `unsure`: when one was made that may have gone through. */
export type Attempt = {
  readonly id: string;
  readonly delivery: Delivery;
  readonly unsure: Unsure | null;
  readonly since: number;
};

/** Another attempt holds the lease: it is either at work, or crashed and its lease runs out. */
const busyRetryInSeconds = 15;

/**
 * Delivers once, to one destination, and remembers it. What is refused for good goes to the dead letters, and an alert that
 * no one else may have got goes to the default topic: a wrong token or channel makes noise, it does not make silence.
 */
export const deliver = async (
  notifier: Notifier,
  { id, delivery }: DeliveryMessage,
  raw: { readonly body: string; readonly group: string },
): Promise<Handled> => {
  const { ports, leaseInSeconds } = notifier;
  const { to } = delivery;
  const now = ports.clock.now();
  const begun = await ports.deliveries.begin({ id, to, now, leaseInSeconds });
  if (begun.state === 'done') return done;
  if (begun.state === 'busy') {
    return { handled: false, detail: `delivery ${id} is under way`, retryInSeconds: busyRetryInSeconds };
  }
  const { unsure, since } = begun;
  const sent = await send(notifier, { id, delivery, unsure, since });
  if (sent.ok) {
    await ports.deliveries.finish({ id, to, now: ports.clock.now() });
    ports.log.info('delivery', { to, result: 'done' });
    ports.log.metric('delivered', 1);
    return done;
  }
  const until = now + leaseInSeconds * 1000;
  const windows = {
    no: null,
    before: unsure,
    now: { since: now, until },
    both: { since: unsure?.since ?? now, until },
  };
  await ports.deliveries.release({ id, to, unsure: windows[sent.reason === 'retryable' ? sent.unsure : 'no'] });
  if (sent.reason === 'retryable') {
    ports.log.info('delivery', { to, result: 'retried', detail: sent.detail });
    return { handled: false, detail: `${to}: ${sent.detail}`, retryInSeconds: sent.retryAfterInSeconds };
  }
  await refused(notifier, { delivery, detail: sent.detail, raw });
  return done;
};

const send = async (notifier: Notifier, attempt: Attempt): Promise<Sent> => {
  const { to } = attempt.delivery;
  const destination = destinationNamed(notifier, to);
  if (destination === null) return { ok: false, reason: 'refused', detail: 'the configuration knows no such channel' };
  return sendTo(notifier, destination, attempt);
};

const sendTo = (notifier: Notifier, destination: Destination, attempt: Attempt): Promise<Sent> => {
  const { delivery } = attempt;
  switch (destination.type) {
    case 'bus':
      return deliverToBus(notifier, attempt);
    case 'reminders':
      return planReminders(notifier, delivery.alertId);
    case 'topic':
    case 'amazon-q':
      return deliverToTopic(notifier, destination, attempt);
    case 'webhook':
      return deliverToWebhook(notifier, destination.secretArn, attempt);
    case 'slack':
      return deliverToSlack(notifier, destination.channel, attempt);
  }
};

/** What has no configuration to be wrong in; what fails there is told by alarms. */
const ownNames: ReadonlySet<string> = new Set(['default', 'bus', 'reminders']);

const refused = async (
  notifier: Notifier,
  {
    delivery,
    detail,
    raw,
  }: { delivery: Delivery; detail: string; raw: { readonly body: string; readonly group: string } },
): Promise<void> => {
  const { ports } = notifier;
  ports.log.info('delivery', { to: delivery.to, result: 'refused', detail });
  ports.log.error(`a delivery to ${delivery.to} was refused: ${detail}`, null);
  const { to } = delivery;
  const id = ownNames.has(to) ? null : insteadOf(delivery);
  if (id !== null) await putDelivery(notifier, id, { ...delivery, to: 'default' });
  await ports.dead.send(raw, `${to}: ${detail}`);
};

/** The id under which the default topic gets what a channel refused, once; null for what only adds to what people know. */
const insteadOf = ({ alertId, what }: Delivery): string | null => {
  switch (what.form) {
    // Under the delivery's own id: if the default topic has it already, it is not told again.
    case 'alert':
      return alertId;
    case 'reminder':
      return hashed('refused', what.reminder.keyArn, what.reminder.deletionDate, String(what.reminder.level));
    case 'storm':
      return hashed('refused', what.stormId, String(what.closed));
    case 'move':
    case 'digest':
      return null;
  }
};
