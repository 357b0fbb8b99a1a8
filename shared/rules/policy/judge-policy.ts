import type { PolicyError } from '../../policy/index.ts';
import { type JudgeInput, notApplicable, type Verdict } from '../define-rule.ts';
import { cut, undeterminedBy, undeterminedTexts } from '../reason.ts';
import { readPolicy, type ReadPolicy } from './analysis.ts';

/** The texts of `judgePolicy`. */
export const policyTexts = {
  ...undeterminedTexts,
  refused: 'The key policy cannot be read with certainty, at {path}: {problem}',
} as const;

/** Calls after which a key has another policy. A replica's own CreateKey event in its Region stands for ReplicateKey. */
export const policyCalls = ['PutKeyPolicy', 'CreateKey'] as const;

/**
 * Judges the key policy in force, whatever the event said of it. AWS writes the policies of AWS managed keys itself: nobody
 * can change them. What cannot be read with certainty is never compliant and justifies no remedy.
 */
export const judgePolicy = (input: JudgeInput, judge: (read: ReadPolicy) => Verdict): Verdict => {
  const { call, facts, config } = input;
  if (call !== null && (call.failure !== null || call.dryRun)) return notApplicable;
  const { metadata, policy } = facts;
  if (metadata.known && metadata.value.keyManager === 'AWS') return notApplicable;
  if (!policy.known) return undeterminedBy('policy', policy);
  const reading = readPolicy(facts, policy.value, config);
  if (!reading.readable) return refused(reading.errors);
  const verdict = judge(reading.read);
  const { errors } = reading.read;
  if (errors.length === 0) return verdict;
  if (verdict.verdict === 'compliant') return refused(errors);
  return verdict.verdict === 'violation' ? { ...verdict, remedy: null } : verdict;
};

const refused = (errors: readonly PolicyError[]): Verdict => ({
  verdict: 'undetermined',
  message: 'refused',
  data: {
    problem: cut(errors[0]?.message ?? 'unknown'),
    path: cut(errors[0]?.path ?? '$'),
    count: errors.length,
  },
});
