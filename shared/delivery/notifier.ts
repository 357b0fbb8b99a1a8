import type { Alert } from '../alerts/alert.ts';
import type { RuleById } from '../alerts/explain-alert.ts';
import { listedAlert } from '../alerts/slack/listed-alert.ts';
import type { ListedAlert } from '../alerts/slack/slack-input.ts';
import type { AlertsConfig } from '../config/alerts-config.ts';
import { type Destination, destinationOf, type OwnTopics } from './destination.ts';
import { type Delivery, hashed } from './outbox-message.ts';
import type { NotifierPorts } from './ports.ts';

/** The notifier: what it is told, what it knows, what it may use. */
export type Notifier = {
  readonly config: AlertsConfig;
  readonly topics: OwnTopics;
  /** False where nobody can answer in Slack: then messages have no buttons. */
  readonly buttons: boolean;
  readonly ruleById: RuleById;
  /** Longer than one attempt can take, so that only a crashed attempt is retaken. */
  readonly leaseInSeconds: number;
  readonly ports: NotifierPorts;
};

/** What became of one message of the outbox. */
export type Handled =
  | { readonly handled: true }
  /** It returns to the queue, with all that stands behind it in its group. */
  | { readonly handled: false; readonly detail: string; readonly retryInSeconds: number | null };

export const done: Handled = { handled: true };

export const iso = (time: number): string => new Date(time).toISOString();

export const destinationNamed = ({ config, topics }: Notifier, name: string): Destination | null =>
  destinationOf(config, topics, name);

/** What the configuration calls the account of an alert; null where it names none, or the alert has none. */
export const accountNameOf = ({ config }: Notifier, alert: Alert): string | null => {
  const account = 'account' in alert ? alert.account : null;
  return account !== null && Object.hasOwn(config.accountNames, account)
    ? (config.accountNames[account] ?? null)
    : null;
};

/** An alert in few words. */
export const lineOf = (notifier: Notifier, alertId: string, alert: Alert): ListedAlert => {
  const at = iso(notifier.ports.clock.now());
  return listedAlert({ alertId, alert, accountName: accountNameOf(notifier, alert), at }, notifier.ruleById);
};

/** Puts one delivery into the outbox, in the group of its destination and subject. Twice the same id is once. */
export const putDelivery = async ({ ports }: Notifier, id: string, delivery: Delivery): Promise<void> => {
  const at = iso(ports.clock.now());
  await ports.outbox.put({ kind: 'delivery', id: hashed(id, delivery.to), at, delivery });
};
