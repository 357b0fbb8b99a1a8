const millisecondsInDay = 86_400_000;

/** Whole days from an ISO 8601 date to `now` (milliseconds); NaN for a text that is no date, which passes no threshold. */
export const daysSince = (date: string, now: number): number =>
  Math.floor((now - Date.parse(date)) / millisecondsInDay);
