import { Fn, type ICfnConditionExpression } from 'aws-cdk-lib';

/** True where one of them is. `Fn::Or` takes two to ten conditions: more stand in groups of ten, up to a hundred. */
export const anyOf = (conditions: readonly ICfnConditionExpression[]): ICfnConditionExpression => {
  const [first, ...others] = conditions;
  if (first === undefined) throw new TypeError('no condition to choose from');
  if (others.length === 0) return first;
  if (conditions.length <= 10) return Fn.conditionOr(...conditions);
  const groups = Array.from({ length: Math.ceil(conditions.length / 10) }, (_, index) =>
    anyOf(conditions.slice(index * 10, index * 10 + 10)),
  );
  return anyOf(groups);
};
