import type { ForwardingRule } from '../../facts/forwarding.ts';
import { compliant, type Reason, type Verdict } from '../define-rule.ts';
import { listed } from '../policy/words.ts';
import { violation } from '../reason.ts';
import type { Expected } from './expected.ts';
import { forwardingReason, type Route, routeOf } from './routes.ts';

type Asked = {
  readonly place: { readonly account: string; readonly region: string };
  readonly expected: readonly Expected[];
};

/** Each call must be let pass by one rule for sure; which one does not matter. */
export const judgeRules = (rules: readonly ForwardingRule[], { place, expected }: Asked): Verdict => {
  const routes = rules.map((rule) =>
    routeOf(
      rule,
      expected.map(({ event }) => event),
    ),
  );
  const unsure = expected.filter(({ event }) => !routes.some((route) => route.passes(event) === 'yes'));
  if (unsure.length === 0) return compliant;
  const lost = unsure.filter(({ event }) => routes.every((route) => route.passes(event) === 'no'));
  const doubtful = unsure.filter((each) => !lost.includes(each));
  const reasons = [...bySource('notPassed', lost), ...bySource('doubtful', doubtful), ...problemsOf(routes)];
  const data = { ...place, reasons, notPassed: namesOf(lost), doubtful: namesOf(doubtful) };
  return lost.length > 0 ? violation('missing', data) : { verdict: 'undetermined', message: 'uncertain', data };
};

const namesOf = (calls: readonly Expected[]): readonly string[] =>
  calls.map(({ eventSource, eventName }) => `${eventSource} ${eventName}`);

const bySource = (id: 'notPassed' | 'doubtful', calls: readonly Expected[]): readonly Reason[] =>
  [...new Set(calls.map(({ eventSource }) => eventSource))].map((eventSource) => {
    const names = calls.filter((call) => call.eventSource === eventSource).map(({ eventName }) => eventName);
    return forwardingReason(id, { eventSource, calls: listed(names) });
  });

/** Somebody may have made many rules: as many as can be read. */
const problemsOf = (routes: readonly Route[]): readonly Reason[] =>
  routes.flatMap(({ problem }) => (problem === null ? [] : [problem])).slice(0, 6);
