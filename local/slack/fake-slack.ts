import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { listenOnLoopback } from '../listen.ts';
import { checkMessage } from './check-message.ts';
import { type MessageStore, messageStore, type StoredMessage } from './message-store.ts';
import { type Fault, type FaultPlan, faultQueue } from './slack-faults.ts';
import { type Answer, type Arguments, failure, methods } from './slack-methods.ts';

/** A Slack of one workspace on loopback: Web API and incoming webhook, with Slack's own limits and errors. */
export type FakeSlack = {
  /** Base of the Web API, as `slackApiUrl` takes it: ends with `/api/`. */
  readonly apiUrl: string;
  /** Posts into the first channel. */
  readonly webhookUrl: string;
  readonly store: MessageStore;
  /** In the order of posting, replies included. */
  readonly messages: (channel?: string) => readonly StoredMessage[];
  readonly failNext: (plan: FaultPlan) => void;
  /** Down: every connection is cut before an answer. */
  readonly setDown: (down: boolean) => void;
  /** Every call in order, with its answer's error or `ok`. */
  readonly calls: readonly { readonly method: string; readonly result: string }[];
  /** Answers one request, for a server that stands for more of Slack than this. */
  readonly handle: (request: IncomingMessage, response: ServerResponse) => Promise<void>;
  readonly close: () => Promise<void>;
};

type Settings = {
  readonly token: string;
  /** Channel ids; the first is the webhook's. */
  readonly channels: readonly string[];
  /** Milliseconds since the epoch. @default Date.now */
  readonly now?: () => number;
  /** @default 0, any free one */
  readonly port?: number;
};

const webhookPath = '/services/T0LOCAL/B0GUARD/local-webhook';
const mostBytes = 1_000_000;

type Reply = { readonly status: number; readonly body: string; readonly headers?: Readonly<Record<string, string>> };

const json = (answer: Answer): Reply => ({ status: 200, body: JSON.stringify(answer) });

export const startFakeSlack = async ({ token, channels, now = Date.now, port = 0 }: Settings): Promise<FakeSlack> => {
  const store = messageStore(channels, now);
  const faults = faultQueue();
  const calls: { method: string; result: string }[] = [];
  let down = false;
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const method = methodOf(request);
    const body = await read(request);
    if (down || body === null) return void request.socket.destroy();
    const fault = faults.take(method);
    const struck = fault === null ? null : faultReply(fault);
    const reply = struck ?? answer({ method, request, body }, { store, token });
    calls.push({ method, result: resultOf(reply) });
    if (fault?.kind === 'lost-answer') return void request.socket.destroy();
    const type = reply.body.startsWith('{') ? 'application/json; charset=utf-8' : 'text/plain';
    response.writeHead(reply.status, { 'content-type': type, ...reply.headers }).end(reply.body);
  };
  const { base, close } = await listen(handle, port);
  return {
    apiUrl: `${base}/api/`,
    webhookUrl: `${base}${webhookPath}`,
    store,
    calls,
    handle,
    messages: (channel = channels[0] ?? '') => store.messages(channel),
    failNext: faults.add,
    setDown: (value) => {
      down = value;
    },
    close,
  };
};

type Handle = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

const listen = async (handle: Handle, port: number) => {
  const server = createServer((request, response) => {
    handle(request, response).catch(() => request.socket.destroy());
  });
  const base = await listenOnLoopback(server, port);
  const close = async (): Promise<void> => {
    server.closeAllConnections();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  };
  return { base, close };
};

type Call = { readonly method: string; readonly request: IncomingMessage; readonly body: string };
type Workspace = { readonly store: MessageStore; readonly token: string };

const answer = ({ method, request, body }: Call, { store, token }: Workspace): Reply => {
  if (method === 'webhook') return webhook(body, store);
  const bearer = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1];
  if (bearer === undefined) return json(failure('not_authed'));
  if (bearer !== token) return json(failure('invalid_auth'));
  const run = Object.hasOwn(methods, method) ? methods[method] : undefined;
  if (run === undefined) return json(failure('unknown_method'));
  const input = argumentsOf(request.headers['content-type'] ?? '', body);
  return json(input === null ? failure('invalid_json') : run(input, store, 'B0GUARD'));
};

const webhook = (body: string, store: MessageStore): Reply => {
  const input = argumentsOf('application/json', body);
  if (input === null) return { status: 400, body: 'invalid_payload' };
  const checked = checkMessage({ text: input['text'], blocks: input['blocks'] });
  if ('refusal' in checked) return { status: 400, body: checked.refusal.error };
  const [channel = ''] = store.channels;
  store.add(channel, { ...checked.message, broadcast: false, botId: 'webhook' });
  return { status: 200, body: 'ok' };
};

const methodOf = ({ url = '', method }: IncomingMessage): string => {
  if (method !== 'POST') return 'not-a-post';
  if (url === webhookPath) return 'webhook';
  return url.startsWith('/api/') ? url.slice('/api/'.length) : 'unknown';
};

/** Null for a body that is too long. */
const read = async (request: IncomingMessage): Promise<string | null> => {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    const part = Buffer.from(chunk);
    bytes += part.length;
    if (bytes > mostBytes) return null;
    chunks.push(part);
  }
  return Buffer.concat(chunks).toString('utf8');
};

const argumentsOf = (contentType: string, body: string): Arguments | null => {
  if (!contentType.startsWith('application/json')) return Object.fromEntries(new URLSearchParams(body));
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : null;
  } catch {
    return null;
  }
};

/** Null for a fault that strikes after the work is done. */
const faultReply = (fault: Fault): Reply | null => {
  switch (fault.kind) {
    case 'rate-limited':
      return {
        status: 429,
        body: JSON.stringify(failure('ratelimited')),
        headers: { 'retry-after': String(fault.retryAfterInSeconds) },
      };
    case 'status':
      return { status: fault.status, body: 'upstream failure' };
    case 'error':
      return json(failure(fault.error));
    case 'lost-answer':
      return null;
  }
};

const resultOf = ({ status, body }: Reply): string =>
  status === 200 ? (/"error":"([a-z_]+)"/.exec(body)?.[1] ?? 'ok') : String(status);
