import type { Alert } from '../alerts/alert.ts';
import { explainAlert } from '../alerts/explain-alert.ts';
import { fitText } from '../alerts/fit.ts';
import { findingId } from '../ledger/finding-id.ts';
import { plain } from '../rules/explain.ts';
import type { Attempt } from './deliver.ts';
import { iso, lineOf, type Notifier } from './notifier.ts';
import type { BusEvent, Sent } from './ports.ts';
import { notYet, sent } from './sent.ts';

/**
 * For other automations. EventBridge takes an event at least once: whoever must not act twice compares `detail.id`, which a
 * repeated event has again.
 */
export const findingDetailType = 'kms-guard.finding';
const moveDetailType = 'kms-guard.progress';
const reminderDetailType = 'kms-guard.reminder';
const schema = `${findingDetailType}/1`;
const textBytes = 20_000;

export const deliverToBus = async (notifier: Notifier, attempt: Attempt): Promise<Sent> => {
  const events = await eventsOf(notifier, attempt);
  if (events === null) return notYet('the alert is not in the ledger');
  return events.length === 0 ? sent : notifier.ports.bus.put(events);
};

const eventsOf = async (notifier: Notifier, { id, delivery, since }: Attempt): Promise<readonly BusEvent[] | null> => {
  const { what, alertId } = delivery;
  switch (what.form) {
    case 'alert': {
      const alert = alertId === null ? null : await notifier.ports.deliveries.alert(alertId);
      return alert === null || alertId === null ? null : findingEvents(notifier, alertId, alert);
    }
    case 'move': {
      const { move } = what;
      const detail = { schema: `${moveDetailType}/1`, id, ...move, by: plain(move.by), what: plain(move.what) };
      return [event(moveDetailType, move.at, { keyArn: move.keyArn, detail })];
    }
    case 'reminder': {
      const { reminder, state } = what;
      const detail = { schema: `${reminderDetailType}/1`, id, ...reminder, keyState: state };
      return [event(reminderDetailType, iso(since), { keyArn: reminder.keyArn, detail })];
    }
    case 'storm':
    case 'digest':
      // Programs have had each alert by itself.
      return [];
  }
};

/** One event a finding: an alert about a key may hold several. */
export const findingEvents = (notifier: Notifier, alertId: string, alert: Alert): readonly BusEvent[] => {
  const { severity, headline, account, region, keyArn, keyName, at, rules } = lineOf(notifier, alertId, alert);
  const about = { schema, alertId, kind: alert.kind, headline, account, region, keyArn, keyName };
  if (alert.kind !== 'key') {
    const detail = { ...about, id: alertId, findingId: null, rule: rules[0] ?? alert.kind, severity };
    return [event(findingDetailType, at, { keyArn: null, detail })];
  }
  const { eventID, eventName, eventTime, actor, decision, outcomes, keyState, deletionDate } = alert;
  const call = { eventID, eventName, eventTime, actorArn: actor.arn === null ? null : plain(actor.arn) };
  const { action, remedy, wouldRemedy } = decision;
  const done = outcomes.map(({ remedy: name, outcome }) => ({ remedy: name, outcome }));
  return explainAlert(alert, notifier.ruleById).findings.map((finding) => {
    const own = { rule: finding.rule, verdict: finding.verdict, severity: finding.severity };
    const findingIdOfKey = findingId(finding.rule, alert);
    const detail = {
      ...about,
      id: `${alertId}/${finding.rule}`,
      findingId: findingIdOfKey,
      ...own,
      text: fitText(finding.text, textBytes),
      call,
      decision: { action, remedy, wouldRemedy },
      outcomes: done,
      keyState,
      deletionDate,
    };
    return event(findingDetailType, eventTime, { keyArn, detail });
  });
};

const event = (
  detailType: string,
  time: string,
  { keyArn, detail }: { readonly keyArn: string | null; readonly detail: object },
): BusEvent => ({ detailType, time, detail: JSON.stringify(detail), resources: keyArn === null ? [] : [keyArn] });
