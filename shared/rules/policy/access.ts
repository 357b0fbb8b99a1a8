import type { Access, KeyPolicy, Who } from '../../policy/index.ts';
import { compliant, type Reason, type Verdict, type VerdictData } from '../define-rule.ts';
import { cut, reasonsOf } from '../reason.ts';
import type { ReadPolicy } from './analysis.ts';
import { conditionsOf, listed, whoGetsIn, witnessText } from './words.ts';

/** Each way in, with its proof; also for programs, who find every part of the sentence under its own name. */
export const accessTexts = {
  access: '{subject} can call {actions}, by {statements}. Proof: {witness}',
  accessIf: '{subject} can call {actions}, by {statements}, if {conditions}. Proof: {witness}',
  accessUndocumented:
    '{subject} may be able to call {actions}, by {statements}, which AWS does not document. Example: {witness}',
  accessUnfinished:
    '{subject} may be able to call {actions}, by {statements}: the analysis spent its budget, which counts as access',
  accessMore: 'There are {count} more ways in',
} as const;
const reason = reasonsOf(accessTexts);

const shownWays = 10;

/** Ways in as reasons, proved ones first. */
export const accessReasons = (ways: readonly Access[], policy: KeyPolicy): readonly Reason[] => {
  const sorted = ways.toSorted((a, b) => rank(a) - rank(b));
  const more = sorted.length - shownWays;
  return [
    ...sorted.slice(0, shownWays).map((way) => wayReason(way, policy)),
    ...(more > 0 ? [reason('accessMore', { count: more })] : []),
  ];
};

const rank = ({ witness, certain }: Access): number => (witness === null ? 2 : certain ? 0 : 1);

const wayReason = (way: Access, policy: KeyPolicy): Reason => {
  const { who, principal, actions, statements, witness, certain } = way;
  const values = {
    who,
    principal: cut(principal, 190),
    subject: whoGetsIn(way),
    actions: listed(actions),
    actionCount: actions.length,
    canGrant: actions.includes('kms:CreateGrant'),
    statements: listed(statements.map((name) => `"${name}"`)),
    conditions: conditionsOf(policy, statements),
  };
  if (witness === null) return reason('accessUnfinished', values);
  const proof = {
    ...values,
    witness: witnessText(policy, who, witness),
    witnessPrincipal: cut(witness.principal, 190),
    witnessAction: witness.action,
  };
  if (!certain) return reason('accessUndocumented', proof);
  return reason(values.conditions === '' ? 'access' : 'accessIf', proof);
};

/** The ways in of some classes of caller: `open` when one is proved, `unfinished` when they only cannot be excluded. */
export const accessVerdict = (read: ReadPolicy, classes: readonly Who[]): Verdict => {
  const ways = read.analysis.access.filter(({ who }) => classes.includes(who));
  if (ways.length === 0) return compliant;
  const data = accessData(ways, read.policy);
  if (ways.every(({ witness }) => witness === null)) return { verdict: 'undetermined', message: 'unfinished', data };
  const sure = ways.some(({ certain }) => certain);
  return { verdict: 'violation', message: 'open', data, ...(sure ? {} : { remedy: null }) };
};

export const accessData = (ways: readonly Access[], policy: KeyPolicy): VerdictData => {
  const all = (of: (way: Access) => readonly string[]): readonly string[] =>
    [...new Set(ways.flatMap(of))].slice(0, 50).map((text) => cut(text, 190));
  return {
    principals: all(({ principal }) => [principal]),
    actions: all(({ actions }) => actions),
    statements: all(({ statements }) => statements),
    reasons: accessReasons(ways, policy),
  };
};
