import { describe, expect, test } from 'vitest';
import type { LedgerEntry } from '../../shared/ledger/entries.ts';
import { actionOf } from '../../shared/reports/action-of.ts';
import { account, callBase, keyArn, keyId, perfectActor, region } from '../support/perfect-key.ts';

const verdict = {
  rule: 'deletion-scheduled',
  severity: 'critical',
  message: 'pending',
  data: {},
  remedy: 'cancelKeyDeletion',
} as const;
const entry: LedgerEntry = {
  guard: 'deletion-guard',
  eventID: callBase.eventID,
  at: '2026-11-20T09:14:09.000Z',
  call: {
    eventName: 'ScheduleKeyDeletion',
    eventTime: callBase.eventTime,
    account,
    region,
    keyArn,
    keyId,
    actor: perfectActor,
    failure: null,
  },
  verdicts: [
    { ...verdict, verdict: 'violation' },
    { ...verdict, rule: 'deletion-window-short', verdict: 'compliant' },
    { ...verdict, rule: 'deletion-attempted', verdict: 'undetermined' },
  ],
  decision: {
    action: 'remedy',
    remedy: 'cancelKeyDeletion',
    wouldRemedy: null,
    severity: 'critical',
    reasons: [{ id: 'violation', rule: 'deletion-scheduled' }],
  },
  outcomes: [
    { remedy: 'cancelKeyDeletion', outcome: 'done', detail: 'the key is Disabled' },
    { remedy: 'restoreKeyState', outcome: 'done', detail: 'the key is Enabled again' },
  ],
  findings: [],
  resolved: [],
};

describe('an entry of the ledger', () => {
  test('tells what was called, by whom, and the key before and after', () => {
    expect(actionOf(entry)).toMatchObject({
      eventName: 'ScheduleKeyDeletion',
      actor: perfectActor.arn,
      rules: ['deletion-scheduled', 'deletion-attempted'],
      decision: 'remedy',
      before: 'pending deletion',
      after: 'the key is Enabled again',
      approvedBy: null,
    });
  });

  test('about a call that the guard ignored is left out', () => {
    expect(
      actionOf({
        ...entry,
        decision: { ...entry.decision, action: 'ignore', remedy: null, reasons: [{ id: 'compliant' }] },
      }),
    ).toBeNull();
  });

  test('about a deletion that somebody approved names who did', () => {
    const approved = {
      id: 'approved',
      approval: 'a1',
      requester: 'dana',
      approver: 'sam',
      until: '2026-11-26',
      minimumWindowInDays: 30,
      reason: 'retired',
      ticket: null,
    } as const;
    const ignored = {
      ...entry,
      outcomes: [],
      decision: { ...entry.decision, action: 'ignore' as const, remedy: null, reasons: [approved] },
    };
    expect(actionOf(ignored)).toMatchObject({ approvedBy: 'sam', decision: 'alert', before: null, after: null });
  });
});
