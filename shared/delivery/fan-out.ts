import type { Alert } from '../alerts/alert.ts';
import type { ListedAlert } from '../alerts/slack/slack-input.ts';
import { wantsEach } from './destination.ts';
import { nextDigestDay } from './digest-day.ts';
import { mayComeDue } from './look-again.ts';
import { destinationNamed, done, type Handled, lineOf, type Notifier, putDelivery } from './notifier.ts';
import { subjectOf } from './outbox-message.ts';
import { tellPeople } from './tell-people.ts';
import { asksForTags, isUrgent, type Routed, routeOf } from './route.ts';

type Fanned = { readonly id: string; readonly alert: Alert; readonly line: ListedAlert; readonly routed: Routed };

/**
 * One alert to all its destinations, each a delivery of its own: one that fails holds back no other. Everything here may be
 * done twice; deliveries are remembered by their ids.
 */
export const fanOut = async (notifier: Notifier, id: string, alert: Alert): Promise<Handled> => {
  const { ports, config } = notifier;
  const now = ports.clock.now();
  await ports.deliveries.saveAlert(id, alert, now);
  const line = lineOf(notifier, id, alert);
  const { severity, account, rules } = line;
  const tags = await tagsOf(notifier, alert);
  const routed = routeOf(config, { severity, account, rules, tags, urgent: isUrgent(alert) });
  const isEach = (name: string): boolean => wantsEach(destinationNamed(notifier, name));
  const people = routed.to.filter((name) => !isEach(name));
  for (const to of ['bus', ...routed.to.filter(isEach)]) await deliverAlert(notifier, { id, alert, to });
  const fanned = { id, alert, line, routed: { ...routed, to: people } };
  if (routed.when === 'digest') await addToDigests(notifier, fanned);
  else {
    const likeness = likenessOf(alert, line);
    const single = (to: string) => deliverAlert(notifier, { id, alert, to });
    await tellPeople(notifier, { line, likeness, to: people, single });
  }
  if (mayComeDue(alert)) await deliverAlert(notifier, { id, alert, to: 'reminders' });
  return done;
};

/** Asked for only where some route goes by tags. Whatever goes wrong there, the alert goes out. */
const tagsOf = async ({ config, ports }: Notifier, alert: Alert): Promise<Readonly<Record<string, string>> | null> => {
  if (!asksForTags(config) || alert.kind !== 'key' || alert.keyArn === null) return null;
  try {
    const tags = await ports.reader.tags(alert.keyArn);
    return tags.known ? tags.value : null;
  } catch (error) {
    ports.log.error('the tags of a key are unknown: its alert goes to the default topic as well', error);
    return null;
  }
};

const deliverAlert = (notifier: Notifier, { id, alert, to }: { id: string; alert: Alert; to: string }): Promise<void> =>
  putDelivery(notifier, id, { to, what: { form: 'alert' }, alertId: id, subject: subjectOf(alert) });

const addToDigests = async ({ config, ports }: Notifier, { line, routed }: Fanned): Promise<void> => {
  if (config.quiet === null) return;
  const now = ports.clock.now();
  const day = nextDigestDay(config.quiet, now);
  for (const channel of routed.to) await ports.deliveries.addToDigest({ channel, day, line, now });
};

/**
 * Alerts are alike that one actor raised in one account by one rule, equally severe, and that ended alike: what still stands
 * never hides behind what was undone, nor what disarms the guard behind an attempt.
 */
const likenessOf = (alert: Alert, { account, rules, severity }: ListedAlert): string => {
  const about = alert.kind === 'defence' ? alert.eventName : `${rules[0] ?? ''} ${endOf(alert)}`;
  return [alert.kind, account, about, severity, 'actor' in alert ? alert.actor.arn : alert.guard].join('\n');
};

const endOf = (alert: Alert): 'undone' | 'failed' | 'stands' => {
  if (alert.kind !== 'key' || alert.outcomes.length === 0) return 'stands';
  return alert.outcomes.some(({ outcome }) => outcome === 'failed' || outcome === 'refused') ? 'failed' : 'undone';
};
