import { plain } from '../rules/explain.ts';
import type { WaiverNotice } from '../waivers.ts';

/** Waivers that end soon or have ended: what they exempted is going to be flagged again. */
export type WaiverAlert = {
  readonly kind: 'waivers';
  readonly guard: 'sweep';
  /** `medium` once one has ended. */
  readonly severity: 'low' | 'medium';
  /** ISO 8601. */
  readonly at: string;
  readonly ending: number;
  readonly ended: number;
  /** The most urgent of them. */
  readonly waivers: readonly {
    readonly rule: string;
    readonly owner: string;
    readonly reason: string;
    readonly expires: string;
    readonly state: 'ending' | 'ended';
    /** The first few selectors. */
    readonly keys: readonly string[];
  }[];
};

const told = 20;
const keysTold = 3;
const cut = (text: string): string => plain(text, 120);

/** Null where there is nothing to tell. What ended more than `forgottenAfter` days ago is not told any more. */
export const waiverAlert = (notices: readonly WaiverNotice[], at: string): WaiverAlert | null => {
  const recent = notices.filter(({ state, days }) => state === 'ending' || days <= forgottenAfter);
  if (recent.length === 0) return null;
  const ended = recent.filter(({ state }) => state === 'ended').length;
  return {
    kind: 'waivers',
    guard: 'sweep',
    severity: ended > 0 ? 'medium' : 'low',
    at,
    ending: recent.length - ended,
    ended,
    waivers: recent.slice(0, told).map(({ waiver, state }) => ({
      rule: waiver.rule,
      owner: cut(waiver.owner),
      reason: cut(waiver.reason),
      expires: waiver.expires,
      state,
      keys: waiver.keys.slice(0, keysTold).map(cut),
    })),
  };
};

const forgottenAfter = 30;

export const waiverSubject = ({ severity, ending, ended }: WaiverAlert): string =>
  `[${severity.toUpperCase()}] ${headline(ending, ended)}`;

const headline = (ending: number, ended: number): string =>
  [
    ...(ended > 0 ? [`${counted(ended)} ended`] : []),
    ...(ending > 0 ? [`${counted(ending)} ${ending === 1 ? 'ends' : 'end'} soon`] : []),
  ].join(', ');

const counted = (count: number): string => `${count} waiver${count === 1 ? '' : 's'}`;

/** The text for people. */
export const waiverText = ({ severity, ending, ended, waivers }: WaiverAlert): string => {
  const more = ending + ended - waivers.length;
  return [
    `${severity.toUpperCase()}: ${headline(ending, ended)}`,
    '',
    ...waivers.map(
      ({ rule, owner, reason, expires, state, keys }) =>
        `- ${rule}: ${state === 'ended' ? 'ended' : 'ends'} ${expires}, ${owner}: ${reason} (${keys.join(', ')})`,
    ),
    ...(more > 0 ? [`- and ${more} more: kms-guard waivers check`] : []),
    '',
    'What to do',
    '- Ask each owner whether the exemption is still needed: renew it, or mend what it exempts. What has ended is flagged again.',
  ].join('\n');
};
