import { describe, expect, it } from 'vitest';
import { readOperator } from '../../shared/policy/operators.ts';

/** IAM User Guide, "IAM JSON policy elements: Condition operators". */

const EQUALS = { comparison: 'equals', negated: false } as const;
const DIFFERS = { comparison: 'equals', negated: true } as const;
const LESS = { comparison: 'less', negated: false } as const;
const AT_MOST = { comparison: 'lessOrEqual', negated: false } as const;
const MORE = { comparison: 'greater', negated: false } as const;
const AT_LEAST = { comparison: 'greaterOrEqual', negated: false } as const;

const OPERATORS = [
  ['StringEquals', 'string', EQUALS],
  ['StringNotEquals', 'string', DIFFERS],
  ['StringEqualsIgnoreCase', 'stringIgnoreCase', EQUALS],
  ['StringNotEqualsIgnoreCase', 'stringIgnoreCase', DIFFERS],
  ['StringLike', 'like', EQUALS],
  ['StringNotLike', 'like', DIFFERS],
  ['ArnEquals', 'arn', EQUALS],
  ['ArnLike', 'arn', EQUALS],
  ['ArnNotEquals', 'arn', DIFFERS],
  ['ArnNotLike', 'arn', DIFFERS],
  ['NumericEquals', 'numeric', EQUALS],
  ['NumericNotEquals', 'numeric', DIFFERS],
  ['NumericLessThan', 'numeric', LESS],
  ['NumericLessThanEquals', 'numeric', AT_MOST],
  ['NumericGreaterThan', 'numeric', MORE],
  ['NumericGreaterThanEquals', 'numeric', AT_LEAST],
  ['DateEquals', 'date', EQUALS],
  ['DateNotEquals', 'date', DIFFERS],
  ['DateLessThan', 'date', LESS],
  ['DateLessThanEquals', 'date', AT_MOST],
  ['DateGreaterThan', 'date', MORE],
  ['DateGreaterThanEquals', 'date', AT_LEAST],
  ['Bool', 'bool', EQUALS],
  ['IpAddress', 'ip', EQUALS],
  ['NotIpAddress', 'ip', DIFFERS],
  ['BinaryEquals', 'binary', EQUALS],
] as const;

describe.each(OPERATORS)('%s', (name, family, meaning) => {
  it('is read, in any case', () => {
    for (const text of [name, name.toLowerCase(), name.toUpperCase()]) {
      expect(readOperator(text)).toEqual({ text, family, ...meaning, ifExists: false, qualifier: 'none' });
    }
  });

  it('is read with what stands before and behind it', () => {
    const of = (text: string) => readOperator(text);
    expect(of(`${name}IfExists`)).toMatchObject({ family, ...meaning, ifExists: true, qualifier: 'none' });
    expect(of(`ForAnyValue:${name}`)).toMatchObject({ family, ...meaning, ifExists: false, qualifier: 'anyValue' });
    expect(of(`forallvalues:${name}ifexists`)).toMatchObject({
      family,
      ...meaning,
      ifExists: true,
      qualifier: 'allValues',
    });
  });
});

describe('Null', () => {
  it('stands alone', () => {
    expect(readOperator('Null')).toMatchObject({ family: 'null', negated: false, ifExists: false, qualifier: 'none' });
  });

  it.each(['NullIfExists', 'ForAnyValue:Null', 'ForAllValues:Null'])('not as %s', (text) => {
    expect(readOperator(text).family).toBe('unknown');
  });
});

describe('no operator', () => {
  it.each([
    '',
    'IfExists',
    'StringEqual',
    'Equals',
    'ForAnyValue:',
    'ForSomeValue:StringEquals',
    ':StringEquals',
    'StringEqualsIfExistsIfExists',
    'BoolNot',
  ])('%j', (text) => {
    expect(readOperator(text)).toMatchObject({ text, family: 'unknown' });
  });
});
