import { partitionOfRegion, partsOfKeyArn } from '../calls/key-arn.ts';
import type { Severity } from '../rules/define-rule.ts';
import { plain } from '../rules/explain.ts';
import type { AsffFinding, AsffResource, ComplianceStatus } from './asff-finding.ts';
import { relatedRequirements, securityHubControl, testedControls } from './controls.ts';
import { jsonText } from './json-text.ts';
import type { FindingLine, KeyLine, Report } from './report.ts';
import { timestampOf } from './timestamp.ts';

/**
 * AWS Security Finding Format, one for each finding of a report. What was resolved or waived is archived: Security Hub sets the
 * workflow of a finding that comes back from the archive to NEW by itself, and an import could not.
 */
export function* asffFindings(report: Report): Generator<AsffFinding> {
  const rows = new Map((report.keys ?? []).map((row) => [row.keyArn, row]));
  const titles = new Map(report.rules.map(({ id, title }) => [id, title]));
  for (const finding of report.findings) {
    yield asffFinding(finding, {
      report,
      row: rows.get(finding.keyArn ?? '') ?? null,
      title: titles.get(finding.rule) ?? finding.rule,
    });
  }
}

/** The most that one BatchImportFindings takes. */
export const asffBatchSize = 100;

const labels: Readonly<Record<Severity, AsffFinding['Severity']['Label']>> = {
  info: 'INFORMATIONAL',
  low: 'LOW',
  medium: 'MEDIUM',
  high: 'HIGH',
  critical: 'CRITICAL',
};
const normalized: Readonly<Record<Severity, number>> = { info: 0, low: 1, medium: 40, high: 70, critical: 90 };

/** Bounded, in one line, and never empty: the API refuses an empty text. */
const bounded = (text: string, length: number, otherwise: string): string => {
  const cut = plain(text, length)
    .trim()
    .slice(0, length)
    .replace(/[\uD800-\uDBFF]$/, '');
  return cut.trim() === '' ? otherwise : cut;
};

type Context = { readonly report: Report; readonly row: KeyLine | null; readonly title: string };

const asffFinding = (finding: FindingLine, { report, row, title }: Context): AsffFinding => {
  const { account, region, rule, severity, status } = finding;
  const partition = partsOfKeyArn(finding.keyArn)?.partition ?? partitionOfRegion(region);
  const updated = timestampOf(report.generatedAt, report.generatedAt);
  const first = earlier(timestampOf(finding.firstSeen, updated), updated);
  const seen = status === 'resolved' ? finding.resolvedAt : report.sweep?.finishedAt;
  const types = typesOf(finding.controls);
  const label = labels[severity];
  return {
    SchemaVersion: '2018-10-08',
    Id: bounded(`kms-guard/${finding.id}`, 512, 'kms-guard'),
    ProductArn: `arn:${partition}:securityhub:${region}:${account}:product/${account}/default`,
    ProductName: 'kms-guard',
    GeneratorId: bounded(`kms-guard/${rule}`, 512, 'kms-guard'),
    AwsAccountId: account,
    Types: types,
    FirstObservedAt: first,
    LastObservedAt: later(first, earlier(timestampOf(seen ?? updated, updated), updated)),
    CreatedAt: first,
    UpdatedAt: updated,
    Severity: { Label: label, Normalized: normalized[severity], Original: severity },
    Title: bounded(title, 256, rule),
    Description: bounded(finding.message, 1_000, title),
    Remediation: { Recommendation: { Text: bounded(finding.remediation, 500, 'See the rule.') } },
    ProductFields: productFields(finding),
    Resources: [resourceOf(finding, row, partition)],
    Compliance: complianceOf(finding),
    Workflow: { Status: status === 'resolved' ? 'RESOLVED' : 'NEW' },
    RecordState: status === 'open' ? 'ACTIVE' : 'ARCHIVED',
    FindingProviderFields: { Severity: { Label: label, Original: severity }, Types: types },
  };
};

const earlier = (one: string, other: string): string => (one < other ? one : other);
const later = (one: string, other: string): string => (one > other ? one : other);

const practices = 'Software and Configuration Checks/AWS Security Best Practices';
const standards = 'Software and Configuration Checks/Industry and Regulatory Standards';

const typesOf = (names: readonly string[]): readonly string[] => {
  const kinds = testedControls(names).flatMap(({ framework: { asffType } }) => asffType ?? []);
  return [practices, ...[...new Set(kinds)].map((kind) => `${standards}/${kind}`)];
};

const complianceOf = (finding: FindingLine): AsffFinding['Compliance'] => {
  const controls = testedControls(finding.controls);
  const control = securityHubControl(controls);
  const requirements = relatedRequirements(controls).slice(0, 32);
  return {
    Status: complianceStatus(finding),
    ...(control === null ? {} : { SecurityControlId: control }),
    ...(requirements.length === 0 ? {} : { RelatedRequirements: requirements }),
  };
};

/** A fact that could not be read: the check was not performed. Any other doubt: some information is missing. */
const complianceStatus = ({ status, verdict, data }: FindingLine): ComplianceStatus => {
  if (status === 'resolved') return 'PASSED';
  if (verdict === 'violation') return 'FAILED';
  return 'fact' in data ? 'NOT_AVAILABLE' : 'WARNING';
};

/** At most 50 of them, and each of a size that keeps a finding far from its 240 KB. */
const productFields = (finding: FindingLine): Readonly<Record<string, string>> => {
  const { rule, verdict, status, standing, messageId, aliases, waivedUntil, resolvedAt, data } = finding;
  const named = { rule, verdict, status, standing, messageId, aliases: aliases.join(', '), waivedUntil, resolvedAt };
  const values = Object.entries(data)
    .flatMap(([name, value]) => (typeof value === 'object' ? [] : [[`data.${name}`, String(value)] as const]))
    .slice(0, 20);
  return Object.fromEntries(
    [...Object.entries(named), ...values].flatMap(([name, value]) => {
      const text = value === null ? '' : bounded(value, 500, '');
      return text === '' ? [] : [[`kms-guard/${bounded(name, 100, 'data')}`, text]];
    }),
  );
};

const shownStates: ReadonlySet<string> = new Set([
  'Disabled',
  'Enabled',
  'PendingDeletion',
  'PendingImport',
  'Unavailable',
]);

const resourceOf = (finding: FindingLine, row: KeyLine | null, Partition: string): AsffResource => {
  const { keyArn, account, region } = finding;
  if (keyArn === null) return { Type: 'AwsAccount', Id: `AWS::::Account:${account}`, Partition, Region: region };
  const state = row?.state ?? null;
  const rotation = row?.rotation ?? null;
  const details = {
    AWSAccountId: account,
    KeyId: bounded(keyArn.slice(keyArn.lastIndexOf('/') + 1), 200, 'key'),
    KeyManager: 'CUSTOMER',
    ...(state === null || !shownStates.has(state) ? {} : { KeyState: state }),
    ...(row === null || row.origin === null ? {} : { Origin: bounded(row.origin, 100, 'AWS_KMS') }),
    ...(rotation === 'on' || rotation === 'off' ? { KeyRotationStatus: rotation === 'on' } : {}),
  };
  const Id = bounded(keyArn, 512, 'key');
  return { Type: 'AwsKmsKey', Id, Partition, Region: region, Details: { AwsKmsKey: details } };
};

/** A JSON array, a finding a line. */
export function* renderAsff(report: Report): Generator<string> {
  let before = '[\n';
  for (const finding of asffFindings(report)) {
    yield `${before}${jsonText(finding)}`;
    before = ',\n';
  }
  yield before === '[\n' ? '[]\n' : '\n]\n';
}
