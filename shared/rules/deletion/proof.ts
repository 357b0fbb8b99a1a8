import type { CallOf } from '../../calls/call.ts';
import type { FactName, Facts, Unknown } from '../../facts/facts.ts';
import type { JudgeInput, Reason } from '../define-rule.ts';
import {
  protectedByList,
  protectedByTag,
  protectionTexts,
  unprotectedLately,
  unprotectedTexts,
} from '../protection.ts';
import { reasonsOf, unknownData } from '../reason.ts';
import { usageReasons, usageTexts } from '../usage.ts';
import { bondReasons, bondTexts } from './bonds.ts';
import { schedulingReasons, schedulingTexts } from './scheduling.ts';

/** The text of each reason why a deletion is not proven safe. */
export const proofTexts = {
  ...usageTexts,
  ...bondTexts,
  ...protectionTexts,
  ...unprotectedTexts,
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
  ...unprotectedLately(facts.tags, facts.history, config),
  ...protectedByList(facts.keyArn, config),
  ...(call === null ? [] : schedulingReasons(call, config, facts.history)),
  ...unknownReasons(facts),
];

/** Facts that are unknown for one and the same reason are one reason: offline they all are. */
const unknownReasons = (facts: Facts): readonly Reason[] => {
  const groups = new Map<string, { readonly why: Unknown; readonly names: FactName[] }>();
  for (const name of proofFacts) {
    const fact = facts[name];
    if (fact.known) continue;
    const id = `${fact.reason} ${fact.detail}`;
    const group = groups.get(id) ?? { why: fact, names: [] };
    groups.set(id, group);
    group.names.push(name);
  }
  return [...groups.values()].map(({ why, names }) => reason('factUnknown', unknownData(names.join(', '), why)));
};
