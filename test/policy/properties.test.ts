import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { analyze, evaluate, parsePolicy, type PolicyAnalysis } from '../../shared/policy/index.ts';
import { outsiderRequest } from '../support/outsider-arbitraries.ts';
import { like } from '../support/plain-truth.ts';
import { KEY, type PolicyDocument, policyDocument } from '../support/policy-arbitraries.ts';
import { analyzed, numRuns, readable, zone } from '../support/random-policy.ts';
import { keyRequest } from '../support/request-arbitraries.ts';

const options = { timeout: 300_000 };

const verdicts = (analysis: PolicyAnalysis) => ({
  public: analysis.public,
  crossAccount: analysis.crossAccount,
  service: analysis.service,
  manageable: analysis.manageable,
  access: [
    ...new Set(analysis.access.flatMap((one) => one.actions.map((action) => `${one.who} ${one.principal} ${action}`))),
  ].toSorted(),
});

describe('the analysis is sound and complete', () => {
  it('proves every access by a request that the evaluator permits', options, () => {
    fc.assert(
      fc.property(policyDocument, (document) => {
        const policy = readable(document);
        const { access, uncertified } = analyzed(document);
        expect(uncertified).toBe(0);
        for (const { witness, certain } of access) {
          if (witness === null) continue;
          const principalType = witness.principal.startsWith('arn:') ? 'AWS' : 'Service';
          const request = { ...witness, principalType, resource: KEY } as const;
          expect(evaluate(policy, request, certain ? 'narrow' : 'broad').decision).toBe('Allow');
        }
      }),
      { numRuns },
    );
  });

  it('misses no request from outside that the evaluator permits', options, () => {
    let permitted = 0;
    fc.assert(
      fc.property(policyDocument, fc.array(outsiderRequest, { minLength: 20, maxLength: 20 }), (document, requests) => {
        const policy = readable(document);
        const { access } = analyzed(document);
        for (const request of requests) {
          if (evaluate(policy, request).decision !== 'Allow') continue;
          permitted += 1;
          const service = request.principalType === 'Service';
          const found = access.some(
            (one) =>
              one.actions.includes(request.action) &&
              (service
                ? one.who === 'service' && like(one.principal, request.principal)
                : ['public', 'external', 'conditional'].includes(one.who)),
          );
          expect({ request, found }).toEqual({ request, found: true });
        }
      }),
      { numRuns },
    );
    expect(permitted).toBeGreaterThan(numRuns);
  });

  it('relies on nothing undocumented for a management level: the witness passes the narrow reading', options, () => {
    fc.assert(
      fc.property(policyDocument, (document) => {
        const { manageability } = analyzed(document);
        const { level, witness } = manageability;
        expect(witness === null).toBe(level === 'locked');
        if (witness !== null) expect(evaluate(readable(document), witness, 'narrow').decision).toBe('Allow');
      }),
      { numRuns },
    );
  });
});

describe('what makes no difference', () => {
  type Change = (statement: Record<string, unknown>, i: number) => Record<string, unknown>;
  const each =
    (change: Change) =>
    (document: PolicyDocument): PolicyDocument => ({ ...document, Statement: document.Statement.map(change) });
  const elements =
    (test: (name: string) => boolean, change: (values: readonly unknown[]) => unknown): Change =>
    (statement) =>
      Object.fromEntries(
        Object.entries(statement).map(([name, value]) => [name, test(name) ? change([value].flat()) : value]),
      );
  const isAction = (name: string): boolean => name.endsWith('Action');

  it.each([
    ['the names of statements', each((one, i) => ({ ...one, Sid: `renamed ${i}` }))],
    [
      'the order of statements',
      (document: PolicyDocument) => ({ ...document, Statement: document.Statement.toReversed() }),
    ],
    [
      'one string or a list of one',
      each(
        elements(
          (name) => isAction(name) || name === 'Resource',
          (values) => values,
        ),
      ),
    ],
    ['the case of actions', each(elements(isAction, (values) => values.map((text) => String(text).toUpperCase())))],
  ])('%s', options, (_name, change) => {
    fc.assert(
      fc.property(policyDocument, (document) => {
        expect(verdicts(analyzed(change(document)))).toEqual(verdicts(analyzed(document)));
      }),
      { numRuns },
    );
  });
});

describe('nothing crashes it', () => {
  it('whatever the text', options, () => {
    const nearly = policyDocument.map((document) => JSON.stringify(document));
    const cut = fc
      .tuple(nearly, fc.nat(400), fc.string({ maxLength: 5 }))
      .map(([text, at, noise]) => text.slice(0, at) + noise + text.slice(at + 1));
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json(), cut), (text) => {
        const { policy } = parsePolicy(text);
        if (policy !== null) expect(analyze(policy, zone).access).toBeInstanceOf(Array);
        expect(policy === null || parsePolicy(text).policy !== null).toBe(true);
      }),
      { numRuns: numRuns * 4 },
    );
  });

  it('whatever the request', options, () => {
    fc.assert(
      fc.property(
        policyDocument,
        keyRequest,
        fc.dictionary(fc.string(), fc.oneof(fc.string(), fc.array(fc.string()))),
        (document, request, context) => {
          expect(['Allow', 'ExplicitDeny', 'ImplicitDeny']).toContain(
            evaluate(readable(document), { ...request, context }).decision,
          );
        },
      ),
      { numRuns },
    );
  });
});
