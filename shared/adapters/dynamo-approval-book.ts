import { paginateQuery } from '@aws-sdk/client-dynamodb';
import type { ApprovalBook } from '../approval-book.ts';
import type { Approval } from '../approvals.ts';
import { type Fact, known } from '../facts/facts.ts';
import { dynamoApprovals, parsedApprovals } from './dynamo-approvals.ts';
import type { LedgerTable } from './dynamo-ledger.ts';
import { faultsAreRetryable } from './ledger-faults.ts';
import { approvalsPartition, text } from './ledger-items.ts';

/** As `dynamoApprovals`, and a list of all: the command line's, which alone needs `Query`. */
export const dynamoApprovalBook = (table: LedgerTable): ApprovalBook => ({
  ...dynamoApprovals(table),
  all: () => faultsAreRetryable(readAll(table)),
});

const readAll = async ({ client, tableName }: LedgerTable): Promise<Fact<readonly Approval[]>> => {
  const all: Approval[] = [];
  const query = {
    TableName: tableName,
    KeyConditionExpression: 'pk = :pk',
    ExpressionAttributeValues: { ':pk': text(approvalsPartition) },
    ConsistentRead: true,
  };
  for await (const { Items: items = [] } of paginateQuery({ client }, query)) {
    for (const item of items) {
      const list = parsedApprovals(item['sk']?.S ?? '', item['doc']?.S ?? '');
      if (!list.known) return list;
      all.push(...list.value);
    }
  }
  return known(all.sort((one, other) => Date.parse(other.grantedAt) - Date.parse(one.grantedAt)));
};
