import type { AlertsConfig } from '../config/alerts-config.ts';
import type { LedgerEntry } from '../ledger/entries.ts';
import { plain } from '../rules/explain.ts';
import { slackChannels } from './destination.ts';
import type { Move } from './outbox-message.ts';

/**
 * What a call that put things right means for the messages about its key: they are resolved. Null where nothing was, where it
 * was the guard's own doing, which its alert tells, and where no channel can be updated.
 */
export const resolvedMove = (config: AlertsConfig, { call, decision, resolved }: LedgerEntry): Move | null => {
  const own = decision.reasons.some(({ id }) => id === 'own-actor');
  if (own || resolved.length === 0 || call.keyArn === null || slackChannels(config).length === 0) return null;
  return {
    alertId: null,
    keyArn: call.keyArn,
    findingIds: resolved,
    status: 'resolved',
    by: plain(call.actor.arn ?? 'somebody'),
    what: `called ${plain(call.eventName, 60)}: the rule holds again`,
    at: call.eventTime,
    until: null,
  };
};
