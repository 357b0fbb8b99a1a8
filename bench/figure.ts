/** What a benchmark found: with a goal and whether it was met, or for information only. */
export type Figure = {
  readonly bench: string;
  readonly metric: string;
  readonly value: number;
  readonly unit: string;
} & (
  | {
      /** Such as `>= 2`. */
      readonly goal: string;
      readonly ok: boolean;
    }
  | { readonly goal?: never; readonly ok?: never }
);

/** Prints one figure as a JSON line on stdout; a missed goal makes the exit status 1. */
export const figure = ({ bench, metric, value, unit, goal, ok = true }: Figure): void => {
  const rounded = Math.round(value * 1_000) / 1_000;
  process.stdout.write(`${JSON.stringify({ bench, metric, value: rounded, unit, goal, ok })}\n`);
  if (!ok) process.exitCode = 1;
};

/** The middle value; the mean of the two in the middle of an even number. */
export const median = (values: readonly number[]): number => {
  const sorted = values.toSorted((left, right) => left - right);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
};
