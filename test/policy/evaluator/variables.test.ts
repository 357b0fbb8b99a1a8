import { describe, expect, it } from 'vitest';
import { resolveValue } from '../../../shared/policy/evaluator/variables.ts';
import {
  ANY,
  arnParts,
  asPattern,
  matchesArn,
  matchesWildcards,
  STAR,
} from '../../../shared/policy/evaluator/wildcards.ts';

const context = new Map([
  ['aws:username', ['ann*']],
  ['aws:calledvia', ['a', 'b']],
]);

describe('a policy value with variables', () => {
  it.each([
    ['${aws:username}', 'ann*'],
    ['<${ AWS:UserName }>${aws:username}', '<ann*>ann*'],
    ["${aws:username, 'x'}", 'ann*'],
    ["${aws:x, 'none'}", 'none'],
    ["${aws:x,'none' }!", 'none!'],
    ["${aws:x,  ''}", ''],
    ['${*}${?}${$}', '*?$'],
    ['${aws:username', '${aws:username'],
    ['}{$', '}{$'],
    ['', ''],
  ])('%s is %j', (text, wanted) => {
    expect(resolveValue(text, context, false)).toBe(wanted);
  });

  it.each([
    '${aws:x}',
    'a${aws:x}b',
    '${aws:calledvia}',
    "${aws:calledvia, 'x'}",
    '${aws:x, x}',
    "${aws:x, 'x' y}",
    "${aws:x, y 'x'}",
    '${}',
    '${, aws:username}',
  ])('%s has no value', (text) => {
    expect(resolveValue(text, context, false)).toBeNull();
  });

  it('has its own wildcards marked, and those of the variable not', () => {
    expect(resolveValue('*${aws:username}?${*}', context, true)).toBe(`${STAR}ann*${ANY}*`);
  });
});

describe('wildcards', () => {
  it.each([
    ['', [''], ['a']],
    ['*', ['', 'a', 'a*b'], []],
    ['a*', ['a', 'abc'], ['', 'ba']],
    ['*a', ['a', 'baa'], ['ab']],
    ['a?c', ['abc', 'a?c'], ['ac', 'abbc']],
    ['*ab*cd', ['abcd', 'xaabxcdcd'], ['abcdx', 'acbd']],
    ['a**b', ['ab', 'axb'], ['a']],
  ])('%s', (pattern, yes, no) => {
    expect(yes.map((value) => matchesWildcards(asPattern(pattern), value))).toEqual(yes.map(() => true));
    expect(no.map((value) => matchesWildcards(asPattern(pattern), value))).toEqual(no.map(() => false));
  });

  it('an ARN has six parts, the last with colons of its own', () => {
    expect(arnParts('arn:aws:iam::1')).toBeNull();
    expect(arnParts('a:b:c:d:e:f:g')).toEqual(['a', 'b', 'c', 'd', 'e', 'f:g']);
    expect(matchesArn(arnParts(asPattern('a:*:c:d:e:f*')) ?? [], ['a', 'x', 'c', 'd', 'e', 'f:g'])).toBe(true);
    expect(matchesArn(arnParts(asPattern('a:*:c:d:e:f*')) ?? [], ['a', 'x', 'c', 'd', 'E', 'f:g'])).toBe(false);
  });
});
