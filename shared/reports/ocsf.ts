import { partitionOfRegion, partsOfKeyArn } from '../calls/key-arn.ts';
import type { Severity } from '../rules/define-rule.ts';
import { plain } from '../rules/explain.ts';
import { relatedRequirements, testedControls } from './controls.ts';
import { jsonText } from './json-text.ts';
import type { FindingLine, Report } from './report.ts';
import { millisecondsOf } from './timestamp.ts';

/** The version of the schema that the events are written in. */
export const ocsfVersion = '1.9.0';

const severityIds: Readonly<Record<Severity, readonly [id: number, name: string]>> = {
  info: [1, 'Informational'],
  low: [2, 'Low'],
  medium: [3, 'Medium'],
  high: [4, 'High'],
  critical: [5, 'Critical'],
};

const activities = { create: [1, 'Create'], update: [2, 'Update'], close: [3, 'Close'] } as const;
const statuses = { open: [1, 'New'], waived: [3, 'Suppressed'], resolved: [4, 'Resolved'] } as const;

/** Without a report before this one nothing tells whether somebody has heard of the finding. */
const activityOf = ({ status, standing }: FindingLine): (typeof activities)[keyof typeof activities] => {
  if (status === 'resolved') return activities.close;
  return standing === 'known' || standing === 'reopened' ? activities.update : activities.create;
};

const complianceOf = ({ status, verdict, waivedUntil, message, controls, rule }: FindingLine) => {
  const named = testedControls(controls);
  const [id, name] = outcome(status, verdict);
  return {
    control: named[0]?.name ?? plain(rule),
    standards: [...new Set(named.map(({ framework }) => framework.name))],
    requirements: relatedRequirements(named),
    status_id: id,
    status: name,
    status_details: [plain(message, 1_000), ...(waivedUntil === null ? [] : [`waived until ${plain(waivedUntil)}`])],
  };
};

const outcome = (
  status: FindingLine['status'],
  verdict: FindingLine['verdict'],
): readonly [id: number, name: string] => {
  if (status === 'resolved') return [1, 'Pass'];
  return verdict === 'violation' ? [3, 'Fail'] : [2, 'Warning'];
};

type Context = { readonly report: Report; readonly title: string };

/** An event of the class Compliance Finding (2003). */
const complianceFinding = (finding: FindingLine, { report, title }: Context) => {
  const { account, region, rule, status } = finding;
  const [activityId, activity] = activityOf(finding);
  const [statusId, statusName] = statuses[status];
  const [severityId, severity] = severityIds[finding.severity];
  const time = millisecondsOf(report.generatedAt, report.generatedAt);
  return {
    activity_id: activityId,
    activity_name: activity,
    category_uid: 2,
    category_name: 'Findings',
    class_uid: 2003,
    class_name: 'Compliance Finding',
    type_uid: 200_300 + activityId,
    type_name: `Compliance Finding: ${activity}`,
    time,
    severity_id: severityId,
    severity,
    status_id: statusId,
    status: statusName,
    message: plain(finding.message, 1_000),
    metadata: metadataOf(finding),
    cloud: cloudOf(report, { account, region, keyArn: finding.keyArn }),
    finding_info: findingInfo(finding, { report, title }),
    compliance: complianceOf(finding),
    resources: [resourceOf(finding)],
    remediation: { desc: plain(finding.remediation, 1_000) },
    unmapped: { rule, verdict: finding.verdict, standing: finding.standing, waived_until: finding.waivedUntil },
  };
};

const metadataOf = ({ rule }: FindingLine) => ({
  version: ocsfVersion,
  profiles: ['cloud'],
  product: { uid: 'kms-guard', name: 'kms-guard', vendor_name: 'kms-guard' },
  event_code: plain(rule),
});

type Place = { readonly account: string; readonly region: string; readonly keyArn: string | null };

const cloudOf = ({ accountNames }: Report, { account, region, keyArn }: Place) => {
  const name = Object.hasOwn(accountNames, account) ? accountNames[account] : undefined;
  return {
    provider: 'AWS',
    account: { uid: account, type_id: 10, type: 'AWS Account', ...(name === undefined ? {} : { name: plain(name) }) },
    region,
    cloud_partition: partsOfKeyArn(keyArn)?.partition ?? partitionOfRegion(region),
  };
};

const findingInfo = ({ id, rule, message, firstSeen, status, resolvedAt }: FindingLine, { report, title }: Context) => {
  const { generatedAt, sweep } = report;
  const first = millisecondsOf(firstSeen, generatedAt);
  const seen = (status === 'resolved' ? resolvedAt : sweep?.finishedAt) ?? generatedAt;
  return {
    uid: id,
    title: plain(title),
    desc: plain(message, 1_000),
    types: ['Software and Configuration Checks'],
    created_time: first,
    first_seen_time: first,
    last_seen_time: millisecondsOf(seen, generatedAt),
    analytic: { uid: plain(rule), name: plain(title), type_id: 1, type: 'Rule' },
  };
};

const resourceOf = ({ keyArn, account, aliases }: FindingLine) =>
  keyArn === null
    ? { uid: account, type: 'AwsAccount', role_id: 3, role: 'Affected' }
    : {
        uid: keyArn,
        name: plain(aliases[0] ?? keyArn.slice(keyArn.lastIndexOf('/') + 1)),
        type: 'AwsKmsKey',
        role_id: 3,
        role: 'Affected',
      };

/** JSON Lines: an event a line. */
export function* renderOcsf(report: Report): Generator<string> {
  const titles = new Map(report.rules.map(({ id, title }) => [id, title]));
  for (const finding of report.findings) {
    const title = titles.get(finding.rule) ?? finding.rule;
    yield `${jsonText(complianceFinding(finding, { report, title }))}\n`;
  }
}
