import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import * as z from 'zod/mini';
import { listenOnLoopback } from '../listen.ts';
import { postFunctionUrl } from '../post-function-url.ts';
import type { Html } from './html.ts';
import { buttonIn, interactionPayload, type Person } from './interaction.ts';
import type { MessageStore } from './message-store.ts';
import { messagesHtml, pageHtml, type PrivateNote } from './page-html.ts';
import { signInteraction } from './sign-interaction.ts';

/** A page that shows the messages of the fake Slack as Slack lays them out; its buttons send what Slack would send. */
export type SlackPage = {
  readonly url: string;
  /** Where clicks go: the URL of `slack-actions`, and the local AWS that answers for it, if one does. Null: nowhere yet. */
  readonly setActionsUrl: (url: string | null, endpoint?: string) => void;
  /** What was answered to one person only, oldest first. */
  readonly notes: () => readonly PrivateNote[];
  readonly close: () => Promise<void>;
};

type Settings = {
  readonly store: MessageStore;
  readonly signingSecret: string;
  readonly people: readonly Person[];
  readonly actionsUrl?: string | null;
  /** Names by channel id. @default the ids */
  readonly channelNames?: Readonly<Record<string, string>>;
  /** Answers `/api/...`: then this one server is all of Slack, as `response_url`s need it. @default nobody */
  readonly api?: (request: IncomingMessage, response: ServerResponse) => Promise<void>;
  /** So long a click waits for its answer. @default 3, as Slack does */
  readonly secondsToAnswer?: number;
  /** @default 0, any free one */
  readonly port?: number;
};

const folder = join(import.meta.dirname, 'page');
const headers = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-store',
};
const mostBytes = 100_000;
const secondsForSlack = 3;

type Context = Settings & {
  readonly notes: PrivateNote[];
  readonly changed: () => void;
  actions: { readonly url: string; readonly endpoint: string } | null;
  url: string;
};

export const startSlackPage = async (settings: Settings): Promise<SlackPage> => {
  const streams = new Set<ServerResponse>();
  const changed = (): void => {
    for (const stream of streams) stream.write('data: changed\n\n');
  };
  const context: Context = {
    ...settings,
    actions: actionsAt(settings.actionsUrl ?? null),
    notes: [],
    changed,
    url: '',
  };
  const server = createServer((request, response) => {
    handle(request, response, { context, streams }).catch(() => send(response, 500, 'the page failed'));
  });
  context.url = await listenOnLoopback(server, settings.port ?? 0);
  const unwatch = settings.store.watch(changed);
  return {
    url: context.url,
    setActionsUrl: (url, endpoint) => {
      context.actions = actionsAt(url, endpoint);
    },
    notes: () => [...context.notes],
    close: async () => {
      unwatch();
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
};

const actionsAt = (url: string | null, endpoint?: string): Context['actions'] =>
  url === null ? null : { url, endpoint: endpoint ?? url };

const send = (response: ServerResponse, status: number, body: string | Html, type = 'text/plain'): void => {
  response.writeHead(status, { ...headers, 'content-type': `${type}; charset=utf-8` });
  response.end(typeof body === 'string' ? body : body.text);
};

type Parts = { readonly context: Context; readonly streams: Set<ServerResponse> };

const handle = async (request: IncomingMessage, response: ServerResponse, parts: Parts): Promise<void> => {
  const { context, streams } = parts;
  // Another page in the same browser must not click here, nor read by a name that it points at this machine.
  const { host, origin } = request.headers;
  if (`http://${host ?? ''}` !== context.url || (origin !== undefined && origin !== context.url)) {
    return send(response, 403, 'only the page itself');
  }
  const { pathname, searchParams } = new URL(request.url ?? '/', context.url);
  const channel = searchParams.get('channel') ?? context.store.channels[0] ?? '';
  const route = `${request.method ?? ''} ${pathname}`;
  if (route === 'GET /') return send(response, 200, pageHtml({ ...context, channel }), 'text/html');
  if (route === 'GET /messages') {
    return send(response, 200, messagesHtml(context.store.messages(channel), context.notes), 'text/html');
  }
  if (route === 'GET /page.js')
    return send(response, 200, await readFile(join(folder, 'page.js'), 'utf8'), 'text/javascript');
  if (route === 'GET /page.css')
    return send(response, 200, await readFile(join(folder, 'page.css'), 'utf8'), 'text/css');
  if (route === 'GET /events') return stream(request, response, streams);
  if (route === 'POST /click') return send(response, 200, await click(await read(request), context));
  if (context.api !== undefined && pathname.startsWith('/api/')) return context.api(request, response);
  if (request.method === 'POST' && pathname.startsWith('/respond/')) {
    return send(response, 200, respond(pathname, await read(request), context));
  }
  send(response, 404, 'nothing here');
};

const stream = (request: IncomingMessage, response: ServerResponse, streams: Set<ServerResponse>): void => {
  response.writeHead(200, { ...headers, 'content-type': 'text/event-stream' });
  response.write('data: hello\n\n');
  streams.add(response);
  request.on('close', () => streams.delete(response));
};

const read = async (request: IncomingMessage): Promise<unknown> => {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    const part = Buffer.from(chunk);
    bytes += part.length;
    if (bytes > mostBytes) return null;
    chunks.push(part);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch {
    return null;
  }
};

const clickSchema = z.object({ channel: z.string(), ts: z.string(), actionId: z.string(), person: z.string() });

/** Sends the click as Slack would, and says what came back. */
const click = async (body: unknown, context: Context): Promise<string> => {
  const clicked = clickSchema.safeParse(body).data;
  const message = clicked === undefined ? null : context.store.get(clicked.channel, clicked.ts);
  const button = message === null || clicked === undefined ? null : buttonIn(message, clicked.actionId);
  const person = context.people.find(({ id }) => id === clicked?.person);
  if (clicked === undefined || message === null || button === null || person === undefined) {
    return 'this message has no such button any more';
  }
  const { actions, secondsToAnswer = secondsForSlack } = context;
  if (actions === null) return 'nobody listens: slack-actions is not connected';
  const now = Date.now();
  const responseUrl = `${context.url}/respond/${message.ts}/${person.id}`;
  const payload = interactionPayload({ channel: clicked.channel, message, button, person, responseUrl, now });
  const signed = signInteraction({ payload, secret: context.signingSecret, timestamp: Math.floor(now / 1_000) });
  try {
    const signal = AbortSignal.timeout(secondsToAnswer * 1_000);
    const { status } = await postFunctionUrl({ ...actions, ...signed, signal });
    return status === 200 ? 'sent' : `slack-actions answered ${status}`;
  } catch {
    return `slack-actions did not answer within ${secondsToAnswer} seconds`;
  }
};

const replySchema = z.object({ text: z.string() });

/** What `response_url` takes: a note that only the person who clicked sees. */
const respond = (pathname: string, body: unknown, { notes, people, changed }: Context): string => {
  const [, , ts = '', personId = ''] = pathname.split('/');
  const text = replySchema.safeParse(body).data?.text;
  const person = people.find(({ id }) => id === personId);
  if (text === undefined || person === undefined) return 'invalid_payload';
  notes.push({ ts, person: person.name, text: text.slice(0, 3_000) });
  changed();
  return 'ok';
};
