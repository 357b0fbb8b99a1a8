import {
  type CloudTrailClient,
  DescribeTrailsCommand,
  GetEventSelectorsCommand,
  type GetEventSelectorsCommandOutput,
  GetTrailStatusCommand,
  type Trail as DescribedTrail,
} from '@aws-sdk/client-cloudtrail';
import { type Fact, known, unknown } from '../facts/facts.ts';
import { orUnknown } from '../facts/or-unknown.ts';
import type { Trail, TrailSelectors } from '../facts/trail.ts';
import type { TrailReader } from '../ports.ts';
import { askAws } from './aws-faults.ts';

/**
 * The trails that cover this account in `region`: its own, and the shadows of multi-Region and organization trails. A trail's
 * status is that of the Region, its selectors are read where it lives. An answer that is missing is that trail's alone.
 */
export const trailReader = (clientFor: (region: string) => CloudTrailClient, region: string): TrailReader => ({
  trails: () =>
    askAws('cloudtrail:DescribeTrails', async () => {
      const { trailList = [] } = await clientFor(region).send(new DescribeTrailsCommand({ includeShadowTrails: true }));
      const covering = trailList.filter(
        ({ IsMultiRegionTrail, HomeRegion }) => IsMultiRegionTrail === true || HomeRegion === region,
      );
      return known(await Promise.all(covering.map((trail) => readTrail(trail, clientFor, region))));
    }),
});

const readTrail = async (
  { Name: name = '', TrailARN, HomeRegion: home, IsOrganizationTrail }: DescribedTrail,
  clientFor: (region: string) => CloudTrailClient,
  region: string,
): Promise<Trail> => {
  const arn = TrailARN ?? name;
  const logging = await orUnknown(() =>
    askAws('cloudtrail:GetTrailStatus', async () => {
      const { IsLogging } = await clientFor(region).send(new GetTrailStatusCommand({ Name: arn }));
      return IsLogging === undefined ? unknown('failed', 'GetTrailStatus did not tell') : known(IsLogging);
    }),
  );
  const idle = logging.known && !logging.value;
  const selectors = idle
    ? unknown('not-fetched', 'the trail does not log')
    : await orUnknown(() =>
        askAws('cloudtrail:GetEventSelectors', async () =>
          readSelectors(await clientFor(home ?? region).send(new GetEventSelectorsCommand({ TrailName: arn }))),
        ),
      );
  return { name, arn, organization: IsOrganizationTrail === true, logging, selectors };
};

const readSelectors = (answer: GetEventSelectorsCommandOutput): Fact<TrailSelectors> => {
  const { EventSelectors: basic = [], AdvancedEventSelectors: advanced = [] } = answer;
  if (basic.length === 0 && advanced.length === 0) return unknown('failed', 'GetEventSelectors told of no selector');
  return known({
    basic: basic.map(({ ReadWriteType, IncludeManagementEvents, ExcludeManagementEventSources }) => ({
      readWriteType: ReadWriteType ?? 'All',
      includeManagementEvents: IncludeManagementEvents ?? true,
      excludedSources: ExcludeManagementEventSources ?? [],
    })),
    advanced: advanced.map(({ FieldSelectors = [] }) =>
      FieldSelectors.map((selector) => ({
        field: selector.Field ?? '',
        equals: selector.Equals ?? [],
        startsWith: selector.StartsWith ?? [],
        endsWith: selector.EndsWith ?? [],
        notEquals: selector.NotEquals ?? [],
        notStartsWith: selector.NotStartsWith ?? [],
        notEndsWith: selector.NotEndsWith ?? [],
      })),
    ),
  });
};
