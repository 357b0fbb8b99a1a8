import { matchesArnPattern } from './arn-pattern.ts';
import type { Waiver } from './config/config.ts';

const millisecondsInDay = 86_400_000;

/** A waiver holds to the end of its last day, UTC. */
export const waiverEnds = (waiver: Waiver): number => Date.parse(waiver.expires) + millisecondsInDay;

export type WaiverAnswer =
  | { readonly waived: 'yes'; readonly waiver: Waiver }
  | { readonly waived: 'expired'; readonly waiver: Waiver }
  | { readonly waived: 'no' };

/** Is this rule waived for this key now? One that holds wins over one that has expired. */
export const waiverFor = (
  waivers: readonly Waiver[],
  subject: { readonly rule: string; readonly keyArn: string | null; readonly now: number },
): WaiverAnswer => {
  const { rule, keyArn, now } = subject;
  if (keyArn === null) return { waived: 'no' };
  const matching = waivers.filter(
    (waiver) => waiver.rule === rule && waiver.keys.some((pattern) => matchesArnPattern(pattern, keyArn)),
  );
  const holding = matching.find((waiver) => now < waiverEnds(waiver));
  if (holding !== undefined) return { waived: 'yes', waiver: holding };
  const expired = matching[0];
  return expired === undefined ? { waived: 'no' } : { waived: 'expired', waiver: expired };
};
