import { type FailedUse, known, unknown } from '../../shared/facts/facts.ts';
import { pendingKeyNeeded } from '../../shared/rules/pending-key-needed.ts';
import { daysAgo } from '../support/perfect-key.ts';
import { reachesEveryText } from '../support/policy-columns.ts';
import { swept, undescribed } from '../support/sweep-columns.ts';
import { type Columns, twoColumns } from '../support/two-columns.ts';

const app = 'arn:aws:sts::111122223333:assumed-role/app/i-0abc';
const failed = (days: number, some: Partial<FailedUse> = {}): FailedUse => ({
  operation: 'Decrypt',
  at: daysAgo(days),
  actorArn: app,
  invokedBy: null,
  errorCode: 'KMSInvalidStateException',
  ...some,
});
const deletionDate = '2026-12-20T09:14:07.000Z';
const pendingWith = (uses: readonly FailedUse[], detail?: string) =>
  swept({ failedUses: known(uses, detail) }, { keyState: 'PendingDeletion', deletionDate });

const columns = {
  compliant: [
    { name: 'pending deletion, and nobody failed', input: pendingWith([]) },
    {
      name: 'not to be deleted: what failed while it was disabled is past',
      verdict: 'notApplicable',
      input: swept({ failedUses: known([failed(1)]) }),
    },
    {
      name: 'an AWS managed key',
      verdict: 'notApplicable',
      input: swept({ failedUses: known([failed(1)]) }, { keyManager: 'AWS', keyState: 'PendingDeletion' }),
    },
  ],
  violating: [
    {
      name: 'one call that failed',
      message: 'failing',
      severity: 'critical',
      input: pendingWith([failed(2)]),
      data: { count: 1, operation: 'Decrypt', principal: app, at: daysAgo(2), deletionDate },
    },
    {
      name: 'several: who, what, how often and when last',
      message: 'failing',
      input: pendingWith([
        failed(1, { operation: 'GenerateDataKey', invokedBy: 's3.amazonaws.com' }),
        failed(2),
        failed(3),
        failed(4, { actorArn: null, errorCode: 'DisabledException' }),
      ]),
      data: {
        count: 4,
        operation: 'GenerateDataKey',
        principal: `${app} through s3.amazonaws.com`,
        reasons: [
          { id: 'needed', operation: 'GenerateDataKey', count: 1, at: daysAgo(1) },
          { id: 'needed', principal: app, operation: 'Decrypt', count: 2, at: daysAgo(2) },
          { id: 'needed', principal: 'somebody', count: 1, errorCode: 'DisabledException' },
        ],
      },
    },
    {
      name: 'a primary that waits for its replicas has no date',
      message: 'failing',
      input: swept({ failedUses: known([failed(1)]) }, { keyState: 'PendingReplicaDeletion' }),
      data: { deletionDate: null },
    },
    {
      name: 'only some of the calls were read: what was seen counts',
      message: 'failing',
      input: pendingWith([failed(2)], 'not all were read'),
    },
    {
      name: 'only some were read, and none of them failed',
      verdict: 'undetermined',
      message: 'partial',
      severity: 'info',
      input: pendingWith([], 'not all were read'),
      data: { detail: 'not all were read' },
    },
    {
      name: 'CloudTrail cannot be asked',
      verdict: 'undetermined',
      message: 'unreadable',
      severity: 'critical',
      input: swept(
        { failedUses: unknown('access-denied', 'cloudtrail:LookupEvents') },
        { keyState: 'PendingDeletion' },
      ),
      data: { fact: 'failed uses', reason: 'access-denied' },
    },
    ...undescribed(),
  ],
} satisfies Columns;

twoColumns(pendingKeyNeeded, columns);
reachesEveryText(pendingKeyNeeded, columns.violating);
