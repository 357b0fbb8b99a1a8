import type { Outcome } from '../decision.ts';
import type { RemedyName } from '../remedies/remedy-names.ts';
import { plain } from '../rules/explain.ts';
import type { KeyAlert } from './alert.ts';
import { consoleLink } from './console-link.ts';
import type { ExplainedAlert, ExplainedVerdict } from './explain-alert.ts';
import { policyChangeLines } from './policy-change-text.ts';
import { reasonText } from './reason-text.ts';

export const keySubject = (alert: KeyAlert): string =>
  `[${alert.severity.toUpperCase()}] ${headline(alert)}: ${keyName(alert)} (${alert.account} ${alert.region})`;

/** The text for people: short lines, the outcome first, readable on a phone. */
export const keyText = (alert: KeyAlert, { findings, remediation }: ExplainedAlert): string =>
  [
    `${alert.severity.toUpperCase()}: ${headline(alert)}`,
    '',
    ...keyLines(alert),
    '',
    'Why',
    ...whyLines(findings),
    ...policyChangeLines(alert.policyChange, alert.outcomes),
    '',
    'What the guard did',
    ...doneLines(alert),
    '',
    'What to do',
    ...remediation.map((line) => `- ${line}`),
    '',
    `Event ${plain(alert.eventID)}`,
  ].join('\n');

/** Rules that say the same, as all about a policy that cannot be read do, say it once. */
export const whyLines = (findings: readonly ExplainedVerdict[]): readonly string[] => {
  const bySaying = new Map<string, string[]>();
  for (const { rule, text, reasonTexts } of findings) {
    const saying = [text, ...reasonTexts.map((why) => `  - ${why}`)].join('\n');
    bySaying.set(saying, [...(bySaying.get(saying) ?? []), rule]);
  }
  return [...bySaying].map(([saying, rules]) => `- ${rules.join(', ')}: ${saying}`);
};

/** What the guard did, would have done, or why it did nothing. */
export const doneLines = ({ outcomes, decision }: KeyAlert): readonly string[] => {
  const other = decision.reasons.filter(({ id }) => id !== 'violation' && id !== 'undetermined');
  return [
    ...(outcomes.length === 0 ? ['- nothing but this alert'] : outcomes.map(outcomeLine)),
    ...other.map((reason) => `- ${reasonText(reason)}`),
  ];
};

const outcomeLine = ({ remedy, outcome, detail }: Outcome): string => `- ${remedy}: ${outcome}: ${plain(detail, 400)}`;

/** The first line says what happened in the end, not what was called. */
export const headline = ({ decision, outcomes, eventName, keyState }: KeyAlert): string => {
  const first = outcomes[0];
  if (first === undefined) {
    if (decision.reasons.some(({ id }) => id === 'approved')) return 'Approved key deletion scheduled';
    return decision.wouldRemedy === null ? plain(eventName, 60) : `${plain(eventName, 60)}, not undone`;
  }
  if (first.outcome === 'failed') return `${first.remedy} FAILED`;
  if (first.outcome === 'refused') return `${first.remedy} refused`;
  const saved =
    keyState === 'Enabled' ? 'Key deletion cancelled, key enabled' : 'Key deletion cancelled, key still disabled';
  return doneWords[first.remedy] ?? saved;
};

const doneWords: Partial<Record<RemedyName, string>> = {
  restoreKeyState: 'Key enabled again',
  enableKeyRotation: 'Key rotation switched on again',
  restoreKeyPolicy: 'Key policy restored',
  revokeGrant: 'Grant revoked',
};

/** The first alias, or else the key id. */
export const keyName = ({ aliases, keyArn, keyId }: KeyAlert): string =>
  plain(aliases[0] ?? keyArn?.split('/').at(-1) ?? keyId ?? 'unknown key', 60);

const keyLines = (alert: KeyAlert): readonly string[] => {
  const { actor, keyArn, aliases } = alert;
  const link = consoleLink(keyArn);
  const through = actor.invokedBy === null ? '' : ` through ${plain(actor.invokedBy)}`;
  return [
    `Key: ${aliases.length > 0 ? plain(aliases.join(', ')) : keyName(alert)}`,
    `ARN: ${plain(keyArn ?? alert.keyId ?? 'not named in the record')}`,
    `Account: ${alert.account}, Region: ${alert.region}`,
    `Call: ${plain(alert.eventName)} at ${alert.eventTime}`,
    `By: ${plain(actor.arn ?? 'unknown')} (${actor.type}${through})`,
    `From: ${plain(alert.sourceIPAddress ?? 'unknown')}`,
    `State: ${alert.keyState ?? 'unknown'}${alert.deletionDate === null ? '' : `, to be deleted after ${alert.deletionDate}`}`,
    ...(link === null ? [] : [`Console: ${link}`]),
  ];
};
