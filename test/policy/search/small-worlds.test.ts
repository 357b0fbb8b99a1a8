import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evaluate, type KeyRequest, withCallerKeys } from '../../../shared/policy/index.ts';
import { allow, analysisOf, deny, KEY_ARN, type Part, policyOf } from '../../support/policy-fixtures.ts';
import { numRuns } from '../../support/random-policy.ts';

/** Worlds so small that every request can be tried: the search must find an access exactly when there is one. */

const TAGS = ['aws:PrincipalTag/x', 'aws:PrincipalTag/y', 'aws:PrincipalTag/z'];
/** Beside the texts that conditions name, one of each kind that their patterns tell apart. */
const VALUES = [null, 'a', 'ab', 'b', 'c', 'ac', 'cb', 'acb'];

const worlds: readonly KeyRequest[] = VALUES.flatMap((x) =>
  VALUES.flatMap((y) =>
    VALUES.map((z) => {
      const held = [x, y, z].flatMap((value, i): [string, string][] =>
        value === null ? [] : [[TAGS[i] ?? '', value]],
      );
      return withCallerKeys({
        principal: 'arn:aws:iam::123456789012:role/stranger',
        principalType: 'AWS',
        action: 'kms:Sign',
        resource: KEY_ARN,
        context: Object.fromEntries(held),
      });
    }),
  ),
);

const texts = fc.uniqueArray(fc.constantFrom('a', 'ab', 'b'), { minLength: 1, maxLength: 2 });
const patterns = fc.uniqueArray(fc.constantFrom('a*', '*b', 'a*b', '*'), { minLength: 1, maxLength: 2 });
const suffix = fc.constantFrom('', '', 'IfExists');
const test = fc.oneof(
  fc.tuple(fc.constantFrom('StringEquals', 'StringNotEquals'), suffix, texts),
  fc.tuple(fc.constantFrom('StringLike', 'StringNotLike'), suffix, patterns),
  fc.tuple(fc.constant('Null'), fc.constant(''), fc.constantFrom(['true'], ['false'])),
);
const block = (maxLength: number): fc.Arbitrary<Part> =>
  fc.array(fc.tuple(test, fc.constantFrom(...TAGS)), { minLength: 1, maxLength }).map((tests) => {
    const condition: Record<string, Record<string, readonly string[]>> = {};
    for (const [[operator, end, values], key] of tests) (condition[operator + end] ??= {})[key] = values;
    return condition;
  });

const strangers = (statements: readonly Part[]) => {
  const { access, complete, uncertified } = analysisOf(statements);
  return { access: access.filter(({ who }) => who === 'public'), complete, uncertified };
};

describe('a small world', () => {
  it('has an access exactly when some request of all is allowed', () => {
    let [some, none] = [0, 0];
    fc.assert(
      fc.property(block(2), fc.array(block(3), { maxLength: 5 }), (first, denied) => {
        const statements = [
          allow('*', 'kms:Sign', { Condition: first }),
          ...denied.map((one) => deny('kms:Sign', one)),
        ];
        const policy = policyOf(...statements);
        const allowed = worlds.filter((request) => evaluate(policy, request).decision === 'Allow');
        const found = strangers(statements);
        expect([found.complete, found.uncertified]).toEqual([true, 0]);
        expect(found.access.length > 0).toBe(allowed.length > 0);
        if (allowed.length > 0) some += 1;
        else none += 1;
      }),
      { numRuns: numRuns * 2 },
    );
    expect(Math.min(some, none)).toBeGreaterThan(0);
  });

  it('has what two Allows give, each for itself', () => {
    fc.assert(
      fc.property(block(2), block(2), fc.array(block(2), { maxLength: 3 }), (first, second, denied) => {
        const denies = denied.map((one) => deny('kms:Sign', one));
        const alone = (Condition: Part) =>
          strangers([allow('*', 'kms:Sign', { Condition }), ...denies]).access.length > 0;
        const both = strangers([
          allow('*', 'kms:Sign', { Sid: 'A', Condition: first }),
          allow('*', 'kms:Sign', { Sid: 'B', Condition: second }),
          ...denies,
        ]);
        expect(both.access.length > 0).toBe(alone(first) || alone(second));
      }),
      { numRuns: numRuns * 2 },
    );
  });
});
