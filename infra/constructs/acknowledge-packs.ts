import { CfnResource, Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/**
 * What NIST 800-53 and PCI DSS (the packs of cdk-nag) ask for and the guard decided otherwise, by type of resource. Each
 * acknowledgement stands on the resource itself: any other type, and any other rule, still fails synthesis.
 */
const nist = 'NIST.800.53.R5';
const pci = 'PCI.DSS.321';

type Decision = { readonly rules: readonly string[]; readonly reason: string };

const noCustomerKey =
  'A key of the customer could be disabled to disarm the guard that watches it: encrypted with a key of the service (docs/adr/0002).';

const decisions: Readonly<Record<string, readonly Decision[]>> = {
  'AWS::SNS::Topic': [
    {
      rules: [`${nist}-SNSEncryptedKMS`, `${pci}-SNSEncryptedKMS`],
      reason: 'A key could be disabled to silence the guard; alerts pass in TLS and name no secret (docs/adr/0002).',
    },
  ],
  'AWS::Logs::LogGroup': [
    { rules: [`${nist}-CloudWatchLogGroupEncrypted`, `${pci}-CloudWatchLogGroupEncrypted`], reason: noCustomerKey },
  ],
  'AWS::S3::Bucket': [
    { rules: [`${nist}-S3DefaultEncryptionKMS`, `${pci}-S3DefaultEncryptionKMS`], reason: noCustomerKey },
    {
      rules: [`${nist}-S3BucketLoggingEnabled`, `${pci}-S3BucketLoggingEnabled`],
      reason: 'Who reads it stands in CloudTrail where data events are on; a bucket of logs would need one of its own.',
    },
    {
      rules: [`${nist}-S3BucketReplicationEnabled`, `${pci}-S3BucketReplicationEnabled`],
      reason: 'The ledger and the next sweep make it again; versions keep what is overwritten.',
    },
  ],
  'AWS::DynamoDB::Table': [
    {
      rules: [`${nist}-DynamoDBInBackupPlan`],
      reason: 'Point-in-time recovery goes back 35 days to the second; the table is protected from deletion.',
    },
  ],
  'AWS::IAM::Policy': [
    {
      rules: [`${nist}-IAMNoInlinePolicy`, `${pci}-IAMNoInlinePolicy`],
      reason: 'It belongs to one role and goes with it; a managed policy could be attached to others, or detached.',
    },
  ],
  'AWS::Lambda::Function': [
    {
      rules: [`${nist}-LambdaInsideVPC`, `${pci}-LambdaInsideVPC`],
      reason: 'It calls public AWS endpoints alone and listens to none; a VPC would add what can be cut off.',
    },
    {
      rules: [`${nist}-LambdaConcurrency`],
      reason: 'Its queue or its state machine lets in so many at once; a reserve would be taken from others.',
    },
    {
      rules: [`${nist}-LambdaDLQ`],
      reason:
        'What fails is kept: among the dead letters of its queue or its destination, or by whoever waits for its answer.',
    },
  ],
};

/** Acknowledges, on every resource under `scope`, what is decided for its type. */
export const acknowledgePacks = (scope: IConstruct): void => {
  for (const construct of scope.node.findAll()) {
    if (!CfnResource.isCfnResource(construct)) continue;
    for (const { rules, reason } of decisions[construct.cfnResourceType] ?? []) {
      for (const id of rules) Validations.of(construct).acknowledge({ id, reason });
    }
  }
};
