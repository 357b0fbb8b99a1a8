import type { ReportKind } from '../config/report-config.ts';
import { plain } from '../rules/explain.ts';

/** A report is there: what it says in a few sentences, and a link that opens it for some hours. */
export type ReportAlert = {
  readonly kind: 'report';
  readonly guard: 'report';
  /** One a kind and time: a report that is made again is told once. */
  readonly reportId: string;
  readonly reportKind: ReportKind;
  /** `high` while something critical is open, `medium` where no sweep ended. */
  readonly severity: 'info' | 'low' | 'medium' | 'high';
  /** When it was due, ISO 8601. */
  readonly at: string;
  readonly title: string;
  readonly sentence: string;
  readonly more: readonly string[];
  readonly link: string;
  /** When the link ends at the latest, ISO 8601. */
  readonly linkUntil: string;
  /** Where its files stand in the bucket. */
  readonly prefix: string;
  /** What went wrong besides, such as an import. */
  readonly troubles: readonly string[];
};

const names: Readonly<Record<ReportKind, string>> = { daily: 'Daily', weekly: 'Weekly', monthly: 'Monthly' };

export const reportSubject = ({ severity, reportKind, at, title }: ReportAlert): string =>
  `[${severity.toUpperCase()}] ${names[reportKind]} report of ${at.slice(0, 10)}: ${plain(title, 60)}`;

/** The text for people. */
export const reportText = (alert: ReportAlert): string => {
  const { reportKind, at, title, sentence, more, link, linkUntil, prefix, troubles } = alert;
  return [
    `${names[reportKind]} report of ${at.slice(0, 10)}: ${plain(title, 100)}`,
    '',
    plain(sentence, 400),
    ...more.map((text) => plain(text, 400)),
    ...(troubles.length === 0 ? [] : ['', ...troubles.map((text) => `- ${plain(text, 400)}`)]),
    '',
    `Open it until ${linkUntil.slice(0, 16).replace('T', ' ')} UTC:`,
    link,
    '',
    `All of its files, with a manifest: ${plain(prefix, 200)}`,
  ].join('\n');
};
