/** A time as ISO 8601 in UTC with milliseconds. What is no time, such as that of a forged file, becomes `otherwise`. */
export const timestampOf = (time: string, otherwise: string): string => {
  const milliseconds = Date.parse(time);
  if (!Number.isNaN(milliseconds)) return new Date(milliseconds).toISOString();
  return time === otherwise ? new Date(0).toISOString() : timestampOf(otherwise, otherwise);
};

/** The same in milliseconds since the epoch. */
export const millisecondsOf = (time: string, otherwise: string): number => Date.parse(timestampOf(time, otherwise));
