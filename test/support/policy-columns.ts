import { expect, test } from 'vitest';
import { unknown } from '../../shared/facts/facts.ts';
import type { Rule, Verdict } from '../../shared/rules/define-rule.ts';
import { account, allow, policyText, put, putPolicy, withPolicy } from './perfect-policy.ts';
import { inputWith, perfectFacts, withMetadata } from './perfect-key.ts';
import { accountStatement, adminStatement, perfectPolicy } from './policy-text.ts';
import { type Right, reasonIds, type Wrong } from './two-columns.ts';

const failure = { errorCode: 'AccessDenied', errorMessage: null };

/** What no rule about a key policy judges. `bad`: a policy that the rule flags. */
export const notJudged = (bad: string): readonly Right[] => [
  {
    name: 'a failed attempt',
    verdict: 'notApplicable',
    input: put(bad, { call: { ...putPolicy, failure } }),
  },
  { name: 'a dry run', verdict: 'notApplicable', input: put(bad, { call: { ...putPolicy, dryRun: true } }) },
  {
    name: 'an AWS managed key',
    verdict: 'notApplicable',
    input: inputWith({ facts: withMetadata(withPolicy(bad), { keyManager: 'AWS' }) }),
  },
];

/** What no rule about a key policy takes for safe. */
export const inDoubt = (): readonly Wrong[] => [
  {
    name: 'the policy cannot be read',
    verdict: 'undetermined',
    message: 'unreadable',
    input: inputWith({ call: putPolicy, facts: { ...perfectFacts, policy: unknown('access-denied', 'no') } }),
    data: { fact: 'policy', reason: 'access-denied' },
  },
  {
    name: 'the key is gone',
    verdict: 'undetermined',
    message: 'gone',
    input: inputWith({ facts: { ...perfectFacts, policy: unknown('not-found', 'no such key') } }),
  },
  {
    name: 'the policy is no JSON',
    verdict: 'undetermined',
    message: 'refused',
    input: put('{'),
    data: { path: '$' },
  },
  {
    name: 'the policy holds what KMS refuses',
    verdict: 'undetermined',
    message: 'refused',
    input: put(
      policyText([
        accountStatement,
        adminStatement,
        allow({ Action: 'kms:DescribeKey', Principal: { AWS: `arn:aws:iam::${account}:role/*` } }),
      ]),
    ),
    data: { path: '$.Statement[2].Principal.AWS' },
  },
];

/** The perfect policy, put just now and found by a sweep. */
export const perfectPolicyRows = (): readonly Right[] => [
  { name: 'the perfect policy, put just now', input: put(perfectPolicy) },
  { name: 'the perfect policy, in a sweep', input: inputWith({ facts: withPolicy(perfectPolicy) }) },
];

/** Each message and reason of the rule comes out of some input of its column. */
export const reachesEveryText = (rule: Rule, violating: readonly Wrong[]): void => {
  test(`${rule.id}: every text is reached`, () => {
    const ids = violating.flatMap(({ input }) => idsOf(rule.judge(input)));
    expect([...new Set(ids)].sort()).toEqual(Object.keys(rule.messages).sort());
  });
};

const idsOf = (verdict: Verdict): readonly string[] =>
  'message' in verdict ? [verdict.message, ...reasonIds(verdict)] : [];

/** Whether the guard may act on the verdict. */
export const remediable = (rule: Rule, verdict: Verdict): boolean =>
  verdict.verdict === 'violation' && rule.remedy !== null && verdict.remedy !== null;

const marks = '?'.repeat(24);

/** No request meets it, and to find that out takes more steps than there are: condition values for one key. */
export const tooHard = (key: string): Readonly<Record<string, unknown>> => ({
  StringLike: { [key]: `*a${marks}` },
  StringNotLike: { [key]: [`*a${marks}*`, `*b${marks}`, `*c${marks}c*`] },
});
