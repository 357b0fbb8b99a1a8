import { describe, expect, test } from 'vitest';
import { alertsSchema } from '../../shared/config/alerts-config.ts';
import { resolvedMove } from '../../shared/delivery/resolved-move.ts';
import { ledgerEntry } from '../../shared/ledger/ledger-entry.ts';
import { callOf, keyArn, record } from '../support/records.ts';
import { slackConfig } from '../support/memory-notifier.ts';

const config = alertsSchema.parse(slackConfig);
const entryOf = (own: { verdict?: 'compliant' | 'violation'; reason?: 'own-actor' | 'compliant' }) => {
  const { verdict = 'compliant', reason = 'compliant' } = own;
  const reasons = reason === 'compliant' ? [{ id: reason }] : [{ id: reason, actor: 'x' }];
  return ledgerEntry({
    guard: 'rotation-guard',
    call: callOf(record({ eventName: 'EnableKeyRotation' })),
    intent: {
      verdicts: [{ rule: 'rotation-disabled', verdict, severity: 'medium', message: null, data: {}, remedy: null }],
      decision: { action: 'ignore', remedy: null, wouldRemedy: null, severity: 'info', reasons },
    },
    outcomes: [],
    now: 0,
  });
};

describe('messages about a key are resolved', () => {
  test('by a call after which its rule holds', () => {
    const entry = entryOf({});
    expect(resolvedMove(config, entry)).toMatchObject({
      keyArn,
      alertId: null,
      findingIds: entry.resolved,
      status: 'resolved',
      what: expect.stringContaining('EnableKeyRotation'),
    });
  });

  test.each([
    ['where nothing holds again', config, entryOf({ verdict: 'violation' })],
    ["not by the guard's own call: its alert says so", config, entryOf({ reason: 'own-actor' })],
    ['not where no channel can be updated', alertsSchema.parse({}), entryOf({})],
  ])('not %s', (_, alerts, entry) => expect(resolvedMove(alerts, entry)).toBeNull());
});
