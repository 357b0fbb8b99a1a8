import * as z from 'zod/mini';
import type { Refusal } from './refusal.ts';
import { isSignature, type SignedBody } from './signature.ts';

/** Slack sends the whole message along, 50 blocks of 3,000 characters at most, each up to three bytes once encoded. */
const largestBody = 1_000_000;

/** A Lambda function URL's event, payload format 2.0, as far as it is read. Source: Lambda developer guide, "Invoking function URLs". */
const eventSchema = z.object({
  headers: z.record(z.string(), z.string()),
  requestContext: z.object({ http: z.object({ method: z.string() }) }),
  body: z.optional(z.string()),
  isBase64Encoded: z._default(z.boolean(), false),
});

export type ReadRequest = { readonly refused: Refusal } | ({ readonly refused: null } & SignedBody);

/** What of an event can be checked, or why it is not even that. Header names come in lower case; the body perhaps in base64. */
export const readFunctionUrlRequest = (event: unknown): ReadRequest => {
  const parsed = eventSchema.safeParse(event);
  if (!parsed.success) return { refused: 'unreadable' };
  const { headers, requestContext, body, isBase64Encoded } = parsed.data;
  if (requestContext.http.method !== 'POST') return { refused: 'method' };
  const [type = ''] = (headers['content-type'] ?? '').split(';');
  if (type.trim().toLowerCase() !== 'application/x-www-form-urlencoded') return { refused: 'content-type' };
  if (body === undefined || body === '') return { refused: 'no-body' };
  // Base64 takes four characters for three bytes: what is far too large is not even decoded.
  if (body.length > largestBody * 2) return { refused: 'oversized' };
  const bytes = Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8');
  if (bytes.length > largestBody) return { refused: 'oversized' };
  const signature = headers['x-slack-signature'] ?? '';
  const timestamp = headers['x-slack-request-timestamp'] ?? '';
  if (!isSignature(signature)) return { refused: 'unsigned' };
  return { refused: null, signature, timestamp, body: bytes };
};
