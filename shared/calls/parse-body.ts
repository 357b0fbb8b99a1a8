import type { ParsedCall } from './call.ts';
import { parseCall } from './parse.ts';

/** The text of one queue message: an EventBridge event about a KMS call. Never throws. */
export const parseBody = (body: string): ParsedCall => {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    return { unreadable: true, reason: `the message is not JSON: ${problem.slice(0, 200)}`, eventID: null };
  }
  return parseCall(value);
};
