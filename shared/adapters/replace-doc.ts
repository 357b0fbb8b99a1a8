import { ConditionalCheckFailedException, PutItemCommand } from '@aws-sdk/client-dynamodb';
import type { LedgerTable } from './dynamo-ledger.ts';
import { type Item, text } from './ledger-items.ts';

/** Writes a document where its last reader's is still the one there; null: where there was none. False: somebody wrote meanwhile. */
export const replaceDoc = async (
  { client, tableName }: LedgerTable,
  { key, was, doc }: { readonly key: Item; readonly was: string | null; readonly doc: string },
): Promise<boolean> => {
  try {
    await client.send(
      new PutItemCommand({
        TableName: tableName,
        Item: { ...key, doc: text(doc) },
        ConditionExpression: was === null ? 'attribute_not_exists(pk)' : 'doc = :was',
        ...(was === null ? {} : { ExpressionAttributeValues: { ':was': text(was) } }),
      }),
    );
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
};
