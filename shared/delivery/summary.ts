import { fitText } from '../alerts/fit.ts';
import type { ListedAlert, SlackDigest } from '../alerts/slack/slack-input.ts';
import { worstFirst } from '../alerts/slack/listed-alert.ts';
import { severities, type Severity } from '../rules/define-rule.ts';
import { plain } from '../rules/explain.ts';
import type { Reminder } from './outbox-message.ts';
import type { Publication, Storm } from './ports.ts';

/** Texts about many alerts, or about one for another time, as a topic takes them. */

const listLength = 100;
const textBytes = 20_000;
/** As many lines as five JSON forms have room for. */
const jsonListLength = 60;

const worst = (listed: readonly ListedAlert[]): Severity => worstFirst(listed)[0]?.severity ?? severities[0];

const shortLine = (line: ListedAlert): object => {
  const { alertId, severity, keyArn, account, region, at, rules } = line;
  return {
    alertId,
    severity,
    headline: plain(line.headline, 80),
    rules: rules.slice(0, 3),
    keyArn,
    account,
    region,
    at,
  };
};

const textLine = ({ severity, keyName, account, accountName, region, headline }: ListedAlert): string =>
  `- ${severity.toUpperCase()} ${plain(keyName, 60)}, ${accountName ?? account} ${region}: ${plain(headline, 80)}`;

type Many = {
  readonly id: string;
  readonly kind: 'storm' | 'digest';
  readonly subject: string;
  readonly head: readonly string[];
  readonly listed: readonly ListedAlert[];
  readonly count: number;
  readonly extra: object;
};

const publicationOfMany = ({ id, kind, subject, head, listed, count, extra }: Many): Publication => {
  const sorted = worstFirst(listed);
  const severity = worst(listed);
  const lines = sorted.slice(0, listLength).map(textLine);
  const more = count - lines.length;
  const text = fitText(
    [
      ...head,
      '',
      ...lines,
      ...(more > 0 ? [`- and ${more} more: all are in the ledger and on the event bus`] : []),
    ].join('\n'),
    textBytes,
  );
  const alerts = sorted.slice(0, jsonListLength).map(shortLine);
  const schema = `kms-guard.${kind}/1`;
  const json = JSON.stringify({
    schema,
    id,
    kind,
    severity,
    subject,
    count,
    ...extra,
    alerts,
    truncated: alerts.length < count,
  });
  const accounts = [...new Set(listed.map(({ account }) => account))];
  const rules = [...new Set(listed.flatMap(({ rules: each }) => each))].slice(0, 10);
  const account = accounts.length === 1 ? (accounts[0] ?? 'unknown') : 'several';
  return { id, subject: ascii(subject), text, json, attributes: { severity, rule: rules, account, decision: kind } };
};

/** Fewer than 100 characters of printable ASCII. */
const ascii = (text: string): string => text.replaceAll(/[^\x20-\x7e]/g, '?').slice(0, 99);

export const stormPublication = (
  id: string,
  {
    storm,
    listed,
    closed,
  }: { readonly storm: Storm; readonly listed: readonly ListedAlert[]; readonly closed: boolean },
): Publication => {
  const { count, since, stormId } = storm;
  const what = listed[0] === undefined ? 'alerts' : `alerts, first: ${plain(listed[0].headline, 40)}`;
  const subject = `[${worst(listed).toUpperCase()}] ${closed ? 'In all' : 'So far'} ${count} ${what}`;
  const state = closed ? 'Nothing more came for a while.' : 'More may come: the next summary follows.';
  const head = [`${count} alerts alike since ${since}: one account, one rule, one actor. ${state}`];
  return publicationOfMany({ id, kind: 'storm', subject, head, listed, count, extra: { stormId, since, closed } });
};

export const digestPublication = (id: string, day: string, { listed, count, since, until }: SlackDigest): Publication =>
  publicationOfMany({
    id,
    kind: 'digest',
    subject: `[${worst(listed).toUpperCase()}] Daily digest ${day}: ${count} alerts that could wait`,
    head: [`${count} alerts of low severity, ${since} to ${until}. None is about a pending deletion.`],
    listed,
    count,
    extra: { day, since, until },
  });

export const reminderPublication = (
  id: string,
  { reminder, state, line }: { readonly reminder: Reminder; readonly state: string | null; readonly line: ListedAlert },
): Publication => {
  const { level, of, keyArn, deletionDate } = reminder;
  const last = level >= of ? 'LAST REMINDER' : `Reminder ${level} of ${of}`;
  const subject = `[CRITICAL] ${last}: ${plain(line.keyName, 40)} is deleted after ${deletionDate.slice(0, 16)}Z`;
  const text = [
    `CRITICAL: ${last}. Nobody has answered, and nothing brings a deleted key back.`,
    '',
    `Key: ${keyArn}`,
    `Name: ${plain(line.keyName, 60)}`,
    `Account: ${line.accountName ?? line.account}, Region: ${line.region}`,
    `To be deleted after: ${deletionDate}`,
    `State: ${state ?? 'unknown: the guard could not look at the key'}`,
    '',
    'What to do',
    '- Keep it: aws kms cancel-key-deletion, then aws kms enable-key.',
    '- Let it go: approve the deletion, so that the guard stops asking.',
  ].join('\n');
  const schema = 'kms-guard.reminder/1';
  const severity = 'critical';
  const json = JSON.stringify({
    schema,
    id,
    kind: 'reminder',
    severity,
    subject: ascii(subject),
    ...reminder,
    keyState: state,
    text,
  });
  const attributes = { severity, rule: [...line.rules], account: line.account, decision: 'reminder' };
  return { id, subject: ascii(subject), text, json, attributes };
};
