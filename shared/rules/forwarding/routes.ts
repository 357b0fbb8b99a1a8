import type { ForwardingRule } from '../../facts/forwarding.ts';
import { type JsonObject, readJson } from '../../policy/read-json.ts';
import type { Reason } from '../define-rule.ts';
import { cut, reasonsOf, unknownData } from '../reason.ts';
import { passes, type Passed, type SampleEvent } from './passes.ts';

export const forwardingTexts = {
  notPassed: 'Not passed on of {eventSource}: {calls}',
  doubtful: 'Perhaps not passed on of {eventSource}: {calls}',
  disabled: 'The rule {rule} is disabled',
  noPattern: 'The rule {rule} has no event pattern',
  oddPattern: 'The event pattern of the rule {rule} cannot be read: {problem}',
  narrowed: 'The rule {rule} has conditions that not every call may meet: {pattern}',
  unreadRule: 'What the rule {rule} passes on is unknown ({reason}): {detail}',
} as const;
export const forwardingReason = reasonsOf(forwardingTexts);

/** One rule of the bus: which events it lets pass, and what is wrong with the rule itself, where something is. */
export type Route = { readonly passes: (event: SampleEvent) => Passed; readonly problem: Reason | null };

const enabledStates: ReadonlySet<string> = new Set(['ENABLED', 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS']);

export const routeOf = ({ name, described }: ForwardingRule, samples: readonly SampleEvent[]): Route => {
  const rule = cut(name, 64);
  if (!described.known)
    return always('perhaps', forwardingReason('unreadRule', { ...unknownData('rule', described), rule }));
  const { state, eventPattern } = described.value;
  if (!enabledStates.has(state)) return always('no', forwardingReason('disabled', { rule }));
  if (eventPattern === null) return always('no', forwardingReason('noPattern', { rule }));
  const read = readPattern(eventPattern);
  if ('problem' in read) return always('perhaps', forwardingReason('oddPattern', { rule, problem: cut(read.problem) }));
  const narrowed = samples.some((event) => passes(read.pattern, event) === 'perhaps');
  return {
    passes: (event) => passes(read.pattern, event),
    problem: narrowed ? forwardingReason('narrowed', { rule, pattern: cut(eventPattern, 190) }) : null,
  };
};

const always = (passed: Passed, problem: Reason): Route => ({ passes: () => passed, problem });

/** A name that stands twice is read in one way here and perhaps in another one there. */
const readPattern = (text: string): { readonly pattern: JsonObject } | { readonly problem: string } => {
  const read = readJson(text);
  if (read.kind === 'error') return { problem: read.message };
  const [twice] = read.duplicates;
  if (twice !== undefined) return { problem: `${twice} stands twice` };
  return read.value instanceof Map ? { pattern: read.value } : { problem: 'it is no JSON object' };
};
