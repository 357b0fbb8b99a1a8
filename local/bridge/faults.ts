import * as z from 'zod/mini';
import type { Answer } from './forward.ts';

const MESSAGE = 'Injected by the CloudTrail bridge.';

/** An error that the bridge gives instead of passing a call on. */
export const faultSchema = z.object({
  /** The API's name, such as `CancelKeyDeletion` or `Publish`. */
  operation: z.string(),
  /** AWS's error code, such as `ThrottlingException`. */
  code: z._default(z.string(), 'ThrottlingException'),
  message: z._default(z.string(), MESSAGE),
  status: z._default(z.int(), 400),
  /** How many calls fail before the fault is used up. */
  count: z._default(z.int(), 1),
  /** Only calls by actors whose ARN contains this. */
  actor: z.optional(z.string()),
});

export type Fault = z.infer<typeof faultSchema>;

export interface Faults {
  add(fault: Fault): void;
  clear(): void;
  /** The answer to give instead, using up one of a matching fault's count. */
  take(operation: string, actorArn: () => Promise<string>): Promise<Fault | undefined>;
}

export function faultStore(): Faults {
  const faults: { fault: Fault; left: number }[] = [];
  return {
    add: (fault) => void faults.push({ fault, left: fault.count }),
    clear: () => void faults.splice(0),
    async take(operation, actorArn) {
      for (const entry of faults) {
        const { fault } = entry;
        if (entry.left === 0 || fault.operation !== operation) continue;
        if (fault.actor !== undefined && !(await actorArn()).includes(fault.actor)) continue;
        entry.left -= 1;
        return fault;
      }
      return undefined;
    },
  };
}

/** A fault in the words of the caller's protocol: JSON, or XML for the query protocol. */
export function faultAnswer(fault: Fault, contentType: string): Answer {
  if (contentType.includes('x-www-form-urlencoded')) {
    const xml = `<ErrorResponse><Error><Type>Sender</Type><Code>${fault.code}</Code><Message>${MESSAGE}</Message></Error></ErrorResponse>`;
    return { status: fault.status, headers: { 'content-type': 'text/xml' }, body: Buffer.from(xml) };
  }
  return {
    status: fault.status,
    headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-errortype': fault.code },
    body: Buffer.from(JSON.stringify({ __type: fault.code, message: fault.message })),
  };
}
