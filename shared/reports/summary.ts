import { dayOf, number, plural } from './words.ts';
import { isPending } from './key-figures.ts';
import type { FindingLine, Report } from './report.ts';

/** How a reader should feel: `blind` where the sweep is missing, which is never good news. */
export type Tone = 'calm' | 'attention' | 'urgent' | 'blind';

/** The report in a few plain sentences, for the head of a page, a subject line or a chat. */
export type Summary = { readonly tone: Tone; readonly sentence: string; readonly more: readonly string[] };

export const summarize = (report: Report): Summary => ({
  ...verdictOn(report),
  more: [changes(report), deletions(report), deeds(report), gaps(report)].filter((text) => text !== ''),
});

const verdictOn = (report: Report): Omit<Summary, 'more'> => {
  const { sweep, headline } = report;
  const { critical, high } = headline.open;
  if (critical > 0) {
    const unseen = sweep === null ? '; no sweep ended in this period, so there may be more' : '';
    const sentence = `${plural(critical, 'critical finding')} ${isOrAre(critical)} open and should be dealt with now${unseen}.`;
    return { tone: 'urgent', sentence };
  }
  if (sweep === null) return { tone: 'blind', sentence: `${blind}${known(headline)}.` };
  const read = sweep.state === 'complete' ? '' : ' in what could be read';
  const doubts = report.findings.filter(isDoubt);
  const doubtAbout = (count: number): string =>
    count === 0 ? '' : `, but ${plural(count, 'such verdict')} could not be reached`;
  if (high > 0) {
    const doubt = doubtAbout(doubts.filter(({ severity }) => severity === 'critical').length);
    const sentence = `Nothing critical is open${read}${doubt}; ${plural(high, 'finding')} of high severity ${isOrAre(high)}.`;
    return { tone: 'attention', sentence };
  }
  if (sweep.keys === 0 && headline.openTotal + headline.undetermined === 0) {
    return { tone: 'attention', sentence: `No customer managed key was found${read}, so there was nothing to judge.` };
  }
  const grave = doubts.filter(({ severity }) => severity === 'critical' || severity === 'high').length;
  const asked = sweep.rules === undefined ? '' : ` by the ${plural(sweep.rules.length, 'rule')} that the sweep asked`;
  const calm = sweep.state === 'complete' && sweep.rules === undefined && grave === 0;
  return {
    tone: calm ? 'calm' : 'attention',
    sentence: `Nothing critical or high is open${asked}${read}${doubtAbout(grave)}; ${rest(headline, headline.undetermined - grave)}.`,
  };
};

const blind = 'No sweep ended in this period, so this report cannot say how the keys are';
const known = ({ openTotal }: Report['headline']): string =>
  openTotal === 0 ? '' : `; ${plural(openTotal, 'finding')} ${isOrAre(openTotal)} known to be open`;

const isDoubt = ({ status, verdict }: FindingLine): boolean => status === 'open' && verdict === 'undetermined';

const rest = ({ openTotal }: Report['headline'], undecided: number): string => {
  const open =
    openTotal === 0 ? 'no finding is open' : `${plural(openTotal, 'smaller finding')} ${isOrAre(openTotal)} open`;
  return undecided === 0 ? open : `${open}, and ${plural(undecided, 'smaller one')} could not be decided`;
};

const isOrAre = (count: number): string => (count === 1 ? 'is' : 'are');

const changes = ({ headline, previousAt }: Report): string => {
  if (headline.changes === null || previousAt === null) return '';
  const { new: fresh, reopened, resolved } = headline.changes;
  const parts = [
    `${number(fresh)} new`,
    ...(reopened > 0 ? [`${number(reopened)} came back`] : []),
    `${number(resolved)} resolved`,
  ];
  return `Since ${dayOf(previousAt)}: ${parts.join(', ')}.`;
};

const deletions = ({ keys, figures }: Report): string => {
  const pending = keys?.filter(isPending).length ?? 0;
  const first = figures?.pendingDeletions.find(({ deletionDate }) => deletionDate !== null)?.deletionDate ?? null;
  if (pending === 0) return '';
  const when = first === null ? '' : `${pending === 1 ? ',' : ', the first'} on ${dayOf(first)}`;
  return `${plural(pending, 'key')} ${pending === 1 ? 'waits' : 'wait'} for deletion${when}.`;
};

const deeds = ({ headline: { undoneCalls, undoneInPart, notUndone } }: Report): string => {
  const part = (undoneInPart ?? 0) > 0 ? `, ${number(undoneInPart ?? 0)} of them only in part` : '';
  const parts = [
    ...((undoneCalls ?? 0) > 0 ? [`The guard undid ${plural(undoneCalls ?? 0, 'call')} by itself${part}.`] : []),
    ...((notUndone ?? 0) > 0 ? [`${plural(notUndone ?? 0, 'call')} could not be undone.`] : []),
  ];
  return parts.join(' ');
};

const gaps = ({ coverage: { regions, unreadableKeys, hoursWithoutHeartbeat } }: Report): string => {
  const parts = [
    ...(regions.unreadable > 0 ? [`${plural(regions.unreadable, 'Region')} could not be read`] : []),
    ...(regions.partial > 0 ? [`${plural(regions.partial, 'Region')} only in part`] : []),
    ...(unreadableKeys.length > 0 ? [`${plural(unreadableKeys.length, 'key')} not fully`] : []),
    ...((hoursWithoutHeartbeat ?? 0) > 0
      ? [`${plural(Math.ceil(hoursWithoutHeartbeat ?? 0), 'hour')} went by without a heartbeat`]
      : []),
  ];
  return parts.length === 0 ? '' : `Not seen: ${parts.join(', ')}.`;
};
