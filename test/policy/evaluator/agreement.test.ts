import fc from 'fast-check';
import { expect, it } from 'vitest';
import { evaluate } from '../../../shared/policy/evaluator/evaluate.ts';
import { parsePolicy } from '../../../shared/policy/parse.ts';
import { plainDecision } from '../../support/plain-evaluator.ts';
import { policyDocument } from '../../support/policy-arbitraries.ts';
import { keyRequest } from '../../support/request-arbitraries.ts';

/** `POLICY_REQUESTS=100000` asks as many as the issue does; the everyday run asks fewer. */
const numRuns = Number(process.env['POLICY_REQUESTS'] ?? 4_000);

it(`agrees with a second, plainly written evaluator on ${numRuns} random requests`, { timeout: 300_000 }, () => {
  const requests = fc.array(keyRequest, { minLength: 4, maxLength: 4 });
  let asked = 0;
  const decisions = new Set<string>();
  fc.assert(
    fc.property(policyDocument, requests, (document, asks) => {
      const parsed = parsePolicy(JSON.stringify(document));
      if (parsed.policy === null) throw new Error('the generator made no policy');
      for (const request of asks) {
        for (const reading of ['broad', 'narrow'] as const) {
          const { decision } = evaluate(parsed.policy, request, reading);
          decisions.add(decision);
          expect({ reading, decision }).toEqual({ reading, decision: plainDecision(document, request, reading) });
        }
        asked += 1;
      }
    }),
    { numRuns: Math.ceil(numRuns / 4) },
  );
  expect(asked).toBeGreaterThanOrEqual(numRuns);
  expect([...decisions].toSorted()).toEqual(['Allow', 'ExplicitDeny', 'ImplicitDeny']);
});
