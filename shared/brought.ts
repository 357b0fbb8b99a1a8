import type { Call } from './calls/call.ts';
import type { Decision } from './decision.ts';
import { showsEffect } from './facts/effect.ts';
import type { Facts } from './facts/facts.ts';

/** What a guard makes of a call that a sweep brought. docs/adr/0013 */

/** The key was saved since, by whomever: there is nothing to judge, and nothing to tell. */
export const isOver = (call: Call, facts: Facts): boolean => call.broughtBy !== null && !showsEffect(call, facts);

/** The decision says who brought the call: people read it, and its alert is another than that of the event. */
export const withBringer = ({ broughtBy: sweep }: Call, decision: Decision): Decision =>
  sweep === null
    ? decision
    : { ...decision, reasons: [...decision.reasons, { id: 'brought-by-sweep' as const, sweep }] };

/** The sweep that brought the call of this decision, or null. */
export const bringerOf = ({ reasons }: Decision): string | null => {
  const brought = reasons.find((reason) => reason.id === 'brought-by-sweep');
  return brought?.sweep ?? null;
};

/** A deletion that stands, night after night, because it is approved or nothing can be done is told by the sweep, once. */
export const isTold = (decision: Decision): boolean =>
  decision.action !== 'ignore' &&
  (bringerOf(decision) === null || decision.remedy !== null || decision.wouldRemedy !== null);
