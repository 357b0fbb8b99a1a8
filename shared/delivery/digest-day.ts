/** Whose digest day a moment belongs to, and back. Days are `2026-11-23`, in the digest's time zone. */

type Hour = { readonly digestHour: number; readonly timeZone: string };

/** A line that is written while the digest is read must not fall between: so long before the hour, it waits for the next. */
const marginInMilliseconds = 10 * 60_000;
const dayInMilliseconds = 86_400_000;

/** The day of the next digest after `now`, milliseconds since the epoch. */
export const nextDigestDay = ({ digestHour, timeZone }: Hour, now: number): string => {
  const late = now + marginInMilliseconds;
  return hourIn(timeZone, late) < digestHour ? dayIn(timeZone, late) : dayAfter(dayIn(timeZone, late));
};

/** The day that a digest is for, by when it is due: a schedule may fire a little late, never early. */
export const digestDay = ({ timeZone }: Hour, due: number): string => dayIn(timeZone, due);

/** The one before: told again, in case that it was not, as when the clock skips the digest's hour. */
export const dayBefore = (day: string): string => shifted(day, -1);

const dayAfter = (day: string): string => shifted(day, 1);

const shifted = (day: string, days: number): string =>
  new Date(Date.parse(`${day}T12:00:00Z`) + days * dayInMilliseconds).toISOString().slice(0, 10);

const dayIn = (timeZone: string, time: number): string =>
  new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' }).format(time);

const hourIn = (timeZone: string, time: number): number =>
  Number(new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', hourCycle: 'h23' }).format(time));
