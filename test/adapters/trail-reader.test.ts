import { CloudTrailClient } from '@aws-sdk/client-cloudtrail';
import { expect, test } from 'vitest';
import { trailReader } from '../../shared/adapters/trail-reader.ts';
import { RetryableFault } from '../../shared/ports.ts';
import { type FakeRequest, fakeAws, fakeClientConfig, type Reply } from '../support/fake-aws.ts';
import { goodTrail } from '../support/memory-trails.ts';
import { account, region } from '../support/perfect-key.ts';

const arnOf = (name: string, home = region, of = account) => `arn:aws:cloudtrail:${home}:${of}:trail/${name}`;
const described = (name: string, some: Readonly<Record<string, unknown>> = {}) => ({
  Name: name,
  TrailARN: arnOf(name),
  HomeRegion: region,
  IsMultiRegionTrail: false,
  IsOrganizationTrail: false,
  ...some,
});
const everything = { EventSelectors: [{ ReadWriteType: 'All', IncludeManagementEvents: true }] };

type Answers = Partial<Readonly<Record<string, (request: FakeRequest) => Reply>>>;

const reading = async (trailList: readonly unknown[], answers: Answers = {}) => {
  await using fake = await fakeAws((request): Reply => {
    const own = answers[request.action];
    if (own !== undefined) return own(request);
    switch (request.action) {
      case 'DescribeTrails':
        return { body: { trailList } };
      case 'GetTrailStatus':
        return { body: { IsLogging: true } };
      default:
        return { body: everything };
    }
  });
  const reader = trailReader((of) => new CloudTrailClient(fakeClientConfig(fake, of)), region);
  const outcome = await reader.trails().catch((error: unknown) => error);
  const calls = fake.requests.map(({ action, region: where, body }) => ({ call: `${action} in ${where}`, body }));
  return { outcome, calls };
};

test('a trail of this Region: its status and its selectors', async () => {
  const { outcome, calls } = await reading([described('audit')]);
  const selectors = {
    known: true,
    value: { basic: [{ readWriteType: 'All', includeManagementEvents: true, excludedSources: [] }], advanced: [] },
  };
  expect(outcome).toEqual({
    known: true,
    value: [{ ...goodTrail, arn: arnOf('audit'), selectors }],
  });
  expect(calls).toEqual([
    { call: `DescribeTrails in ${region}`, body: { includeShadowTrails: true } },
    { call: `GetTrailStatus in ${region}`, body: { Name: arnOf('audit') } },
    { call: `GetEventSelectors in ${region}`, body: { TrailName: arnOf('audit') } },
  ]);
});

test("the shadow of another Region's trail: its status here, its selectors where it lives", async () => {
  const shadow = { TrailARN: arnOf('all', 'us-east-1'), HomeRegion: 'us-east-1', IsMultiRegionTrail: true };
  const { outcome, calls } = await reading([described('all', shadow)]);
  expect(outcome).toMatchObject({ known: true, value: [{ name: 'all', logging: { known: true, value: true } }] });
  expect(calls.map(({ call }) => call)).toEqual([
    `DescribeTrails in ${region}`,
    `GetTrailStatus in ${region}`,
    'GetEventSelectors in us-east-1',
  ]);
});

test('a trail of another Region alone does not cover this one', async () => {
  const elsewhere = described('far', { HomeRegion: 'us-east-1', TrailARN: arnOf('far', 'us-east-1') });
  const { outcome, calls } = await reading([elsewhere]);
  expect(outcome).toEqual({ known: true, value: [] });
  expect(calls).toHaveLength(1);
});

test('a trail that does not log is not asked for its selectors', async () => {
  const { outcome, calls } = await reading([described('old')], {
    GetTrailStatus: () => ({ body: { IsLogging: false } }),
  });
  expect(outcome).toMatchObject({
    value: [{ logging: { value: false }, selectors: { known: false, reason: 'not-fetched' } }],
  });
  expect(calls).toHaveLength(2);
});

test('selectors as CloudTrail writes them, basic and advanced', async () => {
  const advanced = {
    AdvancedEventSelectors: [
      {
        Name: 'without KMS',
        FieldSelectors: [
          { Field: 'eventCategory', Equals: ['Management'] },
          { Field: 'eventSource', NotEquals: ['kms.amazonaws.com'] },
        ],
      },
    ],
  };
  const basic = {
    EventSelectors: [
      {
        ReadWriteType: 'WriteOnly',
        IncludeManagementEvents: true,
        DataResources: [],
        ExcludeManagementEventSources: ['kms.amazonaws.com'],
      },
    ],
  };
  const of = async (body: unknown) =>
    (await reading([described('audit')], { GetEventSelectors: () => ({ body }) })).outcome;
  expect(await of(advanced)).toMatchObject({
    value: [
      {
        selectors: {
          value: {
            basic: [],
            advanced: [
              [
                { field: 'eventCategory', equals: ['Management'], notEquals: [] },
                { field: 'eventSource', equals: [], notEquals: ['kms.amazonaws.com'] },
              ],
            ],
          },
        },
      },
    ],
  });
  expect(await of(basic)).toMatchObject({
    value: [
      { selectors: { value: { basic: [{ readWriteType: 'WriteOnly', excludedSources: ['kms.amazonaws.com'] }] } } },
    ],
  });
  expect(await of({})).toMatchObject({ value: [{ selectors: { known: false, reason: 'failed' } }] });
});

test("a member account cannot read the organization's trail, and that is that trail's matter alone", async () => {
  const far = arnOf('org', 'us-east-1', '999988887777');
  const ofOrganization = {
    TrailARN: far,
    HomeRegion: 'us-east-1',
    IsMultiRegionTrail: true,
    IsOrganizationTrail: true,
  };
  const { outcome } = await reading([described('org', ofOrganization), described('audit')], {
    GetEventSelectors: ({ body }) =>
      body['TrailName'] === far
        ? { error: 'CloudTrailARNInvalidException', message: 'AccountID in ARN is wrong' }
        : { body: everything },
  });
  expect(outcome).toMatchObject({
    known: true,
    value: [
      {
        organization: true,
        logging: { known: true },
        selectors: { known: false, detail: expect.stringContaining('AccountID in ARN is wrong') },
      },
      { organization: false, selectors: { known: true } },
    ],
  });
});

test('a missing permission is named; a fault of one trail is an unknown fact, of the listing a fault', async () => {
  const denied = (): Reply => ({ error: 'AccessDeniedException', message: 'no' });
  const broken = (): Reply => ({ error: 'InternalFailure', status: 500 });
  expect((await reading([], { DescribeTrails: denied })).outcome).toMatchObject({
    known: false,
    reason: 'access-denied',
    detail: expect.stringContaining('cloudtrail:DescribeTrails is not permitted'),
  });
  expect((await reading([described('audit')], { GetTrailStatus: denied })).outcome).toMatchObject({
    value: [{ logging: { known: false, reason: 'access-denied' }, selectors: { known: true } }],
  });
  expect((await reading([described('audit')], { GetEventSelectors: broken })).outcome).toMatchObject({
    value: [{ logging: { known: true }, selectors: { known: false, reason: 'failed' } }],
  });
  expect((await reading([], { DescribeTrails: broken })).outcome).toBeInstanceOf(RetryableFault);
});
