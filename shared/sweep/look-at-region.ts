import type { GuardSettings } from '../evaluate.ts';
import { regionFacts, type RegionSources } from '../facts/gather.ts';
import { judge, needsOf, regionRulesFor } from '../judge.ts';
import type { Clock } from '../ports.ts';
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

type Looked = {
  readonly look: RegionLook;
  /** What could not be read, in words. */
  readonly unread: readonly string[];
};

/** Null where no rule about a Region is in play: then nothing is asked. */
export const lookAtRegion = async (
  place: RegionSources & {
    readonly account: string;
    readonly region: string;
    readonly settings: GuardSettings;
    readonly clock: Clock;
  },
): Promise<Looked | null> => {
  const { account, region, trails, forwarding, settings, clock } = place;
  const rules = regionRulesFor(settings.rules, settings.config);
  if (rules.length === 0) return null;
  const needs = needsOf(rules);
  const patient: RegionSources = {
    trails: { trails: () => patiently(clock, trails.trails) },
    forwarding: forwarding === null ? null : { forwarding: () => patiently(clock, forwarding.forwarding) },
  };
  const now = clock.now();
  const facts = await regionFacts({ account, region }, patient, needs);
  const verdicts = judge(rules, { call: null, facts, config: settings.config, now, guardRoles: settings.ownRoles });
  const clear = verdicts.flatMap(({ rule, verdict }) =>
    verdict.verdict === 'compliant' || verdict.verdict === 'notApplicable' ? [rule.id] : [],
  );
  const findings = sweepFindings(verdicts, { facts, config: settings.config, now });
  const at = new Date(now).toISOString();
  const unread = regionFactNames.flatMap(([name, words]) => {
    const fact = facts[name];
    return fact.known || !needs.has(name) ? [] : [`${words} could not be read: ${fact.detail}`];
  });
  return { look: { kind: 'region', account, region, at, findings, clear }, unread };
};

const regionFactNames = [
  ['trails', 'its trails'],
  ['forwarding', 'what passes its calls on'],
] as const;
