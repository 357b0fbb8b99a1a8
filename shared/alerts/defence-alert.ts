import type { DefenceReason, DefenceVerdict } from '../defence/judge-defence.ts';
import type { DefenceCall } from '../defence/parse-defence.ts';
import type { Severity } from '../rules/define-rule.ts';
import { plain } from '../rules/explain.ts';

/** Somebody made a call that blinds or disarms the guard, or tried to. */
export type DefenceAlert = {
  readonly kind: 'defence';
  readonly guard: 'self-guard';
  readonly eventID: string;
  readonly eventName: string;
  readonly eventSource: string;
  readonly eventTime: string;
  readonly account: string;
  readonly region: string;
  readonly actor: { readonly arn: string | null; readonly type: string; readonly invokedBy: string | null };
  readonly sourceIPAddress: string | null;
  /** Names and ARNs as the call gave them. */
  readonly resources: readonly string[];
  /** What the call does to the guard: the end of a sentence that begins with the call. */
  readonly does: string;
  /** True for an attempt: the call did not go through. */
  readonly failed: boolean;
  readonly severity: Severity;
  readonly why: readonly DefenceReason[];
};

const cut = (text: string | null, length: number): string | null => (text === null ? null : plain(text, length));
const resourcesTold = 10;

export const defenceAlert = (call: DefenceCall, verdict: Extract<DefenceVerdict, { own: true }>): DefenceAlert => {
  const { eventID, eventName, eventTime, account, region, service, event, actor, resources, errorCode } = call;
  return {
    kind: 'defence',
    guard: 'self-guard',
    eventID,
    eventName,
    eventSource: service.eventSource,
    eventTime,
    account,
    region,
    actor: { arn: cut(actor.arn, 300), type: actor.type, invokedBy: cut(actor.invokedBy, 200) },
    sourceIPAddress: cut(call.sourceIPAddress, 200),
    resources: resources.slice(0, resourcesTold).map((name) => plain(name, 300)),
    does: event.does,
    failed: errorCode !== null,
    severity: verdict.severity,
    why: verdict.reasons,
  };
};

/** Lambda's `20150331v2` says nothing to people. */
const shortName = (eventName: string): string => eventName.replace(/20\d{6}(?:v\d)?$/, '');

export const defenceSubject = ({ severity, failed, eventName, account, why }: DefenceAlert): string => {
  const how = failed
    ? 'Attempt on the guard'
    : isDeployed(why)
      ? 'A deployment changed the guard'
      : 'The guard is touched';
  return `[${severity.toUpperCase()}] ${how}: ${shortName(eventName)} in ${account}`;
};

const isDeployed = (why: readonly DefenceReason[]): boolean => why.some(({ id }) => id === 'by-deployment');

/** The text for people. */
export const defenceText = (alert: DefenceAlert): string => {
  const { severity, failed, does, actor, eventName, eventTime, account, region, resources, why, sourceIPAddress } =
    alert;
  const who = plain(actor.arn ?? actor.invokedBy ?? 'somebody', 300);
  return [
    `${severity.toUpperCase()}: a call ${failed ? 'failed that ' : ''}${does}`,
    '',
    `Call: ${shortName(eventName)}, ${eventTime}, account ${account}, ${region}`,
    `About: ${resources.length === 0 ? 'not named in the record' : resources.map((name) => plain(name, 300)).join(', ')}`,
    `By: ${who}`,
    `From: ${plain(sourceIPAddress ?? 'unknown', 200)}`,
    ...why.map((reason) => `- ${reasonText(reason)}`),
    '',
    'What to do',
    ...(isDeployed(why)
      ? ['- Make sure that the deployment was meant, and that the guard is whole: heartbeats come, no alarm is raised.']
      : [
          '- Ask who it was. If nobody meant it, take the credentials away first.',
          '- Put back what was changed: deploy the stack again, start the trail. Until then keys may be changed unseen: run a sweep.',
        ]),
  ].join('\n');
};

export const reasonText = (reason: DefenceReason): string => {
  switch (reason.id) {
    case 'by-somebody':
      return 'It was no deployment of CloudFormation';
    case 'by-deployment':
      return 'CloudFormation made the call, for whoever deployed';
    case 'attempt':
      return `It failed: ${plain(reason.errorCode, 100)}`;
    case 'no-kms-writes':
      return 'The trail does not log any more, as far as is known, the KMS calls that change keys';
    case 'one-region':
      return 'The trail covers one Region only now';
  }
};
