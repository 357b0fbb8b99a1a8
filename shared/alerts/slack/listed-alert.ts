import { severities } from '../../rules/define-rule.ts';
import type { Alert } from '../alert.ts';
import type { RuleById } from '../explain-alert.ts';
import { headline, keyName } from '../key-text.ts';
import { renderAlert } from '../render.ts';
import { accountText } from './key-facts.ts';
import type { ListedAlert } from './slack-input.ts';
import { line } from './slack-text.ts';
import { severityIcons, severityWord } from './words.ts';

type Input = {
  readonly alertId: string;
  readonly alert: Alert;
  readonly accountName: string | null;
  readonly at: string;
};

/** An alert in few words, for storms and digests. `at`, ISO 8601, counts where the alert has no time of its own. */
export const listedAlert = ({ alertId, alert, accountName, at }: Input, ruleById: RuleById): ListedAlert => {
  const { subject, attributes } = renderAlert(alert, ruleById);
  const { severity, rule, account } = attributes;
  const about = alert.kind === 'key' ? alert : null;
  return {
    alertId,
    severity: severities.find((each) => each === severity) ?? 'high',
    headline: about === null ? subject.replace(/^\[\w+\] /, '') : headline(about),
    rules: rule,
    keyArn: about?.keyArn ?? null,
    keyName: about === null ? 'no key' : keyName(about),
    account,
    accountName,
    region: 'region' in alert ? alert.region : 'unknown',
    at: 'eventTime' in alert ? alert.eventTime : at,
  };
};

/** The worst first, then the oldest. */
export const worstFirst = (listed: readonly ListedAlert[]): readonly ListedAlert[] =>
  listed.toSorted(
    (a, b) => severities.indexOf(b.severity) - severities.indexOf(a.severity) || a.at.localeCompare(b.at),
  );

/** One line of plain text, escaped. */
export const listedLine = ({
  severity,
  keyName: name,
  account,
  accountName,
  region,
  headline: what,
}: ListedAlert): string =>
  `${severityIcons[severity]} ${severityWord(severity)} ${line(
    `${name}, ${accountText(account, accountName)}, ${region}: ${what}`,
    200,
  )}`;

/** `prod-payments (111122223333): 300`, the largest first. */
export const countsBy = (listed: readonly ListedAlert[], name: (alert: ListedAlert) => string): readonly string[] => {
  const counts = new Map<string, number>();
  for (const each of listed) counts.set(name(each), (counts.get(name(each)) ?? 0) + 1);
  return [...counts].toSorted((a, b) => b[1] - a[1]).map(([text, count]) => `${text}: ${count}`);
};
