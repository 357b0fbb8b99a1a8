import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import { BlockPublicAccess, Bucket, BucketEncryption, ObjectLockRetention, ObjectOwnership } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { ReportsConfig } from '../../shared/config/report-config.ts';

export type ReportBucketProps = { readonly reports: Pick<ReportsConfig, 'objectLock' | 'keptDays'> };

/**
 * Evidence: every version is kept, under Object Lock where that is configured. Encrypted with keys of S3, so that no key of the
 * customer can disarm the guard.
 */
export class ReportBucket extends Construct {
  readonly bucket: Bucket;

  constructor(scope: Construct, id: string, { reports: { objectLock, keptDays } }: ReportBucketProps) {
    super(scope, id);
    this.bucket = new Bucket(this, 'Bucket', {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      encryption: BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      versioned: true,
      removalPolicy: RemovalPolicy.RETAIN,
      ...(objectLock === null
        ? {}
        : {
            objectLockEnabled: true,
            objectLockDefaultRetention:
              objectLock.mode === 'COMPLIANCE'
                ? ObjectLockRetention.compliance(Duration.days(objectLock.days))
                : ObjectLockRetention.governance(Duration.days(objectLock.days)),
          }),
      lifecycleRules: [
        {
          id: 'Expire',
          expiration: Duration.days(keptDays),
          noncurrentVersionExpiration: Duration.days(keptDays),
          abortIncompleteMultipartUploadAfter: Duration.days(1),
        },
      ],
    });
    Validations.of(this.bucket).acknowledge({
      id: 'AwsSolutions-S1',
      reason:
        'Versions keep what was there, and CloudTrail data events tell who read it, where an account has them on.',
    });
  }
}
