import type { Alert, KeyAlert } from '../../shared/alerts/alert.ts';
import type { SlackInput, SlackStatus } from '../../shared/alerts/slack/index.ts';
import type { StoredVerdict } from '../../shared/ledger/entries.ts';
import type { Rule } from '../../shared/rules/define-rule.ts';
import { rules } from '../../shared/rules/index.ts';
import { account, keyArn, keyId, region } from './records.ts';

export const eventID = 'c2a7e9d4-0000-4000-8000-00000000b001';
export const now = Date.parse('2026-11-20T09:15:00Z');

export const statuses: readonly SlackStatus[] = [
  'open',
  'cancelled',
  'restored',
  'approved',
  'acknowledged',
  'snoozed',
  'kept',
  'resolved',
];

/** A pending deletion that the guard, in observe mode, let stand. */
export const pendingAlert = (some: Partial<KeyAlert> = {}): KeyAlert => ({
  kind: 'key',
  eventID,
  eventName: 'ScheduleKeyDeletion',
  eventTime: '2026-11-20T09:14:07Z',
  account,
  region,
  partition: 'aws',
  keyArn,
  keyId,
  aliases: ['alias/orders'],
  actor: {
    arn: `arn:aws:sts::${account}:assumed-role/PlatformAdmin/dana@example.com`,
    type: 'AssumedRole',
    invokedBy: null,
  },
  sourceIPAddress: '198.51.100.23',
  severity: 'critical',
  verdicts: [
    {
      rule: 'deletion-scheduled',
      verdict: 'violation',
      severity: 'critical',
      message: 'pending',
      data: { reasons: [{ id: 'aliased', count: 1, aliases: 'alias/orders' }] },
      remedy: 'cancelKeyDeletion',
    },
  ],
  decision: {
    action: 'alert',
    remedy: null,
    wouldRemedy: 'cancelKeyDeletion',
    severity: 'critical',
    reasons: [
      { id: 'violation', rule: 'deletion-scheduled' },
      { id: 'observe-mode', remedy: 'cancelKeyDeletion' },
    ],
  },
  outcomes: [],
  keyState: 'PendingDeletion',
  deletionDate: '2026-11-27T09:14:07.000Z',
  policyChange: null,
  ...some,
});

/** The same, which the guard cancelled. */
export const cancelledAlert = (some: Partial<KeyAlert> = {}): KeyAlert =>
  pendingAlert({
    keyState: 'Enabled',
    deletionDate: null,
    decision: {
      action: 'remedy',
      remedy: 'cancelKeyDeletion',
      wouldRemedy: null,
      severity: 'critical',
      reasons: [{ id: 'violation', rule: 'deletion-scheduled' }],
    },
    outcomes: [
      { remedy: 'cancelKeyDeletion', outcome: 'done', detail: 'the key is Disabled' },
      { remedy: 'restoreKeyState', outcome: 'done', detail: 'the key is Enabled' },
    ],
    ...some,
  });

export const slackInput = (some: Partial<SlackInput> = {}): SlackInput => ({
  alertId: 'alert-0001',
  alert: pendingAlert(),
  findingIds: ['0123456789abcdef0123456789abcdef'],
  status: 'open',
  history: [],
  accountName: 'prod-payments',
  now,
  storm: null,
  escalation: null,
  buttons: true,
  ...some,
});

/** Every placeholder of a rule's texts filled with `text`. */
const dataFor = ({ messages }: Rule, text: string) => {
  const names = Object.values(messages).flatMap((message) =>
    [...message.matchAll(/\{(\w+)\}/g)].map(([, name]) => name),
  );
  return Object.fromEntries(names.filter((name) => name !== undefined).map((name) => [name, text]));
};

/** A rule's every message, as a violation and as undetermined, all of its texts as reasons, `text` in each place for a value. */
const verdictsOf = (rule: Rule, text: string): readonly StoredVerdict[] => {
  const data = dataFor(rule, text);
  const reasons = Object.keys(rule.messages).map((id) => ({ ...data, id }));
  return Object.keys(rule.messages).flatMap((message) =>
    (['violation', 'undetermined'] as const).map((verdict) => ({
      rule: rule.id,
      verdict,
      severity: rule.severity,
      message,
      data: { ...data, reasons },
      remedy: rule.remedy,
    })),
  );
};

/** One alert for each message of each rule of the house, pending or not as the rule has it. */
export const alertsOfEveryRule = (text = 'alias/orders'): readonly KeyAlert[] =>
  rules.flatMap((rule) =>
    verdictsOf(rule, text).map((verdict) => ({
      ...(rule.guard === 'deletion-guard' ? pendingAlert() : pendingAlert({ keyState: 'Enabled', deletionDate: null })),
      eventName: rule.watches[0] ?? 'Sweep',
      severity: rule.severity,
      verdicts: [verdict],
      decision: {
        action: 'alert' as const,
        remedy: null,
        wouldRemedy: rule.remedy,
        severity: rule.severity,
        reasons: [
          { id: verdict.verdict === 'violation' ? ('violation' as const) : ('undetermined' as const), rule: rule.id },
        ],
      },
    })),
  );

/** One alert that every rule flags, with this text wherever somebody else writes. */
export const hostileAlert = (text: string): KeyAlert => ({
  ...pendingAlert(),
  eventName: text,
  keyId: text,
  aliases: [text, text, text],
  actor: { arn: text, type: text, invokedBy: text },
  sourceIPAddress: text,
  verdicts: rules.flatMap((rule) => verdictsOf(rule, text).slice(0, 1)),
  decision: {
    ...pendingAlert().decision,
    reasons: [
      { id: 'waived', rule: 'policy-public', owner: text, reason: text, expires: '2027-01-01' },
      { id: 'impostor', actor: text },
      { id: 'waiver-unclear', rule: 'policy-public', owner: text, lacks: 'tags', detail: text },
      { id: 'approvals-unreadable', detail: text },
      {
        id: 'approved',
        approval: text,
        requester: text,
        approver: text,
        until: '2026-12-01T00:00:00Z',
        minimumWindowInDays: 7,
        reason: text,
        ticket: text,
      },
    ],
  },
  outcomes: [{ remedy: 'restoreKeyPolicy', outcome: 'failed', detail: text }],
  policyChange: {
    since: '2026-11-01T00:00:00Z',
    gained: Array.from({ length: 12 }, () => accessOf(text)),
    lost: Array.from({ length: 12 }, () => accessOf(text)),
    more: { gained: 3, lost: 2 },
    becamePublic: true,
    becameUnmanageable: true,
  },
});

const accessOf = (text: string) => ({
  who: 'external' as const,
  principal: text,
  subject: text,
  actions: [text, 'kms:Decrypt'],
  statements: [text],
  certain: true,
  delegated: false,
});

export const unreadableAlert = (text = 'not JSON'): Alert => ({
  kind: 'unreadable',
  eventID: text.slice(0, 60),
  guard: 'deletion-guard',
  reason: text,
  excerpt: text,
});

export const breakerAlert: Alert = {
  kind: 'breaker',
  guard: 'rotation-guard',
  account,
  budget: 'others',
  limit: 100,
  at: '2026-11-20T09:15:00Z',
};

/** What a sweep brought up about one key. */
export const sweepAlertOf = (rule: string, key: string): Alert => {
  const alert = sweepAlert();
  if (alert.kind !== 'sweep') throw new Error(alert.kind);
  return { ...alert, rule, worst: alert.worst.slice(0, 1).map((finding) => ({ ...finding, keyArn: key })) };
};

export const sweepAlert = (text = 'The key was never used'): Alert => ({
  kind: 'sweep',
  guard: 'sweep',
  sweepId: 'sweep-2026-11-20',
  rule: 'key-unused',
  severity: 'high',
  account: 'several',
  at: '2026-11-20T03:00:00Z',
  opened: 12,
  reopened: 1,
  resolved: 3,
  worst: Array.from({ length: 10 }, (_, index) => ({
    id: `finding-${index}`,
    account,
    region,
    keyArn,
    severity: 'high' as const,
    message: text,
    alias: text,
  })),
  regions: [{ account, region, reason: text }],
  failure: text,
});

export const reportAlert = (text = 'KMS keys'): Alert => ({
  kind: 'report',
  guard: 'report',
  reportId: 'weekly 2026-11-22T06:00:00.000Z',
  reportKind: 'weekly',
  severity: 'low',
  at: '2026-11-22T06:00:00.000Z',
  title: text,
  sentence: text,
  more: [text],
  link: `https://reports.example/report.html?X-Amz-Signature=${'0a'.repeat(700)}&X-Amz-Expires=21600`,
  linkUntil: '2026-11-22T12:00:00.000Z',
  prefix: 'reports/2026-11-22/weekly/',
  troubles: [text],
});

export const waiversAlert = (text = 'key-unused'): Alert => ({
  kind: 'waivers',
  guard: 'sweep',
  severity: 'medium',
  at: '2026-11-20T03:00:00Z',
  ending: 1,
  ended: 1,
  waivers: (['ended', 'ending'] as const).map((state) => ({
    rule: text,
    owner: text,
    reason: text,
    expires: '2026-11-19',
    state,
    keys: [text],
  })),
});

export const defenceAlert = (text = 'KmsGuard-DeletionGuardRouteCalls'): Alert => ({
  kind: 'defence',
  guard: 'self-guard',
  eventID,
  eventName: 'DeleteRule',
  eventSource: 'events.amazonaws.com',
  eventTime: '2026-11-20T09:14:07Z',
  account,
  region,
  actor: { arn: text, type: 'AssumedRole', invokedBy: text },
  sourceIPAddress: text,
  resources: [text],
  does: 'deletes a rule that wakes the guard',
  failed: true,
  severity: 'high',
  why: [
    { id: 'by-somebody' },
    { id: 'attempt', errorCode: text },
    { id: 'by-deployment' },
    { id: 'no-kms-writes' },
    { id: 'one-region' },
  ],
});
