import { ConditionalCheckFailedException, PutItemCommand } from '@aws-sdk/client-dynamodb';
import type { TakenRequests } from '../slack-actions/take-request.ts';
import type { LedgerTable } from './dynamo-ledger.ts';
import { faultsAreRetryable } from './ledger-faults.ts';
import { expiry, slackRequestKey } from './ledger-items.ts';

/** Requests from Slack that were taken: a conditional write each. They are kept far longer than any is accepted. */
export const dynamoSlackRequests = ({ client, tableName }: LedgerTable): TakenRequests => ({
  take: (id, now) =>
    faultsAreRetryable(
      client
        .send(
          new PutItemCommand({
            TableName: tableName,
            Item: { ...slackRequestKey(id), expiresAt: expiry(now) },
            ConditionExpression: 'attribute_not_exists(pk)',
          }),
        )
        .then(
          () => true,
          (error: unknown) => {
            if (error instanceof ConditionalCheckFailedException) return false;
            throw error;
          },
        ),
    ),
});
