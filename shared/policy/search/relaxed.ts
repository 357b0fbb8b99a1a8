import { absentTruth, type Entry, isUncertain } from './atoms.ts';
import type { Domain } from './domain.ts';
import type { Question, Use } from './search.ts';
import type { Relaxation } from './variable-choices.ts';

/**
 * The same question with every condition on a present variable taken for granted, as far as the variable decides it: when
 * this is a no, so is the whole. A key that cannot be there decides by its absence, and what a fact says is no way out of a Deny.
 */
export const relaxed = (question: Question, { present }: Relaxation, domainOf: (key: string) => Domain): Question => {
  const open = (entry: Entry): boolean => entry.variables.some((name) => present.has(name));
  const absent = (entry: Entry): boolean => domainOf(entry.key).absent === 'only';
  const facts = question.facts.map((use) => keep(use, (entry) => !open(entry) || absent(entry)));
  const said = new Set(question.facts.flatMap(({ clause }) => clause.entries.filter(isSure).map(meaning)));
  const avoid = question.avoid.flatMap((use): readonly Use[] => {
    const undecided = use.clause.entries.filter(
      (entry) => open(entry) && !said.has(meaning(entry)) && !(absent(entry) && absentTruth(entry.condition, use.side)),
    );
    if (undecided.length > 0) return [];
    return [keep(use, (entry) => !open(entry))];
  });
  return { ...question, facts, avoid };
};

const keep = ({ clause, side }: Use, kept: (entry: Entry) => boolean): Use => ({
  side,
  clause: { ...clause, entries: clause.entries.filter(kept) },
});

/** Read alike on both sides, whatever a variable turns out to be: an ARN may turn out malformed. */
const isSure = (entry: Entry): boolean => !isUncertain(entry) && entry.condition.operator.family !== 'arn';

/** Under another version the same text may mean something else. */
const meaning = ({ condition, key, substitutes }: Entry): string =>
  JSON.stringify([condition.operator.text.toLowerCase(), key, condition.values.toSorted(), substitutes]);
