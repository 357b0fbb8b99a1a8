import type { Comparison, Operator, OperatorFamily } from './document.ts';

type Base = { readonly family: OperatorFamily; readonly comparison: Comparison; readonly negated: boolean };

const base = (family: OperatorFamily, negated = false, comparison: Comparison = 'equals'): Base => ({
  family,
  comparison,
  negated,
});

/** IAM's condition operators, by lower-case name (IAM User Guide, reference_policies_elements_condition_operators). */
const OPERATORS: ReadonlyMap<string, Base> = new Map([
  ['stringequals', base('string')],
  ['stringnotequals', base('string', true)],
  ['stringequalsignorecase', base('stringIgnoreCase')],
  ['stringnotequalsignorecase', base('stringIgnoreCase', true)],
  ['stringlike', base('like')],
  ['stringnotlike', base('like', true)],
  ['arnequals', base('arn')],
  ['arnlike', base('arn')],
  ['arnnotequals', base('arn', true)],
  ['arnnotlike', base('arn', true)],
  ['numericequals', base('numeric')],
  ['numericnotequals', base('numeric', true)],
  ['numericlessthan', base('numeric', false, 'less')],
  ['numericlessthanequals', base('numeric', false, 'lessOrEqual')],
  ['numericgreaterthan', base('numeric', false, 'greater')],
  ['numericgreaterthanequals', base('numeric', false, 'greaterOrEqual')],
  ['dateequals', base('date')],
  ['datenotequals', base('date', true)],
  ['datelessthan', base('date', false, 'less')],
  ['datelessthanequals', base('date', false, 'lessOrEqual')],
  ['dategreaterthan', base('date', false, 'greater')],
  ['dategreaterthanequals', base('date', false, 'greaterOrEqual')],
  ['bool', base('bool')],
  ['ipaddress', base('ip')],
  ['notipaddress', base('ip', true)],
  ['binaryequals', base('binary')],
  ['null', base('null')],
]);

const UNKNOWN = base('unknown');

/** Reads `ForAnyValue:StringNotLikeIfExists` and the like. An unknown operator comes back with the family `unknown`. */
export const readOperator = (text: string): Operator => {
  const lower = text.toLowerCase();
  const colon = lower.indexOf(':');
  const prefix = colon < 0 ? '' : lower.slice(0, colon);
  const qualifier = prefix === 'foranyvalue' ? 'anyValue' : prefix === 'forallvalues' ? 'allValues' : 'none';
  const rest = lower.slice(colon + 1);
  const ifExists = rest.endsWith('ifexists');
  const found = OPERATORS.get(ifExists ? rest.slice(0, -'ifexists'.length) : rest);
  const odd = (qualifier === 'none' && colon >= 0) || (found?.family === 'null' && (ifExists || qualifier !== 'none'));
  return { text, ...(found === undefined || odd ? UNKNOWN : found), ifExists, qualifier };
};
