/**
 * When the next call may go, as a pure value on any clock. Calls are spread evenly rather than bunched: KMS counts whole
 * seconds, and a bunch at the end of one second and another at the start of the next would be twice the share.
 */
export type Pace = {
  /** The most calls a second, ever. */
  readonly ceiling: number;
  /** The part of the ceiling in force right after the last throttling, and when that was. */
  readonly slowed: { readonly part: number; readonly at: number } | null;
  /** Milliseconds on the clock: nothing goes before. */
  readonly next: number;
};

/** A timer that fires late may catch up by this much, and the rate is lower by a little more, so that no second exceeds it. */
const slackInMilliseconds = 20;
const lowerBy = 1.022;
/** From the deepest cut back to the ceiling. */
const recoveryInMilliseconds = 120_000;
/** However hard it is throttled, a sweep never starves. */
const leastPart = 0.05;
/** Calls that were in flight together are throttled together: that is one sign, not many. */
const oneSignInMilliseconds = 1_000;

export const startPace = (ceiling: number): Pace => ({ ceiling, slowed: null, next: Number.NEGATIVE_INFINITY });

/** The part of the ceiling in force: it grows back in a straight line. */
const partAt = ({ slowed }: Pace, now: number): number =>
  slowed === null ? 1 : Math.min(1, slowed.part + Math.max(0, now - slowed.at) / recoveryInMilliseconds);

/** Calls a second in force now. */
export const rateAt = (pace: Pace, now: number): number => pace.ceiling * partAt(pace, now);

/** Milliseconds to wait before the next call; 0 or less means that it may go now. */
export const waitOf = (pace: Pace, now: number): number => pace.next - now;

/** One call went at `now`, which was not before `next`. */
export const taken = (pace: Pace, now: number): Pace => {
  const mayCatchUp = 1_000 / pace.ceiling < slackInMilliseconds;
  const slack = mayCatchUp ? slackInMilliseconds : 0;
  const rate = mayCatchUp ? rateAt(pace, now) / lowerBy : rateAt(pace, now);
  return { ...pace, next: Math.max(pace.next, now - slack) + 1_000 / rate };
};

/** AWS throttled a call: half of what was in force, once for all calls of the same moment. */
export const throttled = (pace: Pace, now: number): Pace => {
  if (pace.slowed !== null && now - pace.slowed.at < oneSignInMilliseconds) return pace;
  return { ...pace, slowed: { part: Math.max(leastPart, partAt(pace, now) / 2), at: now } };
};
