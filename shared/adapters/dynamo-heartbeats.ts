import { QueryCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import type { Heartbeats } from '../delivery/heartbeats.ts';
import type { LedgerTable } from './dynamo-ledger.ts';
import { faultsAreRetryable } from './ledger-faults.ts';
import { expiry, number, text } from './ledger-items.ts';

const hourOf = (at: string): string => at.slice(0, 13);
const partition = (guard: string) => text(`HEARTBEAT#${guard}`);

/** One item a guard and hour, kept 30 days. @throws RetryableFault when DynamoDB does not answer */
export const dynamoHeartbeats = ({ client, tableName }: LedgerTable): Heartbeats => ({
  seen: ({ guard, at, now }) =>
    faultsAreRetryable(
      client
        .send(
          new UpdateItemCommand({
            TableName: tableName,
            Key: { pk: partition(guard), sk: text(hourOf(at)) },
            UpdateExpression: 'SET expiresAt = :expiry ADD beats :one',
            ExpressionAttributeValues: { ':one': number(1), ':expiry': expiry(now) },
          }),
        )
        .then(() => undefined),
    ),
  // All the hours that are kept are one page.
  hours: ({ guard, from, to }) =>
    faultsAreRetryable(
      client
        .send(
          new QueryCommand({
            TableName: tableName,
            KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
            ExpressionAttributeValues: {
              ':pk': partition(guard),
              ':from': text(hourOf(from)),
              ':to': text(hourOf(to)),
            },
          }),
        )
        .then(({ Items: items = [] }) => items.flatMap(({ sk }) => sk?.S ?? [])),
    ),
});
