/**
 * What BatchImportFindings takes, as JSON Schema: members, lengths, counts and patterns of the API model of Security Hub CSPM, as
 * `@aws-sdk/client-securityhub` 3.1108 documents them on AwsSecurityFinding, Resource, Compliance and their parts. Members that
 * the report never sets are left out, so that a misspelt one is refused.
 */
const text = (maximum: number, minimum = 1) => ({
  type: 'string',
  minLength: minimum,
  maxLength: maximum,
  pattern: '\\S',
});
// The reference's own pattern for its timestamps, with the fraction that ISO 8601 has here.
const time = {
  type: 'string',
  pattern: '^\\d{4}-(0\\d|1[0-2])-([0-2]\\d|3[01])T([01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d\\.\\d{3}Z$',
};
const closed = (required: readonly string[], properties: Record<string, unknown>) => ({
  type: 'object',
  additionalProperties: false,
  required,
  properties,
});
const severityLabel = { enum: ['INFORMATIONAL', 'LOW', 'MEDIUM', 'HIGH', 'CRITICAL'] };
const namespaces = 'Software and Configuration Checks|TTPs|Effects|Unusual Behaviors|Sensitive Data Identifications';
const types = {
  type: 'array',
  maxItems: 50,
  items: { type: 'string', pattern: `^(${namespaces})(/[^/]+){0,2}$` },
};
const accountId = { type: 'string', pattern: '^\\d{12}$' };
const partition = {
  enum: ['aws', 'aws-cn', 'aws-us-gov', 'aws-iso', 'aws-iso-b', 'aws-iso-e', 'aws-iso-f', 'aws-eusc'],
};

const keyDetails = closed([], {
  AWSAccountId: accountId,
  CreationDate: { type: 'number' },
  KeyId: text(512),
  KeyManager: { enum: ['AWS', 'CUSTOMER'] },
  KeyState: { enum: ['Disabled', 'Enabled', 'PendingDeletion', 'PendingImport', 'Unavailable'] },
  Origin: text(128),
  Description: text(8192),
  KeyRotationStatus: { type: 'boolean' },
});

const resource = closed(['Type', 'Id'], {
  Type: text(256),
  Id: text(512),
  Partition: partition,
  Region: text(16),
  Details: closed([], { AwsKmsKey: keyDetails }),
});

const fields = (values: number) => ({
  type: 'object',
  maxProperties: 50,
  propertyNames: { minLength: 1, maxLength: 128, not: { pattern: '^aws/' } },
  additionalProperties: text(values),
});

export const asffSchema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  ...closed(
    [
      'SchemaVersion',
      'Id',
      'ProductArn',
      'GeneratorId',
      'AwsAccountId',
      'CreatedAt',
      'UpdatedAt',
      'Severity',
      'Title',
      'Description',
      'Resources',
      'Types',
    ],
    {
      SchemaVersion: { const: '2018-10-08' },
      Id: text(512),
      ProductArn: {
        ...text(2048, 12),
        pattern: '^arn:aws[a-z-]*:securityhub:[a-z0-9-]+:\\d{12}:product/\\d{12}/default$',
      },
      ProductName: text(128),
      GeneratorId: text(512),
      AwsAccountId: accountId,
      Types: types,
      FirstObservedAt: time,
      LastObservedAt: time,
      CreatedAt: time,
      UpdatedAt: time,
      Severity: closed([], {
        Label: severityLabel,
        Normalized: { type: 'integer', minimum: 0, maximum: 100 },
        Original: text(64),
      }),
      Title: text(256),
      Description: text(1024),
      Remediation: closed([], { Recommendation: closed([], { Text: text(512), Url: text(2048) }) }),
      ProductFields: fields(2048),
      Resources: { type: 'array', minItems: 1, maxItems: 32, items: resource },
      Compliance: closed([], {
        Status: { enum: ['PASSED', 'WARNING', 'FAILED', 'NOT_AVAILABLE'] },
        RelatedRequirements: { type: 'array', maxItems: 32, items: text(64) },
        SecurityControlId: { type: 'string', pattern: '^[A-Za-z0-9]+\\.\\d+$' },
      }),
      Workflow: closed([], { Status: { enum: ['NEW', 'NOTIFIED', 'RESOLVED', 'SUPPRESSED'] } }),
      RecordState: { enum: ['ACTIVE', 'ARCHIVED'] },
      FindingProviderFields: closed([], {
        Severity: closed([], { Label: severityLabel, Original: text(64) }),
        Types: types,
      }),
    },
  ),
};
