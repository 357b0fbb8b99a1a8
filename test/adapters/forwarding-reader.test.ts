import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { expect, test } from 'vitest';
import { forwardingReader } from '../../shared/adapters/forwarding-reader.ts';
import { RetryableFault } from '../../shared/ports.ts';
import { type FakeRequest, fakeAws, fakeClientConfig, type Reply } from '../support/fake-aws.ts';
import { membersBusArn } from '../support/memory-forwarding.ts';
import { region } from '../support/perfect-key.ts';

type Answers = Partial<Readonly<Record<string, (request: FakeRequest) => Reply>>>;

const pattern = '{"source":["aws.kms"]}';
const named = (...RuleNames: readonly string[]) => ({ ListRuleNamesByTarget: (): Reply => ({ body: { RuleNames } }) });

const reading = async (answers: Answers) => {
  await using fake = await fakeAws((request): Reply => {
    const own = answers[request.action];
    return own === undefined ? { body: { State: 'ENABLED', EventPattern: pattern } } : own(request);
  });
  const reader = forwardingReader(new EventBridgeClient(fakeClientConfig(fake, region)), membersBusArn);
  const outcome = await reader.forwarding().catch((error: unknown) => error);
  const calls = fake.requests.map(({ action, region: where, body }) => ({ call: `${action} in ${where}`, body }));
  return { outcome, calls };
};

test("the rules of the default bus that send to the guard's bus, each with its state and pattern", async () => {
  const { outcome, calls } = await reading({
    ...named('Calls', 'Nightly'),
    DescribeRule: ({ body }) => ({
      body: body['Name'] === 'Calls' ? { State: 'DISABLED', EventPattern: pattern } : { State: 'ENABLED' },
    }),
  });
  expect(outcome).toEqual({
    known: true,
    value: {
      busArn: membersBusArn,
      rules: [
        { name: 'Calls', described: { known: true, value: { state: 'DISABLED', eventPattern: pattern } } },
        { name: 'Nightly', described: { known: true, value: { state: 'ENABLED', eventPattern: null } } },
      ],
    },
  });
  expect(calls).toEqual([
    { call: `ListRuleNamesByTarget in ${region}`, body: { TargetArn: membersBusArn } },
    { call: `DescribeRule in ${region}`, body: { Name: 'Calls' } },
    { call: `DescribeRule in ${region}`, body: { Name: 'Nightly' } },
  ]);
});

test('page by page', async () => {
  const { outcome, calls } = await reading({
    ListRuleNamesByTarget: ({ body }) =>
      body['NextToken'] === 'more'
        ? { body: { RuleNames: ['Second'] } }
        : { body: { RuleNames: ['First'], NextToken: 'more' } },
  });
  expect(outcome).toMatchObject({ value: { rules: [{ name: 'First' }, { name: 'Second' }] } });
  expect(calls).toHaveLength(4);
});

test('no rule has it as a target', async () => {
  const { outcome, calls } = await reading(named());
  expect(outcome).toEqual({ known: true, value: { busArn: membersBusArn, rules: [] } });
  expect(calls).toHaveLength(1);
});

test('an answer without the list is none: no rule would be a violation', async () => {
  const { outcome } = await reading({ ListRuleNamesByTarget: () => ({ body: {} }) });
  expect(outcome).toMatchObject({ known: false, reason: 'failed', detail: expect.stringContaining('in part') });
});

test('more rules than anybody needs are not asked for one by one', async () => {
  const many = Array.from({ length: 51 }, (_, index) => `rule-${index}`);
  const { outcome, calls } = await reading(named(...many));
  expect(outcome).toMatchObject({ known: false, reason: 'failed', detail: expect.stringContaining('more than 50') });
  expect(calls).toHaveLength(1);
});

test("a missing permission is named; what one rule does not tell is that rule's matter, of the listing a fault", async () => {
  const denied = (): Reply => ({ error: 'AccessDeniedException', message: 'no' });
  const broken = (): Reply => ({ error: 'InternalException', status: 500 });
  expect((await reading({ ListRuleNamesByTarget: denied })).outcome).toMatchObject({
    known: false,
    reason: 'access-denied',
    detail: expect.stringContaining('events:ListRuleNamesByTarget is not permitted'),
  });
  const first = (answer: () => Reply) => ({
    ...named('Calls', 'iam'),
    DescribeRule: ({ body }: FakeRequest) => (body['Name'] === 'Calls' ? answer() : { body: { State: 'ENABLED' } }),
  });
  const of = (described: object) => ({
    value: { rules: [{ name: 'Calls', described }, { described: { known: true } }] },
  });
  expect((await reading(first(denied))).outcome).toMatchObject(
    of({
      known: false,
      reason: 'access-denied',
      detail: expect.stringContaining('events:DescribeRule is not permitted'),
    }),
  );
  expect((await reading(first(broken))).outcome).toMatchObject(of({ known: false, reason: 'failed' }));
  const gone = (): Reply => ({ error: 'ResourceNotFoundException', message: 'no such rule' });
  expect((await reading(first(gone))).outcome).toMatchObject(of({ known: false, reason: 'failed' }));
  expect((await reading(first(() => ({ body: {} })))).outcome).toMatchObject(of({ known: false, reason: 'failed' }));
  expect((await reading({ ListRuleNamesByTarget: broken })).outcome).toBeInstanceOf(RetryableFault);
});
