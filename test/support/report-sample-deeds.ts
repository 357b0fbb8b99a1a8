import type { ReportAction, ReportApproval, ReportWaiver } from '../../shared/reports/report-input.ts';
import type { KeyRow } from '../../shared/sweep/key-row.ts';

/** What the guard and people did in the sample's week, about the keys of the sample. */

const deed = (row: KeyRow, at: number): ReportAction => ({
  eventID: `c2a7e9d4-0000-4000-8000-00000000000${at}`,
  guard: 'deletion-guard',
  at: `2026-11-${16 + at}T09:14:09.000Z`,
  account: row.account,
  region: row.region,
  keyArn: row.keyArn,
  eventName: 'ScheduleKeyDeletion',
  eventTime: `2026-11-${16 + at}T09:14:07.000Z`,
  actor: `arn:aws:sts::${row.account}:assumed-role/KeyAdmin/dana`,
  rules: ['deletion-scheduled'],
  severity: 'critical',
  decision: 'alert',
  remedy: null,
  wouldRemedy: null,
  reasons: [{ id: 'violation', rule: 'deletion-scheduled' }],
  outcomes: [],
  before: null,
  after: null,
  approvedBy: null,
});

export const sampleActions = (rows: readonly KeyRow[]): readonly ReportAction[] =>
  rows.slice(0, 5).map((row, at): ReportAction => {
    const action = deed(row, at);
    switch (at) {
      case 0:
        return {
          ...action,
          decision: 'remedy',
          remedy: 'cancelKeyDeletion',
          outcomes: [
            { remedy: 'cancelKeyDeletion', outcome: 'done', detail: 'the key is Disabled' },
            { remedy: 'restoreKeyState', outcome: 'done', detail: 'the key is Enabled again' },
          ],
          before: 'pending deletion in 7 days, last used 2 hours before',
          after: 'enabled, as it was',
        };
      case 1:
        return {
          ...action,
          guard: 'policy-guard',
          eventName: 'PutKeyPolicy',
          rules: ['policy-public'],
          decision: 'remedy',
          remedy: 'restoreKeyPolicy',
          outcomes: [{ remedy: 'restoreKeyPolicy', outcome: 'done', detail: 'the last good policy is in force' }],
          before: 'open to anyone with an AWS account',
          after: 'the policy of 3 November 2026',
        };
      case 2:
        return {
          ...action,
          guard: 'rotation-guard',
          eventName: 'DisableKeyRotation',
          rules: ['rotation-disabled'],
          severity: 'medium',
          wouldRemedy: 'enableKeyRotation',
          reasons: [{ id: 'observe-mode', remedy: 'enableKeyRotation' }],
        };
      case 3:
        return {
          ...action,
          decision: 'remedy',
          remedy: 'cancelKeyDeletion',
          outcomes: [
            {
              remedy: 'cancelKeyDeletion',
              outcome: 'refused',
              detail: 'kms:CancelKeyDeletion is not permitted by the key policy',
            },
          ],
          before: 'pending deletion in 7 days',
          after: 'pending deletion still: a person must act',
        };
      default:
        return {
          ...action,
          approvedBy: 'arn:aws:iam::666677778888:role/SecurityLead',
          before: 'enabled',
          after: 'deletion stands',
        };
    }
  });

export const sampleApprovals = (rows: readonly KeyRow[]): readonly ReportApproval[] =>
  rows.slice(4, 6).map(({ keyArn }, at) => ({
    keyArn,
    state: at === 0 ? 'used' : 'requested',
    requestedBy: 'dana (Slack)',
    requestedAt: '2026-11-19T14:02:00.000Z',
    decidedBy: at === 0 ? 'sam (Slack)' : null,
    decidedAt: at === 0 ? '2026-11-19T14:31:00.000Z' : null,
    expiresAt: '2026-11-26T14:31:00.000Z',
    reason: 'the exports service was retired, its data re-encrypted',
  }));

export const sampleWaivers = (rows: readonly KeyRow[]): readonly ReportWaiver[] => [
  {
    rule: 'rotation-disabled',
    keys: rows.slice(6, 8).map(({ keyArn }) => keyArn),
    owner: 'data platform',
    reason: 'the partner pins the key material; replaced with the contract in March',
    expires: '2027-03-31',
    approvedBy: null,
  },
];
