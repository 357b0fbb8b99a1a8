import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { diffPolicies, evaluate } from '../../shared/policy/index.ts';
import { outsiderRequest } from '../support/outsider-arbitraries.ts';
import { KEY, type PolicyDocument, policyDocument } from '../support/policy-arbitraries.ts';
import { analyzed, numRuns, readable, zone } from '../support/random-policy.ts';

const options = { timeout: 300_000 };
const PEOPLE = ['public', 'external', 'conditional'];

/** Actions that people, or services, can do from outside: which class is named first may change with a Deny. */
const outsideOf = (document: PolicyDocument): ReadonlySet<string> =>
  new Set(
    analyzed(document).access.flatMap((one) => {
      const kind = PEOPLE.includes(one.who) ? 'people' : one.who;
      return kind === 'people' || kind === 'service' ? one.actions.map((action) => `${kind} ${action}`) : [];
    }),
  );

describe('Deny and diff', () => {
  it('a Deny more never adds access', options, () => {
    fc.assert(
      fc.property(policyDocument, policyDocument, (document, other) => {
        const denies = other.Statement.map((one) => ({ ...one, Effect: 'Deny' }));
        const before = outsideOf(document);
        const after = outsideOf({ ...document, Statement: [...document.Statement, ...denies] });
        expect([...after].filter((action) => !before.has(action))).toEqual([]);
      }),
      { numRuns },
    );
  });

  it('nobody gains by a policy against itself, however it is written', options, () => {
    fc.assert(
      fc.property(policyDocument, (document) => {
        const after = readable({ ...document, Statement: document.Statement.toReversed() });
        const { gained, lost, becamePublic } = diffPolicies({ before: readable(document), after }, zone, {
          keyArn: KEY,
        });
        expect({ gained, lost, becamePublic }).toEqual({ gained: [], lost: [], becamePublic: false });
      }),
      { numRuns },
    );
  });

  it('proves every gain by a request that only the new policy permits', options, () => {
    fc.assert(
      fc.property(policyDocument, policyDocument, (one, other) => {
        const [before, after] = [readable(one), readable(other)];
        const { gained } = diffPolicies({ before, after }, zone, { keyArn: KEY });
        for (const { witness } of gained) {
          if (witness === null) continue;
          const principalType = witness.principal.startsWith('arn:') ? 'AWS' : 'Service';
          const request = { ...witness, principalType, resource: KEY } as const;
          expect([evaluate(before, request).decision === 'Allow', evaluate(after, request).decision]).toEqual([
            false,
            'Allow',
          ]);
        }
      }),
      { numRuns: Math.ceil(numRuns / 2) },
    );
  });

  // Else the next property asks for what AWS cannot send, and the search rightly knows nothing of it.
  it('asks with a value of the encryption context exactly where its name is listed', () => {
    fc.assert(
      fc.property(outsiderRequest, ({ context }) => {
        const names = [context['kms:EncryptionContextKeys'] ?? []].flat();
        expect(names.includes('App')).toBe('kms:EncryptionContext:App' in context);
      }),
      { numRuns },
    );
  });

  it('misses no gain from outside', options, () => {
    fc.assert(
      fc.property(
        policyDocument,
        policyDocument,
        fc.array(outsiderRequest, { minLength: 15, maxLength: 15 }),
        (one, other, requests) => {
          const [before, after] = [readable(one), readable(other)];
          const { gained } = diffPolicies({ before, after }, zone, { keyArn: KEY });
          for (const request of requests) {
            if (evaluate(after, request).decision !== 'Allow' || evaluate(before, request).decision === 'Allow')
              continue;
            const found = gained.some(({ actions }) => actions.includes(request.action));
            expect({ request, found }).toEqual({ request, found: true });
          }
        },
      ),
      { numRuns: Math.ceil(numRuns / 2) },
    );
  });
});
