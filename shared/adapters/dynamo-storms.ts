import {
  GetItemCommand,
  TransactionCanceledException,
  type TransactWriteItem,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import { hashed } from '../delivery/outbox-message.ts';
import type { Storm, Storms } from '../delivery/ports.ts';
import { RetryableFault } from '../ports.ts';
import { pause } from './contention.ts';
import * as keys from './delivery-items.ts';
import { linesIn } from './dynamo-deliveries.ts';
import type { LedgerTable } from './dynamo-ledger.ts';
import { faultsAreRetryable } from './ledger-faults.ts';
import { type Item, number, text } from './ledger-items.ts';

type Join = Parameters<Storms['join']>[0];
type Joined = Awaited<ReturnType<Storms['join']>>;

/** Runs of alerts alike, on DynamoDB: counted in transactions, each alert once. @throws RetryableFault when it does not answer */
export const dynamoStorms = (table: LedgerTable): Storms => ({
  join: (input) => faultsAreRetryable(join(table, input)),
  storm: (stormId) => faultsAreRetryable(storm(table, stormId)),
  listed: (stormId) => faultsAreRetryable(linesIn(table, keys.stormPartition(stormId), 'ALERT#')),
});

const attempts = 12;

const join = async (table: LedgerTable, input: Join): Promise<Joined> => {
  for (let attempt = 1; attempt <= attempts; attempt += 1) {
    const known = await read(table, keys.stormOfKey(input.line.alertId, input.likeness));
    if (known !== null) return joined(table, known['stormId']?.S ?? '', Number(known['place']?.N ?? '1'));
    const written = await tryToJoin(table, input);
    if (written !== null) return joined(table, written.stormId, written.place);
    await pause(Math.min(attempt, 5));
  }
  throw new RetryableFault('a storm is contended');
};

const joined = async (table: LedgerTable, stormId: string, place: number): Promise<Joined> => {
  const found = await storm(table, stormId);
  if (found === null) throw new RetryableFault('a storm is not there any more');
  return { storm: found, place };
};

const storm = async (table: LedgerTable, stormId: string): Promise<Storm | null> => {
  const item = await read(table, keys.stormKey(stormId));
  if (item === null) return null;
  return {
    stormId,
    firstAlertId: item['firstAlertId']?.S ?? '',
    to: (item['channels']?.L ?? []).flatMap(({ S: name }) => (name === undefined ? [] : [name])),
    since: item['since']?.S ?? '',
    lastAt: new Date(Number(item['lastAt']?.N ?? '0')).toISOString(),
    count: Number(item['alerts']?.N ?? '0'),
  };
};

type Written = { readonly stormId: string; readonly place: number };

/** Into the run that goes on, or into a new one; null where somebody else wrote at this moment. */
const tryToJoin = async (table: LedgerTable, input: Join): Promise<Written | null> => {
  const { likeness, line, now, withinSeconds } = input;
  const run = await read(table, keys.runKey(likeness));
  const current = run?.['stormId']?.S ?? null;
  const found = current === null ? null : await storm(table, current);
  const goesOn = found !== null && now - Date.parse(found.lastAt) <= withinSeconds * 1000;
  const stormId = goesOn ? found.stormId : hashed('storm', likeness, line.alertId);
  const place = goesOn ? found.count + 1 : 1;
  const items = goesOn ? growth(table, input, found) : beginning(table, input, { stormId, current });
  return (await transact(table, [...items, ...own(table, input, { stormId, place })])) ? { stormId, place } : null;
};

const growth = ({ tableName }: LedgerTable, { now }: Join, { stormId, count }: Storm): readonly TransactWriteItem[] => [
  {
    Update: {
      TableName: tableName,
      Key: keys.stormKey(stormId),
      UpdateExpression: 'SET alerts = :next, lastAt = :now',
      ConditionExpression: 'alerts = :count',
      ExpressionAttributeValues: { ':next': number(count + 1), ':count': number(count), ':now': number(now) },
    },
  },
];

const beginning = (
  { tableName }: LedgerTable,
  { likeness, line, to, now }: Join,
  { stormId, current }: { readonly stormId: string; readonly current: string | null },
): readonly TransactWriteItem[] => {
  const expiresAt = keys.deliveryExpiry(now);
  return [
    {
      Put: {
        TableName: tableName,
        Item: { ...keys.runKey(likeness), stormId: text(stormId), expiresAt },
        ConditionExpression: current === null ? 'attribute_not_exists(pk)' : 'stormId = :current',
        ...(current === null ? {} : { ExpressionAttributeValues: { ':current': text(current) } }),
      },
    },
    {
      Put: {
        TableName: tableName,
        Item: {
          ...keys.stormKey(stormId),
          firstAlertId: text(line.alertId),
          channels: { L: to.map(text) },
          since: text(new Date(now).toISOString()),
          lastAt: number(now),
          alerts: number(1),
          expiresAt,
        },
      },
    },
  ];
};

/** The alert's own line, and where it was counted: once. */
const own = (
  { tableName }: LedgerTable,
  { likeness, line, now }: Join,
  { stormId, place }: Written,
): readonly TransactWriteItem[] => {
  const expiresAt = keys.deliveryExpiry(now);
  return [
    {
      Put: {
        TableName: tableName,
        Item: { ...keys.stormOfKey(line.alertId, likeness), stormId: text(stormId), place: number(place), expiresAt },
        ConditionExpression: 'attribute_not_exists(pk)',
      },
    },
    {
      Put: {
        TableName: tableName,
        Item: { ...keys.stormLineKey(stormId, line.alertId), doc: text(JSON.stringify(line)), expiresAt },
      },
    },
  ];
};

const transact = async ({ client }: LedgerTable, items: readonly TransactWriteItem[]): Promise<boolean> => {
  try {
    await client.send(new TransactWriteItemsCommand({ TransactItems: [...items] }));
    return true;
  } catch (error) {
    if (error instanceof TransactionCanceledException) return false;
    throw error;
  }
};

const read = async ({ client, tableName }: LedgerTable, key: Item): Promise<Item | null> => {
  const { Item: item } = await client.send(
    new GetItemCommand({ TableName: tableName, Key: key, ConsistentRead: true }),
  );
  return item ?? null;
};
