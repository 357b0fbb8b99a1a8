import { type Statement, statementName } from '../../policy/index.ts';
import { compliant, type Reason, type Severity, type Verdict } from '../define-rule.ts';
import { cut } from '../reason.ts';

const shownReasons = 12;

/** `"Sid"`, or its place in the policy. */
export const quotedName = (statement: Statement): string => cut(`"${statementName(statement)}"`, 120);

/** A violation that lists a reason for each statement; compliant without any. */
export const statementVerdict = (reasons: readonly Reason[], severity?: Severity): Verdict =>
  reasons.length === 0
    ? compliant
    : {
        verdict: 'violation',
        message: 'found',
        data: { count: reasons.length, reasons: reasons.slice(0, shownReasons) },
        ...(severity === undefined ? {} : { severity }),
      };
