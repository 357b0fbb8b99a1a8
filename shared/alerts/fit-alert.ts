import type { StoredVerdict } from '../ledger/entries.ts';
import type { Reason, VerdictData } from '../rules/define-rule.ts';
import type { Alert, KeyAlert } from './alert.ts';

/** So many bytes of JSON fit into a message of SQS and an item of DynamoDB, with all that stands around them. */
const alertBytes = 200_000;
const textLength = 300;
const listLength = 10;

const bytes = (alert: Alert): number => Buffer.byteLength(JSON.stringify(alert));

/** The alert, whole where it fits; else with shorter lists and texts, and in the end without what its verdicts say in detail. */
export const fitAlert = (alert: Alert): Alert => {
  if (bytes(alert) <= alertBytes) return alert;
  if (alert.kind !== 'key') return cutTexts(alert);
  const shorter = { ...cutTexts(alert), verdicts: alert.verdicts.map(shortVerdict) };
  const forms: readonly KeyAlert[] = [shorter, { ...shorter, policyChange: null }];
  const bare = {
    ...shorter,
    policyChange: null,
    verdicts: shorter.verdicts.map((verdict) => ({ ...verdict, data: {} })),
  };
  return forms.find((form) => bytes(form) <= alertBytes) ?? bare;
};

const cutText = (text: string): string =>
  text.length <= textLength ? text : `${text.slice(0, textLength).toWellFormed()}...`;

/** Every text that somebody else wrote, wherever it stands, and every list but those of verdicts and policy changes. */
const cutTexts = <A extends Alert>(alert: A): A =>
  alert.kind === 'key'
    ? {
        ...alert,
        keyId: alert.keyId === null ? null : cutText(alert.keyId),
        aliases: alert.aliases.slice(0, listLength).map(cutText),
        actor: {
          ...alert.actor,
          arn: alert.actor.arn === null ? null : cutText(alert.actor.arn),
          invokedBy: alert.actor.invokedBy === null ? null : cutText(alert.actor.invokedBy),
        },
        sourceIPAddress: alert.sourceIPAddress === null ? null : cutText(alert.sourceIPAddress),
        outcomes: alert.outcomes.map((outcome) => ({ ...outcome, detail: cutText(outcome.detail) })),
      }
    : alert;

const shortVerdict = (verdict: StoredVerdict): StoredVerdict => ({
  ...verdict,
  data: Object.fromEntries(Object.entries(verdict.data).map(([name, value]) => [name, shortValue(value)])),
});

const shortValue = (value: VerdictData[string]): VerdictData[string] => {
  if (typeof value === 'string') return cutText(value);
  if (typeof value !== 'object' || value === null) return value;
  const reasons: Reason[] = [];
  const texts: string[] = [];
  for (const each of value.slice(0, listLength)) {
    if (typeof each === 'string') texts.push(cutText(each));
    else reasons.push(shortReason(each));
  }
  return reasons.length > 0 ? reasons : texts;
};

const shortReason = (reason: Reason): Reason => ({
  ...Object.fromEntries(
    Object.entries(reason).map(([name, value]) => [name, typeof value === 'string' ? cutText(value) : value]),
  ),
  id: reason.id,
});
