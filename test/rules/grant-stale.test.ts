import { expect, test } from 'vitest';
import { type Fact, type Grant, known, type LastUse, unknown } from '../../shared/facts/facts.ts';
import { grantStale } from '../../shared/rules/grant-stale.ts';
import { daysAgo } from '../support/perfect-key.ts';
import { perfectGrant } from '../support/perfect-policy.ts';
import { reachesEveryText } from '../support/policy-columns.ts';
import { notSwept, swept, undescribed } from '../support/sweep-columns.ts';
import { type Columns, reasonIds, twoColumns } from '../support/two-columns.ts';

const grant = (days: number, some: Partial<Grant> = {}): Grant => ({
  ...perfectGrant,
  creationDate: daysAgo(days),
  ...some,
});
const undatedGrant = grant(0, { grantId: 'undated', creationDate: null });
const used = (days: number) => known<LastUse>({ use: 'used', at: daysAgo(days), operation: 'Decrypt' });
const granted = (grants: readonly Grant[], lastUse: Fact<LastUse> = used(400)) =>
  swept({ grants: known(grants), lastUse });

const columns = {
  compliant: [
    { name: 'no grant on an idle key', input: granted([]) },
    { name: 'a grant one day short of stale', input: granted([grant(364)]) },
    { name: 'an old grant, but the key is in use', input: granted([grant(400)], used(364)) },
    { name: 'a grant without a date, but the key is in use', input: granted([undatedGrant], used(3)) },
    { name: 'never used, but new', input: granted([grant(400)], known({ use: 'never', since: daysAgo(10) })) },
    { name: 'young grants, last use unknown: it decides nothing', input: granted([grant(3)], unknown('failed', 'no')) },
    {
      name: 'a longer patience',
      input: swept({ grants: known([grant(400)]), lastUse: used(400) }, {}, { grants: { staleAfterDays: 401 } }),
    },
    ...notSwept(granted([grant(400)])),
  ],
  violating: [
    {
      name: 'a grant and a key of the same day',
      message: 'idle',
      severity: 'low',
      input: granted([grant(365)], used(365)),
      data: {
        count: 1,
        staleAfterDays: 365,
        reasons: [{ id: 'stale', grantId: 'a-grant', days: 365, grantee: perfectGrant.granteePrincipal }],
      },
    },
    {
      name: 'the old ones of many, oldest first',
      message: 'idle',
      input: granted([grant(3), undatedGrant, grant(400), grant(800, { grantId: 'older' })]),
      data: {
        count: 3,
        reasons: [
          { id: 'stale', grantId: 'older', days: 800 },
          { id: 'stale', grantId: 'a-grant', days: 400 },
          { id: 'undatedGrant', grantId: 'undated' },
        ],
      },
    },
    {
      name: 'a key that was never used',
      message: 'idle',
      input: granted([grant(400)], known({ use: 'never', since: daysAgo(800) })),
    },
    {
      name: 'a grant to an AWS service',
      message: 'idle',
      input: granted([grant(400, { granteePrincipal: 'rds.amazonaws.com' })]),
      data: { reasons: [{ id: 'stale', grantee: 'rds.amazonaws.com' }] },
    },
    {
      name: 'less patience',
      message: 'idle',
      input: swept({ grants: known([grant(30)]), lastUse: used(30) }, {}, { grants: { staleAfterDays: 30 } }),
    },
    { name: 'only grants without a date', verdict: 'undetermined', message: 'undated', input: granted([undatedGrant]) },
    {
      name: 'a key that is older than the record of uses, which is long',
      verdict: 'undetermined',
      message: 'useUnknown',
      input: granted([grant(800)], known({ use: 'unknown', trackedSince: daysAgo(400) })),
    },
    {
      name: 'a key that is older than the record of uses, which is short',
      verdict: 'undetermined',
      message: 'useUnknown',
      input: granted([grant(800)], known({ use: 'unknown', trackedSince: daysAgo(10) })),
    },
    {
      name: 'a last use without a date',
      verdict: 'undetermined',
      message: 'useUnknown',
      input: granted([grant(800)], known({ use: 'used', at: 'lately', operation: 'Decrypt' })),
    },
    {
      name: 'the last use cannot be read',
      verdict: 'undetermined',
      message: 'unreadable',
      input: granted([grant(400)], unknown('access-denied', 'kms:GetKeyLastUsage')),
      data: { fact: 'last use' },
    },
    {
      name: 'the grants cannot be read',
      verdict: 'undetermined',
      message: 'unreadable',
      input: swept({ grants: unknown('access-denied', 'kms:ListGrants') }),
      data: { fact: 'grants' },
    },
    {
      name: 'only a part of the grants was read, none of it old',
      verdict: 'undetermined',
      message: 'partial',
      severity: 'info',
      input: swept({ grants: known([grant(3)], 'more than 1000') }),
    },
    ...undescribed(),
  ],
} satisfies Columns;

twoColumns(grantStale, columns);
reachesEveryText(grantStale, columns.violating);

test('lists a dozen of very many, and counts them all', () => {
  const verdict = grantStale.judge(granted(Array.from({ length: 40 }, (_, n) => grant(400 + n, { grantId: `g${n}` }))));
  expect(reasonIds(verdict)).toHaveLength(12);
  expect(verdict).toMatchObject({ data: { count: 40 } });
});
