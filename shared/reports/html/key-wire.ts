/** How a key travels inside the page, from the report to its script: short, for there may be 100,000. No import: the browser reads it too. */

/** An index into the page's list of texts; -1 stands for "not known". */
export type TextRef = number;

export type WireFinding = readonly [
  rule: TextRef,
  /** Index in `severities`, 0 is `info`. */
  severity: number,
  state: 'open' | 'undecided' | 'waived',
  message: TextRef,
  /** `2026-11-22`. */
  firstSeen: string,
];

export type WireKey = readonly [
  keyId: string,
  /** The ARN up to the id. */
  arn: TextRef,
  account: TextRef,
  accountName: TextRef,
  region: TextRef,
  aliases: readonly string[] | null,
  state: TextRef,
  keySpec: TextRef,
  keyUsage: TextRef,
  origin: TextRef,
  multiRegion: TextRef,
  created: string | null,
  deletionDate: string | null,
  rotation: TextRef,
  rotationPeriodInDays: number | null,
  lastUse: readonly ['used', day: string, operation: TextRef] | readonly ['never' | 'unknown', day: string] | null,
  tags: readonly (readonly [name: string, value: string])[] | null,
  monthlyCost: readonly [usdFrom: number, usdTo: number] | null,
  findings: readonly WireFinding[],
];

export const pageSize = 50;
