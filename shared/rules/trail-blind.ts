import type { Trail } from '../facts/trail.ts';
import { compliant, defineRule, type Verdict } from './define-rule.ts';
import { unknownData, violation } from './reason.ts';
import { type Coverage, coverageOf, trailTexts } from './trails/coverage.ts';

/**
 * EventBridge brings the calls that CloudTrail records only where a trail logs them. Whether a trail that leaves KMS out stops
 * them is not documented: taken to be so. EventBridge user guide, "AWS service events delivered via AWS CloudTrail".
 */
export const trailBlind = defineRule({
  id: 'trail-blind',
  title: 'No trail logs the calls that change keys: events are silent',
  guard: 'sweep',
  severity: 'high',
  watches: [],
  sweep: true,
  about: 'region',
  needs: ['trails'],
  remedy: null,
  controls: [],
  messages: {
    ...trailTexts,
    noTrail:
      'No trail covers account {account} in {region}: EventBridge brings the guard no call, and only a sweep sees what was done to keys',
    blind:
      'No trail logs the KMS calls of account {account} in {region} that change keys. {reasons}. Count on it that EventBridge ' +
      'brings the guard none, and that only a sweep sees what was done to keys',
    unreadable: 'The trails that cover account {account} in {region} could not be read ({reason}): {detail}',
    uncertain:
      'Whether a trail logs the KMS calls of account {account} in {region} that change keys is unknown. {reasons}',
  },
  remediation:
    'Let one trail log write management events of KMS in every Region (CreateTrail with IsMultiRegionTrail, StartLogging; ' +
    'PutEventSelectors without kms.amazonaws.com in ExcludeManagementEventSources).',
  judge: ({ facts: { trails, account, region } }) => {
    const place = { account, region };
    if (trails.known) return judgeTrails(trails.value, place);
    return { verdict: 'undetermined', message: 'unreadable', data: { ...place, ...unknownData('trails', trails) } };
  },
});

type Unseeing = Extract<Coverage, { readonly sees: false }>;

const judgeTrails = (
  trails: readonly Trail[],
  place: { readonly account: string; readonly region: string },
): Verdict => {
  if (trails.length === 0) return violation('noTrail', place);
  const coverage = trails.map(coverageOf);
  if (coverage.some(({ sees }) => sees)) return compliant;
  const unseeing = coverage.filter((each): each is Unseeing => !each.sees);
  const data = { ...place, reasons: unseeing.map((each) => each.reason) };
  const unknown = unseeing.filter(({ kind }) => kind === 'unknown');
  if (unknown.length === 0) return violation('blind', data);
  // Every member account is in that position: where the trail lives a sweep sees whether it logs.
  const elsewhere = unknown.every((each) => each.reason.id === 'unreadOrganizationTrail');
  return { verdict: 'undetermined', message: 'uncertain', data, ...(elsewhere ? { severity: 'low' as const } : {}) };
};
