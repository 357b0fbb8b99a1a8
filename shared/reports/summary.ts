import { dayOf, number, plural } from './words.ts';
import { isPending } from './key-figures.ts';
import type { Report } from './report.ts';

/** How a reader should feel: `blind` where the sweep is missing, which is never good news. */
export type Tone = 'calm' | 'attention' | 'urgent' | 'blind';

/** The report in a few plain sentences, for the head of a page, a subject line or a chat. */
export type Summary = { readonly tone: Tone; readonly sentence: string; readonly more: readonly string[] };

export const summarize = (report: Report): Summary => ({
  ...verdict(report),
  more: [changes(report), deletions(report), deeds(report), gaps(report)].filter((text) => text !== ''),
});

const verdict = ({ sweep, headline: { open, openTotal } }: Report): Omit<Summary, 'more'> => {
  if (sweep === null) {
    return { tone: 'blind', sentence: 'No sweep ended in this period, so this report cannot say how the keys are.' };
  }
  const { critical, high } = open;
  if (critical > 0) {
    return {
      tone: 'urgent',
      sentence: `${plural(critical, 'critical finding')} ${isOrAre(critical)} open and should be dealt with now.`,
    };
  }
  if (high > 0) {
    return {
      tone: 'attention',
      sentence: `Nothing critical is open; ${plural(high, 'finding')} of high severity ${isOrAre(high)}.`,
    };
  }
  const read = sweep.state === 'complete' ? '' : ' in what could be read';
  const rest =
    openTotal === 0 ? 'no finding is open' : `${plural(openTotal, 'smaller finding')} ${isOrAre(openTotal)} open`;
  return sweep.state === 'complete'
    ? { tone: 'calm', sentence: `Nothing critical or high is open; ${rest}.` }
    : { tone: 'attention', sentence: `Nothing critical or high is open${read}; ${rest}.` };
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

const deeds = ({ headline: { undoneCalls } }: Report): string =>
  undoneCalls === null || undoneCalls === 0 ? '' : `The guard undid ${plural(undoneCalls, 'call')} by itself.`;

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
