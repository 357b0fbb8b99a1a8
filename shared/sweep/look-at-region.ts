import type { GuardSettings } from '../evaluate.ts';
import type { Fact } from '../facts/facts.ts';
import { regionFacts } from '../facts/gather.ts';
import { judge, regionRulesFor } from '../judge.ts';
import type { Clock, TrailReader } from '../ports.ts';
import { patiently } from './patience.ts';
import { type SweepFinding, sweepFindings } from './sweep-finding.ts';

/** What the rules about an account in a Region came to: findings without a key. */
export type RegionLook = {
  readonly kind: 'region';
  readonly account: string;
  readonly region: string;
  /** When the look began, ISO 8601. */
  readonly at: string;
  readonly findings: readonly SweepFinding[];
  /** Rules that found nothing to flag: their findings are resolved. */
  readonly clear: readonly string[];
};

type Looked = { readonly look: RegionLook; readonly trails: Fact<unknown> };

/** Null where no rule about a Region is in play: then nothing is asked. */
export const lookAtRegion = async (place: {
  readonly account: string;
  readonly region: string;
  readonly trails: TrailReader;
  readonly settings: GuardSettings;
  readonly clock: Clock;
}): Promise<Looked | null> => {
  const { account, region, trails, settings, clock } = place;
  const rules = regionRulesFor(settings.rules, settings.config);
  if (rules.length === 0) return null;
  const patient: TrailReader = { trails: () => patiently(clock, trails.trails) };
  const now = clock.now();
  const facts = await regionFacts({ account, region }, patient);
  const verdicts = judge(rules, { call: null, facts, config: settings.config, now, guardRoles: settings.ownRoles });
  const clear = verdicts.flatMap(({ rule, verdict }) =>
    verdict.verdict === 'compliant' || verdict.verdict === 'notApplicable' ? [rule.id] : [],
  );
  const findings = sweepFindings(verdicts, { facts, config: settings.config, now });
  const at = new Date(now).toISOString();
  return { look: { kind: 'region', account, region, at, findings, clear }, trails: facts.trails };
};
