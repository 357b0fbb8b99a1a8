import { describe, expect, test } from 'vitest';
import type { Alert } from '../../shared/alerts/alert.ts';
import { alertIdOf, groupOf, type OutboxMessage, parseOutboxMessage } from '../../shared/delivery/outbox-message.ts';
import type { RemedyBudget } from '../../shared/remedies/remedy-names.ts';
import { deletionAlert, keyArnOf, quietAlert } from '../support/memory-notifier.ts';

const breaker = (at: string, budget: RemedyBudget = 'rescues'): Alert => ({
  kind: 'breaker',
  guard: 'g',
  account: '111122223333',
  budget,
  limit: 5,
  at,
});
const unreadable = (reason: string): Alert => ({ kind: 'unreadable', eventID: null, guard: 'g', reason, excerpt: 'x' });
const alertOf = (alert: Alert): OutboxMessage => ({ kind: 'alert', id: 'x', at: 'y', alert });

describe('the id of an alert', () => {
  test.each<[string, Alert, Alert]>([
    ['one event, whatever is known of it by then', deletionAlert(1), deletionAlert(1, { keyState: 'Enabled' })],
    ['one hour of a breaker', breaker('2026-11-20T09:01:00Z'), breaker('2026-11-20T09:59:00Z')],
    ['one unreadable body', unreadable('a'), unreadable('a')],
  ])('is the same for %s', (_, one, other) => {
    expect(alertIdOf('g', one)).toBe(alertIdOf('g', other));
    expect(alertIdOf('g', one)).toMatch(/^[0-9a-f]{32}$/);
  });

  test.each<[string, string, Alert, string, Alert]>([
    ['events', 'g', deletionAlert(1), 'g', deletionAlert(2)],
    ['guards', 'g', deletionAlert(1), 'h', deletionAlert(1)],
    ['hours', 'g', breaker('2026-11-20T09:59:00Z'), 'g', breaker('2026-11-20T10:00:00Z')],
    ['budgets', 'g', breaker('2026-11-20T09:01:00Z'), 'g', breaker('2026-11-20T09:01:00Z', 'others')],
    ['bodies', 'g', unreadable('a'), 'g', unreadable('b')],
  ])('differs for two %s', (_, guard, one, otherGuard, other) =>
    expect(alertIdOf(guard, one)).not.toBe(alertIdOf(otherGuard, other)),
  );
});

describe('in one group stand', () => {
  const move = { alertId: null, findingIds: [], status: 'approved', by: 'x', what: 'y', at: 'z', until: null } as const;
  const reminder = { alertId: 'x', deletionDate: 'y', level: 1, of: 3 };
  const delivery = (to: string, n: number): OutboxMessage => ({
    kind: 'delivery',
    id: 'x',
    at: 'y',
    delivery: { to, what: { form: 'alert' }, alertId: 'x', subject: keyArnOf(n) },
  });

  test('alerts, answers and reminders about one key', () => {
    const groups = [
      groupOf(alertOf(deletionAlert(1))),
      groupOf(alertOf(quietAlert(1))),
      groupOf({ kind: 'move', id: 'x', at: 'y', move: { ...move, keyArn: keyArnOf(1) } }),
      groupOf({ kind: 'reminder', id: 'x', at: 'y', reminder: { ...reminder, keyArn: keyArnOf(1) } }),
    ];
    expect(new Set(groups).size).toBe(1);
  });

  test('deliveries of one key to one destination, and no others', () => {
    expect(groupOf(delivery('ops', 1))).toBe(groupOf(delivery('ops', 1)));
    const others = [delivery('bus', 1), delivery('ops', 2), alertOf(deletionAlert(1))];
    for (const other of others) expect(groupOf(other)).not.toBe(groupOf(delivery('ops', 1)));
  });

  test('alerts without a key by their account', () => {
    expect(groupOf(alertOf(deletionAlert(1, { keyArn: null })))).toBe(
      groupOf(alertOf(breaker('2026-11-20T09:01:00Z'))),
    );
  });
});

test.each([
  '',
  'null',
  '[]',
  '{}',
  '{"kind":"alert"}',
  '{"kind":"alert","id":"x","at":"y"}',
  '{"kind":"x","id":"x","at":"y"}',
])('no message of ours: %s', (body) => expect(parseOutboxMessage(body)).toBeNull());

test('a message is read as it was written', () => {
  expect(parseOutboxMessage(JSON.stringify(alertOf(deletionAlert(1))))).toEqual(alertOf(deletionAlert(1)));
});
