import { amazonQNotification } from '../alerts/amazon-q.ts';
import { renderAlert } from '../alerts/render.ts';
import { slackDigest, slackMessage } from '../alerts/slack/index.ts';
import type { SlackMessage } from '../alerts/slack/ports.ts';
import type { Attempt } from './deliver.ts';
import type { Destination } from './destination.ts';
import { accountNameOf, lineOf, type Notifier } from './notifier.ts';
import type { Publication, Sent } from './ports.ts';
import { failed, notYet, sent } from './sent.ts';
import { findingIdsOf, statusOf, stormOf } from './slack-place.ts';
import { digestOf } from './summary-input.ts';
import { digestPublication, reminderPublication, stormPublication } from './summary.ts';

type Topic = Extract<Destination, { readonly type: 'topic' | 'amazon-q' }>;

/** SNS takes a message at least once; a subscriber that must not see it twice compares the attribute `id`. */
export const deliverToTopic = async (notifier: Notifier, topic: Topic, attempt: Attempt): Promise<Sent> => {
  const publication = await publicationOf(notifier, attempt);
  if (publication === 'nothing') return sent;
  if (publication === null) return notYet('the alert is not in the ledger');
  const { topics } = notifier.ports;
  return topic.type === 'topic'
    ? topics.publish(topic.topicArn, publication)
    : topics.publishBare(topic.topicArn, customNotification(publication, attempt.delivery.subject));
};

const publicationOf = async (
  notifier: Notifier,
  { id, delivery }: Attempt,
): Promise<Publication | 'nothing' | null> => {
  const { deliveries, storms } = notifier.ports;
  const { what, alertId, to } = delivery;
  switch (what.form) {
    case 'alert': {
      const alert = alertId === null ? null : await deliveries.alert(alertId);
      return alert === null ? null : { id, ...renderAlert(alert, notifier.ruleById) };
    }
    case 'storm': {
      const storm = await storms.storm(what.stormId);
      const listed = await storms.listed(what.stormId);
      return storm === null ? 'nothing' : stormPublication(id, { storm, listed, closed: what.closed });
    }
    case 'reminder': {
      const alert = alertId === null ? null : await deliveries.alert(alertId);
      if (alert?.kind !== 'key' || alertId === null) return unknownReminder(id, what);
      return reminderPublication(id, { ...what, line: lineOf(notifier, alertId, alert) });
    }
    case 'digest': {
      const digest = await digestOf(notifier, to, what.day);
      return digest === null ? 'nothing' : digestPublication(id, what.day, digest);
    }
    case 'move':
      return 'nothing';
  }
};

/** There is no alert of this key, or it is gone from the ledger: what is pending is told all the same. */
const unknownReminder = (
  id: string,
  what: Extract<Attempt['delivery']['what'], { readonly form: 'reminder' }>,
): Publication => {
  const { keyArn, alertId, deletionDate } = what.reminder;
  const [, , , region = 'unknown', account = 'unknown', key = ''] = keyArn.split(':');
  const known = { alertId, account, accountName: null, region, keyArn, keyName: key.split('/').at(-1) ?? key };
  const line = { ...known, severity: 'critical', headline: 'Pending deletion', rules: ['deletion-scheduled'] } as const;
  return reminderPublication(id, { ...what, line: { ...line, at: deletionDate } });
};

/** An incoming webhook posts only, and has no search: after a crash between post and record a message may come twice. */
export const deliverToWebhook = async (notifier: Notifier, secretArn: string, attempt: Attempt): Promise<Sent> => {
  const message = await webhookMessage(notifier, attempt);
  if (message === 'nothing') return sent;
  if (message === null) return notYet('the alert is not in the ledger');
  const posted = await notifier.ports.webhook(secretArn).post(message);
  return posted.ok ? sent : failed(posted);
};

const webhookMessage = async (notifier: Notifier, { delivery }: Attempt): Promise<SlackMessage | 'nothing' | null> => {
  const { what, alertId, to } = delivery;
  if (what.form === 'move') return 'nothing';
  if (what.form === 'digest') {
    const digest = await digestOf(notifier, to, what.day);
    return digest === null ? 'nothing' : slackDigest(digest);
  }
  const alert = alertId === null ? null : await notifier.ports.deliveries.alert(alertId);
  if (alert === null || alertId === null) return null;
  const reminder = what.form === 'reminder' ? what.reminder : null;
  return slackMessage(
    {
      alertId,
      alert,
      findingIds: findingIdsOf(alert),
      status: statusOf(alert),
      history: [],
      accountName: accountNameOf(notifier, alert),
      now: notifier.ports.clock.now(),
      storm: what.form === 'storm' ? await stormOf(notifier, what.stormId) : null,
      escalation: reminder === null ? null : { level: reminder.level, of: reminder.of, mention: null },
      buttons: false,
    },
    notifier.ruleById,
  );
};

/** `subject` is the key's ARN where it is about one key. */
const customNotification = ({ id, subject: title, text, attributes }: Publication, subject: string): string => {
  const { severity, rule: rules, account } = attributes;
  const keyArn = subject.startsWith('arn:') ? subject : null;
  return amazonQNotification({ id, subject: title, text, severity, rules, account, keyArn });
};
