import { styleText } from 'node:util';
import { reasonText } from '../shared/alerts/reason-text.ts';
import type { Call } from '../shared/calls/call.ts';
import type { Evaluation } from '../shared/evaluate.ts';
import { stored } from '../shared/judge.ts';
import { explain, explainReasons, plain } from '../shared/rules/explain.ts';
import { visible } from './visible.ts';

export type Replayed = Evaluation & { readonly call: Call };

/** The contract's JSON line of one call. */
export const jsonLine = ({ call, verdicts, decision }: Replayed): string => {
  const { eventID, eventTime, eventName, account, region, keyArn, actor, failure } = call;
  const line = {
    eventID,
    eventTime,
    eventName,
    account,
    region,
    keyArn,
    actor: { arn: actor.arn, type: actor.type, invokedBy: actor.invokedBy },
    attempt: failure !== null,
    errorCode: failure?.errorCode ?? null,
    verdicts: verdicts.map((verdict) => stored(verdict)),
    decision: { ...decision, reasons: decision.reasons.map(reasonText) },
  };
  return `${JSON.stringify(line)}\n`;
};

export const unreadableLine = (
  unreadable: { readonly file: string; readonly record: number; readonly reason: string },
  json: boolean,
): string =>
  json
    ? `${JSON.stringify({ unreadable })}\n`
    : `unreadable  ${visible(unreadable.file)}, record ${unreadable.record}: ${plain(unreadable.reason)}\n`;

const colors = { ignore: 'gray', alert: 'yellow', remedy: 'red' } as const;

const verdictLines = ({ rule, severity, verdict }: Evaluation['verdicts'][number]): readonly string[] => {
  if (verdict.verdict !== 'violation' && verdict.verdict !== 'undetermined') return [];
  const { message, data } = verdict;
  return [
    `  ${severity} ${rule.id} ${verdict.verdict}: ${explain(rule.messages, message, data)}`,
    ...explainReasons(rule.messages, data).map((reason) => `    - ${reason}`),
  ];
};

/** A call for people: what would have been decided, and why. */
export const humanLine = ({ call, verdicts, decision }: Replayed, color: boolean): string => {
  const { action, remedy, wouldRemedy } = decision;
  const what = [action, remedy ?? (wouldRemedy === null ? '' : `(would ${wouldRemedy})`)].join(' ').trim();
  const shown = color ? styleText(colors[action], what) : what;
  const attempt = call.failure === null ? '' : ` failed with ${plain(call.failure.errorCode)}`;
  const by = plain(call.actor.arn ?? call.actor.invokedBy ?? call.actor.type);
  const lines = [
    `${call.eventTime}  ${shown}  ${plain(call.eventName)}${attempt}`,
    `  key ${plain(call.keyArn ?? call.keyId ?? 'not named')}, by ${by}`,
    ...verdicts.flatMap(verdictLines),
    ...decision.reasons
      .filter(({ id }) => id !== 'violation' && id !== 'undetermined' && id !== 'compliant')
      .map((reason) => `  ${reasonText(reason)}`),
  ];
  return `${lines.join('\n')}\n`;
};
