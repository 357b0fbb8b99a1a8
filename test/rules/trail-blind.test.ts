import { known, unknown } from '../../shared/facts/facts.ts';
import type { Trail } from '../../shared/facts/trail.ts';
import { trailBlind } from '../../shared/rules/trail-blind.ts';
import { advancedTrail, basicTrail, fieldSelector, goodTrail } from '../support/memory-trails.ts';
import { account, region } from '../support/perfect-key.ts';
import { reachesEveryText } from '../support/policy-columns.ts';
import { swept } from '../support/sweep-columns.ts';
import { type Columns, twoColumns } from '../support/two-columns.ts';

const kms = 'kms.amazonaws.com';
const under = (...trails: readonly Trail[]) => swept({ trails: known(trails) });
const management = fieldSelector('eventCategory', { equals: ['Management'] });
const stopped: Trail = { ...goodTrail, logging: known(false), selectors: unknown('not-fetched', 'it does not log') };
const withoutKms = basicTrail({ excludedSources: [kms] });
const readsOnly = basicTrail({ readWriteType: 'ReadOnly' });
const denied = unknown('access-denied', 'cloudtrail:GetEventSelectors is not permitted');
const ofOrganization: Trail = { ...goodTrail, organization: true, selectors: denied };

const columns = {
  compliant: [
    { name: 'a trail that logs all management events', input: under(goodTrail) },
    { name: 'writes only: they are what changes keys', input: under(basicTrail({ readWriteType: 'WriteOnly' })) },
    { name: 'another source is left out', input: under(basicTrail({ excludedSources: ['rdsdata.amazonaws.com'] })) },
    { name: 'an advanced selector of all management events', input: under(advancedTrail([management])) },
    {
      name: 'an advanced selector of writes that leaves another source out',
      input: under(
        advancedTrail([
          management,
          fieldSelector('readOnly', { equals: ['false'] }),
          fieldSelector('eventSource', { notEquals: ['rdsdata.amazonaws.com'] }),
        ]),
      ),
    },
    {
      name: 'an advanced selector of KMS alone',
      input: under(advancedTrail([management, fieldSelector('eventSource', { startsWith: ['kms.'] })])),
    },
    {
      name: 'one blind, one stopped, one that sees',
      input: under(withoutKms, stopped, goodTrail),
    },
    {
      name: 'two advanced selectors, and the second one takes it',
      input: under(advancedTrail([fieldSelector('eventCategory', { equals: ['Data'] })], [management])),
    },
    { name: 'one that sees, and one that cannot be read', input: under(ofOrganization, goodTrail) },
    {
      name: 'a trail of the organization whose selectors can be read',
      input: under({ ...goodTrail, organization: true }),
    },
  ],
  violating: [
    { name: 'no trail at all', message: 'noTrail', severity: 'high', input: under(), data: { account, region } },
    {
      name: 'a trail that does not log',
      message: 'blind',
      severity: 'high',
      input: under(stopped),
      data: { reasons: [{ id: 'stopped', trail: goodTrail.arn }] },
    },
    { name: 'KMS is left out', message: 'blind', input: under(withoutKms), data: { reasons: [{ id: 'excludesKms' }] } },
    {
      name: 'KMS is left out by an advanced selector',
      message: 'blind',
      input: under(advancedTrail([management, fieldSelector('eventSource', { notEquals: [kms] })])),
      data: { reasons: [{ id: 'excludesKms' }] },
    },
    {
      name: 'by the beginning or the end of its name',
      message: 'blind',
      input: under(
        advancedTrail([management, fieldSelector('eventSource', { notStartsWith: ['kms.'] })]),
        advancedTrail([management, fieldSelector('eventSource', { notEndsWith: ['ms.amazonaws.com'] })]),
        advancedTrail([management, fieldSelector('eventSource', { endsWith: ['2.amazonaws.com'] })]),
      ),
      data: { reasons: [{ id: 'excludesKms' }, { id: 'excludesKms' }, { id: 'excludesKms' }] },
    },
    { name: 'reads only', message: 'blind', input: under(readsOnly), data: { reasons: [{ id: 'readsOnly' }] } },
    {
      name: 'reads only, by an advanced selector',
      message: 'blind',
      input: under(advancedTrail([management, fieldSelector('readOnly', { equals: ['true'] })])),
      data: { reasons: [{ id: 'readsOnly' }] },
    },
    {
      name: 'data events only, basic or advanced',
      message: 'blind',
      input: under(
        basicTrail({ includeManagementEvents: false }),
        advancedTrail([fieldSelector('eventCategory', { equals: ['Data'] })]),
        advancedTrail([]),
      ),
      data: { reasons: [{ id: 'noManagementEvents' }, { id: 'noManagementEvents' }, { id: 'noManagementEvents' }] },
    },
    {
      name: 'a selector by the names of calls',
      verdict: 'undetermined',
      message: 'uncertain',
      severity: 'high',
      input: under(advancedTrail([management, fieldSelector('eventName', { notEquals: ['Decrypt'] })])),
      data: { reasons: [{ id: 'narrowed', fields: 'eventName' }] },
    },
    {
      name: 'one is blind, of the other nobody knows whether it logs',
      verdict: 'undetermined',
      message: 'uncertain',
      severity: 'high',
      input: under(withoutKms, { ...goodTrail, logging: unknown('access-denied', 'cloudtrail:GetTrailStatus') }),
      data: { reasons: [{ id: 'excludesKms' }, { id: 'unreadTrail', reason: 'access-denied' }] },
    },
    {
      name: 'the selectors cannot be read',
      verdict: 'undetermined',
      message: 'uncertain',
      severity: 'high',
      input: under({ ...goodTrail, selectors: denied }),
    },
    {
      name: 'in a member account only the trail of the organization, which nobody there can read',
      verdict: 'undetermined',
      message: 'uncertain',
      severity: 'low',
      input: under(stopped, ofOrganization),
      data: { reasons: [{ id: 'stopped' }, { id: 'unreadOrganizationTrail' }] },
    },
    {
      name: 'the same beside one of the account that should be readable',
      verdict: 'undetermined',
      message: 'uncertain',
      severity: 'high',
      input: under(ofOrganization, { ...goodTrail, selectors: denied }),
    },
    {
      name: 'the trails cannot be listed',
      verdict: 'undetermined',
      message: 'unreadable',
      input: swept({ trails: unknown('access-denied', 'cloudtrail:DescribeTrails is not permitted') }),
      data: { account, region, reason: 'access-denied' },
    },
  ],
} satisfies Columns;

twoColumns(trailBlind, columns);
reachesEveryText(trailBlind, columns.violating);
