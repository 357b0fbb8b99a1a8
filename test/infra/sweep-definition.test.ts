import { describe, expect, test } from 'vitest';
import { sweepDefinition } from '../../infra/sweep-definition.ts';
import { closeStepSchema } from '../../shared/sweep/close-step.ts';
import { keysTaskSchema } from '../../shared/sweep/keys-run.ts';
import { planTaskSchema } from '../../shared/sweep/plan.ts';
import { childrenOf, type Machine, machineSchema, runStates } from '../support/run-states.ts';

const definition = sweepDefinition({
  partition: 'aws',
  plan: 'plan',
  keys: 'keys',
  close: 'close',
  bucket: 'results',
  regionsAtOnce: 40,
  toleratedFailuresPercent: 25,
  functionTimeout: 900,
});
const machine = machineSchema.parse(definition);
const regions = machine.States['Regions'];
if (regions === undefined) throw new Error('no Map');
const child = childrenOf(regions);
const parts: readonly (readonly [string, Machine])[] = [
  ['the sweep', machine],
  ['a Region', child],
];

describe.each(parts)('%s, as a state machine', (_, { StartAt, States }) => {
  const nextOf = (name: string): readonly string[] => {
    const state = States[name];
    const rules = [...(state?.Choices ?? []), ...(state?.Catch ?? [])].map(({ Next }) => Next);
    return [...rules, ...[state?.Next, state?.Default].flatMap((next) => next ?? [])];
  };

  test('every state is reached, every one leads somewhere, and the ends are ends', () => {
    const reached = new Set([StartAt]);
    for (const name of reached) for (const next of nextOf(name)) reached.add(next);
    expect([...reached].toSorted()).toEqual(Object.keys(States).toSorted());
    for (const [name, { Type, End }] of Object.entries(States)) {
      expect([name, nextOf(name).length > 0]).toEqual([name, Type !== 'Succeed' && Type !== 'Fail' && End !== true]);
    }
  });

  test('every task is tried again: what passes with patience, anything else once', () => {
    for (const { Type, Retry, TimeoutSeconds } of Object.values(States)) {
      if (Type !== 'Task') continue;
      expect(Retry?.map(({ ErrorEquals }) => ErrorEquals.includes('States.ALL'))).toEqual([false, true]);
      expect(Retry?.[0]?.ErrorEquals).toEqual(
        expect.arrayContaining(['RetryableFault', 'Lambda.TooManyRequestsException']),
      );
      expect(Retry).toMatchObject([{ MaxAttempts: 6, BackoffRate: 2, JitterStrategy: 'FULL' }, { MaxAttempts: 1 }]);
      expect(TimeoutSeconds).toBeGreaterThan(900);
    }
  });
});

test('the Map is distributed, bounded, tolerant, reads its items from S3 and writes its results there', () => {
  expect(regions).toMatchObject({
    Type: 'Map',
    MaxConcurrency: 40,
    ToleratedFailurePercentage: 25,
    ItemReader: {
      Resource: 'arn:aws:states:::s3:getObject',
      ReaderConfig: { InputType: 'JSON' },
      Parameters: { Bucket: 'results', 'Key.$': '$.placesKey' },
    },
    ResultWriter: { Resource: 'arn:aws:states:::s3:putObject', Parameters: { Bucket: 'results', Prefix: 'map-runs' } },
    ItemProcessor: { ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' } },
    ResultPath: null,
  });
});

test('it ends before the next night, also where days are an hour shorter', () => {
  expect(definition.TimeoutSeconds).toBeLessThanOrEqual(23 * 3_600);
});

type Call = { readonly name: string; readonly payload: Readonly<Record<string, unknown>> };

/** Runs it over three Regions; `keys` and `close` are the functions. */
const run = (functions: Partial<Record<'keys' | 'close', (call: Call) => object>> = {}, percent = 25) => {
  const calls: Call[] = [];
  const sweep = { id: 'run-1', prefix: 'sweeps/2026-11-20/run-1', startedAt: '2026-11-20T02:00:00.000Z' };
  const invoke = (name: string, payload: Call['payload']) => {
    const call = { name, payload };
    calls.push(call);
    if (name === 'plan') {
      planTaskSchema.parse(payload);
      return { sweep, placesKey: 'places', places: 3 };
    }
    if (name === 'keys') {
      const task = keysTaskSchema.parse(payload);
      return { ...task, done: true, ...functions.keys?.(call) };
    }
    const { task } = closeStepSchema.parse(payload);
    return { failed: 'failure' in task && task.failure !== undefined, ...functions.close?.(call) };
  };
  const items = ['eu-west-1', 'eu-west-2', 'us-east-1'].map((region) => ({ account: '111122223333', region }));
  const ended = runStates(machine, {}, { invoke, items, toleratedPercent: percent });
  const of = (name: string, region?: string) =>
    calls.filter((call) => call.name === name && (region === undefined || JSON.stringify(call).includes(region)));
  return { ended, of };
};

describe('the way of one Region', () => {
  const wayOf = (keys: () => Readonly<Record<string, unknown>>) => {
    const invoke = (name: string) => (name === 'keys' ? keys() : { failed: false });
    return runStates(child, {}, { invoke, items: [], toleratedPercent: 0 });
  };

  test('is three states where all is well, for each is paid for', () => {
    expect(wayOf(() => ({ done: true }))).toEqual({ status: 'succeeded', path: ['Keys', 'AllKeys', 'Settle'] });
  });

  test('a Region that was given up is settled with what it has, and its child fails', () => {
    const way = wayOf(() => {
      throw new TypeError('a bug');
    });
    expect(way).toEqual({ status: 'failed', path: ['Keys', 'SettleFailed', 'RegionFailed'] });
  });
});

describe('what it does', () => {
  test('plans, looks at every Region, settles each, and closes', () => {
    const { ended, of } = run();
    expect(ended).toMatchObject({
      status: 'succeeded',
      path: ['Plan', 'AnyRegion', 'Regions', 'Close', 'SweepClosed', 'SweepDone'],
    });
    expect([of('keys').length, of('close').length]).toEqual([3, 4]);
    expect(of('keys')[0]?.payload).toMatchObject({ run: 1, cursor: null, pieces: [], asksLeft: 10_000 });
  });

  test('hands a Region from run to run until it is done', () => {
    const { ended, of } = run({
      keys: ({ payload }) => ({ run: Number(payload['run']) + 1, done: payload['run'] === 4, pieces: [1] }),
    });
    expect(ended.status).toBe('succeeded');
    expect(of('keys', 'us-east-1').map(({ payload }) => payload['run'])).toEqual([1, 2, 3, 4]);
  });

  test('a Region that fails is settled as failed, hides no other, and is tolerated', () => {
    const failing = ({ payload }: Call) => {
      if (payload['region'] === 'eu-west-2') throw new TypeError('a bug');
      return {};
    };
    const { ended, of } = run({ keys: failing }, 50);
    expect(ended.status).toBe('succeeded');
    expect(of('close', 'eu-west-2')[0]?.payload).toMatchObject({ task: { failure: { Error: 'TypeError' } } });
    expect(of('keys', 'us-east-1')).toHaveLength(1);
  });

  test('where too many fail the sweep is closed all the same, and fails', () => {
    const failing = () => {
      throw new TypeError('a bug');
    };
    const { ended, of } = run({ keys: failing });
    expect(ended).toMatchObject({ status: 'failed', path: expect.arrayContaining(['Close', 'SweepFailed']) });
    expect(of('close').at(-1)?.payload).toMatchObject({ step: 'sweep', task: { failure: { Error: 'Error' } } });
  });
});
