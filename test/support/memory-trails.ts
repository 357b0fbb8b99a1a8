import { known } from '../../shared/facts/facts.ts';
import type { BasicSelector, FieldSelector, Trail } from '../../shared/facts/trail.ts';
import type { TrailReader } from '../../shared/ports.ts';

/** A multi-Region trail that logs all management events. */
export const goodTrail: Trail = {
  name: 'audit',
  arn: 'arn:aws:cloudtrail:us-east-1:111122223333:trail/audit',
  organization: false,
  logging: known(true),
  selectors: known({
    basic: [{ readWriteType: 'All', includeManagementEvents: true, excludedSources: [] }],
    advanced: [],
  }),
};

/** The good trail with one basic selector, or with advanced ones. */
export const basicTrail = (some: Partial<BasicSelector>): Trail => ({
  ...goodTrail,
  selectors: known({
    basic: [{ readWriteType: 'All', includeManagementEvents: true, excludedSources: [], ...some }],
    advanced: [],
  }),
});
export const advancedTrail = (...advanced: readonly (readonly FieldSelector[])[]): Trail => ({
  ...goodTrail,
  selectors: known({ basic: [], advanced }),
});

const none = { equals: [], startsWith: [], endsWith: [], notEquals: [], notStartsWith: [], notEndsWith: [] };
export const fieldSelector = (field: string, some: Partial<FieldSelector>): FieldSelector => ({
  ...none,
  field,
  ...some,
});

/** CloudTrail in memory; `before` counts calls and injects faults. */
export const memoryTrails = (before: (call: string) => void, trails: readonly Trail[] = [goodTrail]): TrailReader => ({
  trails: async () => {
    before('DescribeTrails');
    return known(trails);
  },
});
