/** Dates and numbers for people: in UTC and in English, whatever machine makes the report. */

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const two = (value: number): string => String(value).padStart(2, '0');

const undated = 'no date';

/** `22 Nov 2026`; a text that is no date is nowhere shown as one. */
export const dayOf = (time: string): string => {
  const date = new Date(time);
  if (Number.isNaN(date.getTime())) return undated;
  return `${date.getUTCDate()} ${months[date.getUTCMonth()] ?? ''} ${date.getUTCFullYear()}`;
};

/** `22 Nov`. */
export const shortDayOf = (time: string): string => dayOf(time).replace(/ \d+$/, '');

/** `22 Nov 2026, 06:00 UTC`. */
export const timeOf = (time: string): string => {
  const date = new Date(time);
  if (Number.isNaN(date.getTime())) return undated;
  return `${dayOf(time)}, ${two(date.getUTCHours())}:${two(date.getUTCMinutes())} UTC`;
};

/** A sentence with its ISO times as `timeOf` tells them: programs have the formats of their own. */
export const withTimes = (text: string): string =>
  text.replaceAll(/\b\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?Z\b/g, (time) =>
    Number.isNaN(Date.parse(time)) ? time : timeOf(time),
  );

/** Names that stand between backticks, which people read as quotes. */
export const prose = (text: string): string => text.replaceAll(/`([^`]+)`/g, '\u201C$1\u201D');

/** `12,345.6`. */
export const number = (value: number): string => {
  const [whole = '', part] = String(value).split('.');
  const grouped = whole.replaceAll(/\B(?=(?:\d{3})+$)/g, ',');
  return part === undefined ? grouped : `${grouped}.${part}`;
};

export const plural = (count: number, noun: string): string => `${number(count)} ${noun}${count === 1 ? '' : 's'}`;

/** `$12` or `$12 to $36`. */
export const usd = ({ usdFrom, usdTo }: { readonly usdFrom: number; readonly usdTo: number }): string =>
  usdFrom === usdTo ? `$${number(usdFrom)}` : `$${number(usdFrom)} to $${number(usdTo)}`;

/** `+3`, `-3` with a true minus, or `no change`. */
export const change = (by: number, unit = ''): string => {
  if (by === 0) return 'no change';
  return by > 0 ? `+${number(by)}${unit}` : `\u2212${number(-by)}${unit}`;
};
