import type { FailedUse, Known } from '../../facts/facts.ts';
import { compliant, type Reason, type Verdict } from '../define-rule.ts';
import { cut, reasonsOf, violation } from '../reason.ts';

export const failedUseTexts = {
  needed: '{principal} failed {count} times to {operation}, the last time on {at} ({errorCode})',
} as const;
const reason = reasonsOf(failedUseTexts);
const shownReasons = 12;

/** A use that failed for the state of a key that is to be deleted says that somebody needs it; none seen says nothing. */
export const judgeFailedUses = (
  { value: uses, detail }: Known<readonly FailedUse[]>,
  deletionDate: string | null,
): Verdict => {
  const [last] = uses;
  if (last === undefined) {
    if (detail === undefined) return compliant;
    return { verdict: 'undetermined', message: 'partial', severity: 'info', data: { detail: cut(detail) } };
  }
  const { operation, at } = last;
  const groups = Map.groupBy(uses, (use) => `${principalOf(use)} ${use.operation}`);
  const reasons = [...groups.values()].slice(0, shownReasons).flatMap(reasonOf);
  return violation('failing', {
    count: uses.length,
    operation,
    principal: principalOf(last),
    at,
    deletionDate,
    reasons,
  });
};

const reasonOf = (group: readonly FailedUse[]): readonly Reason[] => {
  const [last] = group;
  if (last === undefined) return [];
  const { operation, at, errorCode } = last;
  return [
    reason('needed', {
      principal: principalOf(last),
      operation,
      count: group.length,
      at,
      errorCode: cut(errorCode, 60),
    }),
  ];
};

/** A service that called on somebody's behalf is named with whom it called for. */
const principalOf = ({ actorArn, invokedBy }: FailedUse): string => {
  const who = actorArn ?? 'somebody';
  return cut(invokedBy === null ? who : `${who} through ${invokedBy}`, 190);
};
