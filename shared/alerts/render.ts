import { plain } from '../rules/explain.ts';
import type { Alert, BreakerAlert, KeyAlert, UnreadableAlert } from './alert.ts';
import { type DefenceAlert, defenceSubject, defenceText } from './defence-alert.ts';
import { explainAlert, type RuleById } from './explain-alert.ts';
import { fitJson, fitText } from './fit.ts';
import { keySubject, keyText } from './key-text.ts';
import { type ReportAlert, reportSubject, reportText } from './report-alert.ts';
import { type SweepAlert, sweepSubject, sweepText } from './sweep-alert.ts';
import { type WaiverAlert, waiverSubject, waiverText } from './waiver-alert.ts';

/** An alert as SNS takes it: text for people, JSON for programs. */
export type RenderedAlert = {
  /** Under 100 characters of ASCII without control characters. */
  readonly subject: string;
  readonly text: string;
  /** One JSON object, `schema` names its version; `truncated` is true where it had to leave out details, see `fit.ts`. */
  readonly json: string;
  /** For filter policies; `rule` holds every rule that flagged. */
  readonly attributes: {
    readonly severity: string;
    readonly rule: readonly string[];
    readonly account: string;
    readonly decision: string;
  };
};

export const alertSchema = 'kms-guard.alert/1';

/** `ruleById` gives texts and remediation; a rule that is no longer known still shows by its id. */
export const renderAlert = (alert: Alert, ruleById: RuleById): RenderedAlert => {
  switch (alert.kind) {
    case 'key':
      return renderKey(alert, ruleById);
    case 'unreadable':
      return renderUnreadable(alert);
    case 'breaker':
      return renderBreaker(alert);
    case 'sweep':
      return renderSweep(alert, ruleById);
    case 'waivers':
      return renderWaivers(alert);
    case 'report':
      return renderReport(alert);
    case 'defence':
      return renderDefence(alert);
  }
};

const renderKey = (alert: KeyAlert, ruleById: RuleById): RenderedAlert => {
  const words = explainAlert(alert, ruleById);
  return complete(
    { ...alert, verdicts: words.findings },
    {
      subject: keySubject(alert),
      text: keyText(alert, words),
      attributes: {
        severity: alert.severity,
        rule: words.findings.map(({ rule }) => rule),
        account: alert.account,
        decision: alert.decision.action,
      },
    },
  );
};

/** Programs get the whole alert, and the same words as people. */
const complete = (
  alert: Alert & { readonly severity: string },
  rendered: Omit<RenderedAlert, 'json'>,
): RenderedAlert => {
  const subject = subjectOf(rendered.subject);
  const json = fitJson(alert, { schema: alertSchema, subject, text: rendered.text });
  return { ...rendered, subject, text: fitText(rendered.text), json };
};

const renderUnreadable = (alert: UnreadableAlert): RenderedAlert =>
  complete(
    { ...alert, severity: 'high' },
    {
      subject: `[HIGH] ${alert.guard} could not handle an event`,
      text: [
        `HIGH: ${alert.guard} could not handle an event: it is on the dead-letter queue. Whatever it tells of may still stand.`,
        '',
        `Problem: ${plain(alert.reason, 400)}`,
        `Begins with: ${plain(alert.excerpt, 300)}`,
        '',
        'What to do',
        '- Look at the message on the dead-letter queue; look at the key it names by hand.',
      ].join('\n'),
      attributes: { severity: 'high', rule: ['unreadable'], account: 'unknown', decision: 'alert' },
    },
  );

const breakerWords = (budget: BreakerAlert['budget']) => {
  switch (budget) {
    case 'rescues':
      return {
        end: 'deletions are only alerted',
        of: 'rescues of keys from deletion',
        apart: ['Keys may be lost: a deletion that is alerted now stands until people cancel it.'],
      };
    case 'others':
      return {
        end: 'the guard only alerts',
        of: 'remedies',
        apart: ['Rescues of keys from deletion are counted apart: this does not stop them.'],
      };
    case undefined:
      return { end: 'the guard only alerts', of: 'remedies', apart: [] };
  }
};

const renderBreaker = (alert: BreakerAlert): RenderedAlert => {
  const { end, of, apart } = breakerWords(alert.budget);
  return complete(
    { ...alert, severity: 'critical' },
    {
      subject: `[CRITICAL] The circuit breaker tripped in account ${alert.account}: ${end}`,
      text: [
        `CRITICAL: more than ${alert.limit} ${of} in one hour in account ${alert.account}. Until the hour ends ${alert.guard} only alerts.`,
        ...apart,
        '',
        'What to do',
        '- Find out who makes so many changes. Every key concerned has an alert of its own.',
        '- Save keys by hand: aws kms cancel-key-deletion, then aws kms enable-key.',
        '- If this is expected, raise safety.remediesPerHour in guard.config.json and deploy.',
      ].join('\n'),
      attributes: { severity: 'critical', rule: ['breaker-tripped'], account: alert.account, decision: 'alert' },
    },
  );
};

const renderSweep = (alert: SweepAlert, ruleById: RuleById): RenderedAlert => {
  const { severity, account, rule } = alert;
  return complete(alert, {
    subject: sweepSubject(alert),
    text: sweepText(alert, ruleById(rule)?.remediation ?? null),
    attributes: { severity, rule: [rule], account, decision: 'alert' },
  });
};

const renderWaivers = (alert: WaiverAlert): RenderedAlert =>
  complete(alert, {
    subject: waiverSubject(alert),
    text: waiverText(alert),
    attributes: { severity: alert.severity, rule: ['waivers'], account: 'several', decision: 'alert' },
  });

const renderReport = (alert: ReportAlert): RenderedAlert =>
  complete(alert, {
    subject: reportSubject(alert),
    text: reportText(alert),
    attributes: { severity: alert.severity, rule: ['report'], account: 'several', decision: 'alert' },
  });

const renderDefence = (alert: DefenceAlert): RenderedAlert =>
  complete(alert, {
    subject: defenceSubject(alert),
    text: defenceText(alert),
    attributes: { severity: alert.severity, rule: ['self-defence'], account: alert.account, decision: 'alert' },
  });

/** SNS takes fewer than 100 characters of printable ASCII. */
const subjectOf = (text: string): string => text.replaceAll(/[^\x20-\x7e]/g, '?').slice(0, 99);
