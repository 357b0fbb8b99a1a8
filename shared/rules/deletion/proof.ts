import type { CallOf } from '../../calls/call.ts';
import type { FactName } from '../../facts/facts.ts';
import type { JudgeInput, Reason } from '../define-rule.ts';
import { protectedByList, protectedByTag, protectionTexts } from '../protection.ts';
import { reasonsOf, unknownData } from '../reason.ts';
import { usageReasons, usageTexts } from '../usage.ts';
import { bondReasons, bondTexts } from './bonds.ts';
import { schedulingReasons, schedulingTexts } from './scheduling.ts';

/** The text of each reason why a deletion is not proven safe. */
export const proofTexts = {
  ...usageTexts,
  ...bondTexts,
  ...protectionTexts,
  ...schedulingTexts,
  factUnknown: 'Its {fact} could not be read ({reason}): {detail}',
} as const;
const reason = reasonsOf(proofTexts);

/** What the proof stands on, besides the last use, whose ways of being unknown have reasons of their own. */
const proofFacts = ['metadata', 'aliases', 'tags', 'grants', 'history'] as const satisfies readonly FactName[];
export const proofNeeds: readonly FactName[] = [...proofFacts, 'lastUse'];

/** Everything that stands against deleting this key; empty only when the deletion is proven safe. Unknown is not safe. */
export const reasonsAgainst = (
  { facts, config, now }: JudgeInput,
  call: CallOf<'ScheduleKeyDeletion'> | null,
): readonly Reason[] => [
  ...usageReasons(facts.lastUse, config, now),
  ...bondReasons(facts, call),
  ...protectedByTag(facts.tags, config),
  ...protectedByList(facts.keyArn, config),
  ...(call === null ? [] : schedulingReasons(call, config, facts.history)),
  ...proofFacts.flatMap((name) => {
    const fact = facts[name];
    return fact.known ? [] : [reason('factUnknown', unknownData(name, fact))];
  }),
];
