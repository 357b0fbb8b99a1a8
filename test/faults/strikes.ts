import type { Intercept, PortCall, Reaction } from './port-calls.ts';
import type { TracedCall } from './trace.ts';

export const isSame = (target: PortCall) => (call: PortCall) =>
  call.of === target.of && call.port === target.port && call.name === target.name;

/** The reaction at that very call, once. */
export const once =
  (reaction: Reaction) =>
  (target: TracedCall): Intercept => {
    let done = false;
    return (call) => {
      if (done || call.of !== target.of || call.at !== target.at || call.attempt !== 1) return 'go';
      done = true;
      return reaction;
    };
  };

/** From that call on, the same call so many times; a retaken attempt makes other calls before it. */
export const again =
  (reaction: Reaction, times = Number.POSITIVE_INFINITY) =>
  (target: TracedCall): Intercept => {
    let left = times;
    let begun = false;
    const matches = isSame(target);
    return (call) => {
      begun ||= call.of === target.of && call.at === target.at && call.attempt === 1;
      if (!begun || left === 0 || !matches(call)) return 'go';
      left -= 1;
      return reaction;
    };
  };
