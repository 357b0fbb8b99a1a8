import type { Outcome } from '../decision.ts';
import { plain } from '../rules/explain.ts';
import { listed } from '../rules/policy/words.ts';
import type { AccessChange, PolicyChange } from './policy-change.ts';

/** The change of a key policy in sentences: who gained access, who lost it. Nothing where nothing was compared. */
export const policyChangeLines = (change: PolicyChange | null, outcomes: readonly Outcome[]): readonly string[] => {
  if (change === null) return [];
  const undone = outcomes.some(
    ({ remedy, outcome }) => remedy === 'restoreKeyPolicy' && (outcome === 'done' || outcome === 'already-so'),
  );
  const since = `since the policy of ${change.since}${undone ? '; undone' : ''}`;
  const notes = [
    ...(change.becamePublic ? ['- The key became public: anyone with an AWS account gets in'] : []),
    ...(change.becameUnmanageable ? ['- Nobody in the account can change this policy any more'] : []),
  ];
  const gained = [...notes, ...sentences(change.gained, change.more.gained, gainedVerb)];
  const lost = sentences(change.lost, change.more.lost, lostVerb);
  return [
    '',
    `Who gained access (${since})`,
    ...(gained.length > 0 ? gained : ['- nobody']),
    ...(lost.length > 0 ? ['', `Who lost access (${since})`, ...lost] : []),
  ];
};

type Verb = (change: AccessChange) => string;

const gainedVerb: Verb = ({ certain, delegated }) => {
  if (delegated) return 'may now hand out by IAM policies';
  return certain ? 'can now call' : 'may now be able to call';
};
const lostVerb: Verb = ({ delegated }) => (delegated ? 'may no longer hand out by IAM policies' : 'can no longer call');

const sentences = (changes: readonly AccessChange[], more: number, verb: Verb): readonly string[] => [
  ...changes.map((change) => {
    const by = listed(change.statements.map((name) => `"${name}"`));
    return `- ${plain(`${change.subject} ${verb(change)} ${listed(change.actions)}, by ${by}`, sentenceLength)}`;
  }),
  ...(more > 0 ? [`- and ${more} more`] : []),
];

const sentenceLength = 600;
