import type { Alert } from './alert.ts';

/**
 * SNS takes 262,144 bytes, attributes included, and an alert that it refuses is lost: the text goes out once and the JSON
 * form once for each of five protocols, all of it escaped once more inside one JSON object. 24,000 + 5 x 44,000 fits.
 */
const textBytes = 24_000;
const jsonBytes = 44_000;
/** Of the text inside a JSON form that was cut. */
const innerTextBytes = 8_000;

/** As JSON inside JSON, in UTF-8. */
const escapedBytes = (text: string): number => Buffer.byteLength(JSON.stringify(text));

const note = '\n... (cut here for its length: the whole of it is in the ledger)';

/** The beginning of a text, so long that SNS takes it. */
export const fitText = (text: string, bytes = textBytes): string => {
  let fitting = text;
  for (let size = escapedBytes(fitting); size > bytes; size = escapedBytes(fitting + note)) {
    fitting = fitting.slice(0, Math.floor((fitting.length * bytes) / size) - 1);
  }
  return (fitting === text ? text : fitting + note).toWellFormed();
};

type Words = { readonly schema: string; readonly subject: string; readonly text: string };

/** The JSON form: all of it, or else without the details, or else what every alert has. `truncated` tells that it is not all. */
export const fitJson = (alert: Alert & { readonly severity: string }, words: Words): string => {
  const text = fitText(words.text, innerTextBytes);
  const forms = [() => ({ ...alert, ...words }), () => ({ ...withoutDetails(alert), ...words, text, truncated: true })];
  for (const form of forms) {
    const json = JSON.stringify(form());
    if (escapedBytes(json) <= jsonBytes) return json;
  }
  return JSON.stringify({ ...essence(alert), severity: alert.severity, ...words, text, truncated: true });
};

const withoutDetails = (alert: Alert): object =>
  alert.kind === 'key'
    ? {
        ...alert,
        aliases: alert.aliases.slice(0, 5),
        verdicts: alert.verdicts.map(({ rule, verdict, severity, message }) => ({ rule, verdict, severity, message })),
        policyChange: null,
      }
    : alert;

/** Every field of bounded length, whatever the caller put into the call. */
const essence = (alert: Alert): object => {
  if (alert.kind !== 'key') return { kind: alert.kind, guard: alert.guard };
  const { kind, eventID, eventName, eventTime, account, region, keyArn, decision, outcomes } = alert;
  const { action, remedy, wouldRemedy } = decision;
  return {
    kind,
    eventID,
    eventName,
    eventTime,
    account,
    region,
    keyArn,
    decision: { action, remedy, wouldRemedy },
    outcomes: outcomes.map(({ remedy: name, outcome }) => ({ remedy: name, outcome })),
  };
};
