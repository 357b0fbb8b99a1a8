import { Stack } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { GuardConfig } from '../../shared/config/config.ts';
import { allow } from './allow.ts';
import { comeAsResponder } from './come-as-responder.ts';
import type { LedgerTable } from './ledger-table.ts';
import { nameGrant } from './named-grant.ts';
import type { Outbox } from './outbox.ts';

export type ReportRoleProps = {
  readonly config: GuardConfig;
  readonly sweeps: Bucket;
  readonly bucket: Bucket;
  readonly ledger: LedgerTable;
  readonly outbox: Outbox;
};

const everySweep = 'Results of the sweeps alone: each has names of its own.';
const everyReport = 'Reports and their points alone, in the bucket that is theirs: each has names of its own.';
const everyRegion = 'The own account of Security Hub, in whatever Region a finding stands.';

/** Who makes reports reads what is there, and writes nothing but reports: no key, and no item of the ledger. */
export class ReportRole extends Construct {
  readonly role: Role;

  constructor(scope: Construct, id: string, props: ReportRoleProps) {
    super(scope, id);
    const { config, sweeps, bucket, ledger, outbox } = props;
    this.role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      description: 'kms-guard: report',
    });
    const { role } = this;
    const joint = '/';
    const found = [[sweeps.bucketArn, 'sweeps/*']];
    allow(role, { sid: 'ReadSweeps', actions: ['s3:GetObject'], resources: found, joint, why: everySweep });
    const kept = [
      [bucket.bucketArn, 'reports/*'],
      [bucket.bucketArn, 'points/*'],
    ];
    const actions = ['s3:AbortMultipartUpload', 's3:GetObject', 's3:PutObject'];
    allow(role, { sid: 'KeepReports', actions, resources: kept, joint, why: everyReport });
    allow(role, { sid: 'ListPoints', actions: ['s3:ListBucket'], resources: [[bucket.bucketArn]] });
    nameGrant('ReadLedger', ledger.table.grants.actions(role, 'dynamodb:GetItem', 'dynamodb:Query', 'dynamodb:Scan'));
    outbox.grantPut(role);
    this.#letSign(config);
    this.#letImport(config);
  }

  #letSign({ reports: { signingKeyArn } }: GuardConfig): void {
    if (signingKeyArn === null) return;
    allow(this.role, { sid: 'SignManifest', actions: ['kms:GetPublicKey', 'kms:Sign'], resources: [[signingKeyArn]] });
  }

  #letImport({ reports, organization }: GuardConfig): void {
    if (!reports.securityHub) return;
    const { account, partition } = Stack.of(this);
    const hub = ['arn:', partition, ':securityhub:*:', account, ':product/', account, '/default'];
    const actions = ['securityhub:BatchImportFindings'];
    allow(this.role, { sid: 'ImportFindings', actions, resources: [hub], joint: '', why: everyRegion });
    if (organization?.importFindings === true) comeAsResponder(this.role, organization);
  }
}
