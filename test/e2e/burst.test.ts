import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type GuardedAws, startGuardedAws } from '../../local/demo/guarded-aws.ts';
import { account, type Accounted, bodiesIn, type Burst, drained, sendBurst, waiting } from '../support/burst.ts';

/** 500 events at once into a deployed guard whose KMS, table and outbox refuse some of its calls. */
const count = 500;
let folder: string;
let guarded: GuardedAws;
let burst: Burst;
let accounted: Accounted;

/** The SDK tries again; what it gives up on goes back to the queue with its event. */
const faults = [
  { operation: 'DescribeKey', code: 'ThrottlingException', status: 400, count: 40 },
  { operation: 'TransactWriteItems', code: 'ThrottlingException', status: 400, count: 40 },
  { operation: 'UpdateItem', code: 'ProvisionedThroughputExceededException', status: 400, count: 40 },
  { operation: 'SendMessage', code: 'ServiceUnavailable', status: 503, count: 10 },
];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kms-guard-burst-'));
  const config = join(folder, 'guard.config.json');
  await writeFile(config, JSON.stringify({}));
  guarded = await startGuardedAws({ config });
  for (const fault of faults) await guarded.aws.bridge.addFault(fault);
  burst = await sendBurst(guarded, count);
  await drained(guarded, 'DeletionGuardInboxUrl', { seconds: 300 });
  await drained(guarded, 'OutboxUrl', { seconds: 120 });
  accounted = await account(guarded, burst);
}, 900_000);

afterAll(async () => {
  await guarded?.aws.stop();
  await rm(folder, { recursive: true, force: true });
});

it('every event of a burst is in the ledger, once', () => {
  expect(accounted.entries.size).toBe(count);
  expect([...accounted.entries.values()].filter((times) => times !== 1)).toEqual([]);
  expect(accounted.settled).toBe(count);
});

it('what nobody can read is recorded and kept', async () => {
  expect(accounted.unreadable).toBe(burst.poison.size);
  expect(await bodiesIn(guarded, 'DeletionGuardDeadLettersUrl')).toEqual(burst.poison);
});

it.each(['DeletionGuardInboxUrl', 'OutboxUrl', 'OutboxDeadLettersUrl'])('nothing is left behind: %s', async (queue) => {
  expect(await waiting(guarded, queue)).toBe(0);
});
