import { once } from 'node:events';
import { Agent, createServer, type IncomingMessage, request } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { apiOf } from './api-of.ts';

/** What passed the door since it was last asked. Times in milliseconds on the clock of `performance.now`. */
export type Passed = {
  /** Calls by API. */
  readonly calls: Readonly<Record<string, number>>;
  readonly first: number;
  readonly last: number;
  /** For so long at least one call was at the emulator. */
  readonly emulatorBusy: number;
};

export type Door = {
  readonly url: string;
  /** Counts from zero; answers come `delay` milliseconds later than the emulator gives them. */
  readonly open: (delay: number) => void;
  readonly passed: () => Passed;
  readonly close: () => void;
};

type Counted = { delay: number; calls: Map<string, number>; first: number; last: number; busy: number };

const counted = (delay: number): Counted => ({ delay, calls: new Map(), first: Number.NaN, last: Number.NaN, busy: 0 });

/** Every tool reaches the emulator through here: a proxy that counts calls, and can make the way as long as that to AWS. */
export const openDoor = async (emulatorPort: number): Promise<Door> => {
  // As many connections as anybody opens: the door holds nobody back.
  const agent = new Agent({ keepAlive: true, maxSockets: Number.POSITIVE_INFINITY });
  let now = counted(0);
  let inside = 0;
  let since = 0;
  const toEmulator = async (incoming: IncomingMessage, body: Buffer) => {
    if (inside === 0) since = performance.now();
    inside += 1;
    try {
      return await forward({ incoming, body, port: emulatorPort, agent });
    } finally {
      inside -= 1;
      if (inside === 0) now.busy += performance.now() - since;
    }
  };
  const server = createServer((incoming, answer) => {
    const pass = async (): Promise<void> => {
      const arrived = performance.now();
      const body = await bodyOf(incoming);
      const run = now;
      const api = apiOf(incoming.headers, body);
      run.calls.set(api, (run.calls.get(api) ?? 0) + 1);
      if (Number.isNaN(run.first)) run.first = arrived;
      const { status, headers, text } = await toEmulator(incoming, body);
      if (run.delay > 0) await pause(run.delay);
      answer.writeHead(status, headers).end(text);
      run.last = performance.now();
    };
    pass().catch((error: unknown) => answer.destroy(error instanceof Error ? error : undefined));
  });
  server.keepAliveTimeout = 120_000;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${portOf(server.address())}`,
    open: (delay) => {
      now = counted(delay);
    },
    passed: () => ({
      calls: Object.fromEntries([...now.calls].sort(([one], [other]) => one.localeCompare(other))),
      first: now.first,
      last: now.last,
      emulatorBusy: now.busy,
    }),
    close: () => {
      server.close();
      server.closeAllConnections();
      agent.destroy();
    },
  };
};

const portOf = (address: ReturnType<ReturnType<typeof createServer>['address']>): number => {
  if (address === null || typeof address === 'string') throw new Error('the door has no port');
  return address.port;
};

const bodyOf = async (message: IncomingMessage): Promise<Buffer> => {
  const parts: Buffer[] = [];
  for await (const part of message) parts.push(Buffer.from(part));
  return Buffer.concat(parts);
};

/** Of one connection only. */
const hopByHop = new Set(['connection', 'keep-alive', 'transfer-encoding', 'content-length']);

const forward = async ({ incoming, body, port, agent }: Forwarded) => {
  const { method, url, headers } = incoming;
  const outgoing = request({ host: '127.0.0.1', port, method, path: url, headers, agent });
  outgoing.end(body);
  const [answer]: [IncomingMessage] = await answerTo(outgoing);
  const text = await bodyOf(answer);
  const kept = Object.entries(answer.headers).filter(([name]) => !hopByHop.has(name));
  return { status: answer.statusCode ?? 502, headers: Object.fromEntries(kept), text };
};

type Forwarded = {
  readonly incoming: IncomingMessage;
  readonly body: Buffer;
  readonly port: number;
  readonly agent: Agent;
};

const answerTo = (outgoing: ReturnType<typeof request>): Promise<[IncomingMessage]> =>
  new Promise((resolve, reject) => {
    outgoing.once('response', (answer) => resolve([answer]));
    outgoing.once('error', reject);
  });
