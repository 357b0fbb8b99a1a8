import { plain } from '../rules/explain.ts';
import { alertSchema } from '../alerts/render.ts';
import type { Alert } from '../alerts/alert.ts';
import { done, type Handled, type Notifier } from './notifier.ts';
import type { OutboxMessage } from './outbox-message.ts';
import type { Publication } from './ports.ts';

type Crashed = {
  readonly message: OutboxMessage;
  readonly raw: { readonly body: string; readonly group: string };
  readonly error: unknown;
};

/**
 * A bug: it would come again at every attempt, and hold up all that stands behind the message. People get what is known of an
 * alert without any rendering, and the message is a dead letter at once.
 */
export const crashed = async (notifier: Notifier, { message, raw, error }: Crashed): Promise<Handled> => {
  const { ports, topics } = notifier;
  ports.log.error(`the notifier crashed over a message of kind ${message.kind}`, error);
  const alert = message.kind === 'alert' ? message.alert : await alertOf(notifier, message);
  if (alert !== null) {
    const told = await ports.topics.publish(topics.defaultTopicArn, bareAlert(message.id, alert));
    if (!told.ok && told.reason === 'retryable') {
      return { handled: false, detail: told.detail, retryInSeconds: told.retryAfterInSeconds };
    }
  }
  const why = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  await ports.dead.send(raw, `the notifier crashed: ${plain(why)}`);
  return done;
};

/** Of a delivery that is about an alert as such. */
const alertOf = async ({ ports }: Notifier, message: OutboxMessage): Promise<Alert | null> => {
  if (message.kind !== 'delivery' || message.delivery.alertId === null) return null;
  const { form } = message.delivery.what;
  return form === 'alert' || form === 'reminder' ? ports.deliveries.alert(message.delivery.alertId) : null;
};

/** Nothing of it is computed, so nothing can crash: its own words, as far as they are words. */
const bareAlert = (id: string, alert: Alert): Publication => {
  const word = (name: string): string => {
    const value = Object.entries(alert).find(([key]) => key === name)?.[1];
    return typeof value === 'string' ? plain(value) : 'unknown';
  };
  const subject = '[CRITICAL] kms-guard could not put an alert into words: look at the key by hand';
  const names = ['kind', 'eventName', 'eventID', 'eventTime', 'keyArn', 'account', 'region', 'severity', 'keyState'];
  const known = Object.fromEntries(names.map((name) => [name, word(name)]));
  const text = [
    'CRITICAL: kms-guard could not put an alert into words. It is in the dead-letter queue of the outbox, and in the ledger.',
    '',
    ...names.map((name) => `${name}: ${known[name]}`),
    '',
    'What to do',
    '- Look at the key by hand; if it is pending deletion, cancel that (aws kms cancel-key-deletion) or approve it.',
    '- Report the bug with the error in the log of the notifier.',
  ].join('\n');
  const json = JSON.stringify({
    ...known,
    schema: alertSchema,
    id,
    severity: 'critical',
    subject,
    text,
    truncated: true,
  });
  const attributes = { severity: 'critical', rule: ['crashed'], account: word('account'), decision: 'alert' };
  return { id, subject, text, json, attributes };
};
