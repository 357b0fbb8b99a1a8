import { Agent, request } from 'node:http';
import type { IncomingHttpHeaders, IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { once } from 'node:events';
import { pipeline } from 'node:stream/promises';

export interface Answer {
  readonly status: number;
  readonly headers: OutgoingHttpHeaders;
  readonly body: Buffer;
}

export interface Forwarder {
  /** Passes a request on and its answer back as streams. */
  stream(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void>;
  /** Passes on a request whose body was read already, and reads the whole answer. */
  send(incoming: IncomingMessage, body: Buffer): Promise<Answer>;
  close(): void;
}

/** Of one connection, not of the message (RFC 9110, 7.6.1). */
const HOP_BY_HOP = new Set(['connection', 'keep-alive', 'transfer-encoding', 'upgrade', 'expect']);

/** Forwards to the emulator at a loopback port. Host and all signed headers stay: the emulator verifies the signature. */
export function forwarder(port: () => number): Forwarder {
  const agent = new Agent({ keepAlive: true });
  const open = (incoming: IncomingMessage, extra: OutgoingHttpHeaders) =>
    request({
      agent,
      host: '127.0.0.1',
      port: port(),
      method: incoming.method,
      path: incoming.url,
      headers: { ...endToEnd(incoming.headers), ...extra },
    });
  return {
    async stream(incoming, outgoing) {
      const chunked = incoming.headers['transfer-encoding'] === undefined ? {} : { 'transfer-encoding': 'chunked' };
      const upstream = open(incoming, chunked);
      const answered = responseOf(upstream);
      outgoing.once('close', () => upstream.destroy());
      const sent = pipeline(incoming, upstream);
      sent.catch(() => {});
      const answer = await answered;
      outgoing.writeHead(answer.statusCode ?? 502, endToEnd(answer.headers));
      await pipeline(answer, outgoing);
    },
    async send(incoming, body) {
      const upstream = open(incoming, { 'content-length': body.length });
      const answered = responseOf(upstream);
      upstream.end(body);
      const answer = await answered;
      return { status: answer.statusCode ?? 502, headers: endToEnd(answer.headers), body: await readAll(answer) };
    },
    close: () => agent.destroy(),
  };
}

async function responseOf(upstream: ReturnType<typeof request>): Promise<IncomingMessage> {
  const [answer]: IncomingMessage[] = await once(upstream, 'response');
  if (answer === undefined) throw new Error('the emulator gave no answer');
  return answer;
}

function endToEnd(headers: IncomingHttpHeaders): OutgoingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !HOP_BY_HOP.has(name)));
}

export async function readAll(stream: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk)));
  return Buffer.concat(chunks);
}
