/**
 * What a report says in the AWS Security Finding Format: only the members that it sets, each as BatchImportFindings takes it.
 * Source: Security Hub CSPM API reference, AwsSecurityFinding.
 */
export type ComplianceStatus = 'PASSED' | 'FAILED' | 'WARNING' | 'NOT_AVAILABLE';

type SeverityLabel = 'INFORMATIONAL' | 'LOW' | 'MEDIUM' | 'HIGH' | 'CRITICAL';

export type AsffResource = {
  readonly Type: 'AwsKmsKey' | 'AwsAccount';
  readonly Id: string;
  readonly Partition: string;
  readonly Region: string;
  readonly Details?: {
    readonly AwsKmsKey: {
      readonly AWSAccountId: string;
      readonly KeyId: string;
      readonly KeyManager: string;
      readonly KeyState?: string;
      readonly Origin?: string;
      readonly KeyRotationStatus?: boolean;
    };
  };
};

export type AsffFinding = {
  readonly SchemaVersion: '2018-10-08';
  /** The same for the same finding, for ever. */
  readonly Id: string;
  readonly ProductArn: string;
  readonly ProductName: string;
  readonly GeneratorId: string;
  readonly AwsAccountId: string;
  readonly Types: readonly string[];
  readonly FirstObservedAt: string;
  readonly LastObservedAt: string;
  readonly CreatedAt: string;
  /** Strictly later than at the import before, or the import is ignored without a word. */
  readonly UpdatedAt: string;
  readonly Severity: { readonly Label: SeverityLabel; readonly Normalized: number; readonly Original: string };
  readonly Title: string;
  readonly Description: string;
  readonly Remediation: { readonly Recommendation: { readonly Text: string } };
  readonly ProductFields: Readonly<Record<string, string>>;
  readonly Resources: readonly AsffResource[];
  readonly Compliance: {
    readonly Status: ComplianceStatus;
    readonly SecurityControlId?: string;
    readonly RelatedRequirements?: readonly string[];
  };
  readonly Workflow: { readonly Status: 'NEW' | 'RESOLVED' };
  readonly RecordState: 'ACTIVE' | 'ARCHIVED';
  readonly FindingProviderFields: {
    readonly Severity: { readonly Label: SeverityLabel; readonly Original: string };
    readonly Types: readonly string[];
  };
};
