/** Which hours the whole path was proved open: what a report's gaps are made from. */
export type Heartbeats = {
  /** `at`, ISO 8601: when it was due; `now` in milliseconds since the epoch. Twice is harmless. */
  readonly seen: (beat: { readonly guard: string; readonly at: string; readonly now: number }) => Promise<void>;
  /** The hours (`2026-11-22T03`) between two times, both included, in which at least one came through. */
  readonly hours: (input: {
    readonly guard: string;
    readonly from: string;
    readonly to: string;
  }) => Promise<readonly string[]>;
};
