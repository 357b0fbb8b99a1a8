import { RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, BillingMode, Table, TableEncryption } from 'aws-cdk-lib/aws-dynamodb';
import type { IGrantable } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { nameGrant } from './named-grant.ts';

/**
 * The ledger. Encrypted with a key that AWS owns, so that no key of the customer can disarm the guard; kept when the stack
 * is deleted, since it is the record of everything the guard did.
 */
export class LedgerTable extends Construct {
  readonly table: Table;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.table = new Table(this, 'Table', {
      partitionKey: { name: 'pk', type: AttributeType.STRING },
      sortKey: { name: 'sk', type: AttributeType.STRING },
      timeToLiveAttribute: 'expiresAt',
      billingMode: BillingMode.PAY_PER_REQUEST,
      encryption: TableEncryption.DEFAULT,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
  }

  /** Exactly the item APIs of the ledger; a transaction is authorized by the actions of its items. */
  grantUse(grantee: IGrantable): void {
    nameGrant('ReadLedger', this.table.grants.actions(grantee, 'dynamodb:GetItem'));
    nameGrant('WriteLedger', this.table.grants.actions(grantee, 'dynamodb:PutItem', 'dynamodb:UpdateItem'));
  }
}
