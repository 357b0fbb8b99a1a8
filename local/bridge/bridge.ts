import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { actors } from './actors.ts';
import { control } from './control.ts';
import type { Controlled } from './control.ts';
import { emulatorDoors } from './emulator-doors.ts';
import { faultAnswer, faultStore } from './faults.ts';
import { forwarder, readAll } from './forward.ts';
import type { Answer, Forwarder } from './forward.ts';
import { holdStore } from './holds.ts';
import { lossStore } from './losses.ts';
import { parseJsonObject } from './json-object.ts';
import { lookupEvents } from './lookup-events.ts';
import { recorder } from './recorder.ts';
import { signerOf } from './signature.ts';
import type { Signer } from './signature.ts';

export interface BridgeOptions {
  /** Opens the doors of the emulator. */
  readonly token: string;
  /** `Role/session` that an account's own 12-digit key is recorded as. @default PlatformAdmin/dana@example.com */
  readonly administrator?: string;
  /** Told when a record could not be put on its bus, or a call could not be passed on. */
  readonly onFailure: (error: unknown) => void;
}

export interface Bridge {
  readonly url: string;
  /** Says where the emulator listens; until then calls are answered with 503. */
  connect(emulatorPort: number): void;
  stop(): Promise<void>;
}

/** Starts the CloudTrail bridge on a free loopback port: AWS's API in front, the emulator behind, records on the side. */
export async function startBridge(options: BridgeOptions): Promise<Bridge> {
  let emulatorPort = 0;
  const doors = emulatorDoors(() => `http://127.0.0.1:${emulatorPort}`, options.token);
  const who = actors(doors, options.administrator ?? 'PlatformAdmin/dana@example.com');
  const losses = lossStore();
  const records = recorder(doors, who, { losses, onFailure: options.onFailure });
  const parts = { losses, actors: who, doors, faults: faultStore(), holds: holdStore(), recorder: records };
  const forward = forwarder(() => emulatorPort);
  const server = createServer((incoming, outgoing) => {
    if (emulatorPort === 0) {
      outgoing.writeHead(503).end();
      return;
    }
    handle(parts, forward, incoming, outgoing).catch((error: unknown) => {
      if (!incoming.destroyed || incoming.complete) options.onFailure(error);
      if (outgoing.headersSent) outgoing.destroy();
      else outgoing.writeHead(502).end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the bridge has no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    connect: (port) => void (emulatorPort = port),
    async stop() {
      parts.holds.release();
      await records.settled();
      forward.close();
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function handle(
  parts: Controlled,
  forward: Forwarder,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const path = incoming.url ?? '/';
  if (path.startsWith('/_bridge/')) return controlled(parts, incoming, outgoing);
  if (path.startsWith('/_guard/')) return void outgoing.writeHead(403).end();
  const contentType = incoming.headers['content-type'] ?? '';
  const signer = signerOf(incoming.headers, path);
  if (signer === undefined || !/x-amz-json|x-www-form-urlencoded/.test(contentType)) {
    return forward.stream(incoming, outgoing);
  }
  const body = await readAll(incoming);
  const operation = operationOf(incoming, body);
  const kms = signer.service === 'kms';
  const userAgent = incoming.headers['user-agent'] ?? '';
  const sourceIPAddress = incoming.socket.remoteAddress ?? '127.0.0.1';
  const record = kms ? await parts.recorder.before({ operation, signer, body, userAgent, sourceIPAddress }) : () => {};
  await parts.holds.pass(operation);
  const fault = await parts.faults.take(operation, async () => (await parts.actors.of(signer)).arn);
  const answer = fault === undefined ? await forward.send(incoming, body) : faultAnswer(fault, contentType);
  give(
    outgoing,
    signer.service === 'cloudtrail' ? await fromRecords(parts, signer, { operation, body, answer }) : answer,
  );
  record(answer);
}

/** The emulator checks who may look up events; what there is to see, only the bridge knows. */
async function fromRecords(
  parts: Controlled,
  signer: Signer,
  { operation, body, answer }: { readonly operation: string; readonly body: Buffer; readonly answer: Answer },
): Promise<Answer> {
  if (operation !== 'LookupEvents' || answer.status !== 200) return answer;
  await parts.recorder.settled();
  const account = (await parts.actors.of(signer)).arn.split(':')[4] ?? '';
  const request = parseJsonObject(body.toString()) ?? {};
  const found = lookupEvents(parts.recorder.history, { account, region: signer.region }, request);
  return { ...answer, body: Buffer.from(JSON.stringify(found)) };
}

function operationOf(incoming: IncomingMessage, body: Buffer): string {
  const target = incoming.headers['x-amz-target'];
  if (typeof target === 'string') return target.split('.').at(-1) ?? '';
  return new URLSearchParams(body.toString()).get('Action') ?? '';
}

function give(outgoing: ServerResponse, answer: Answer): void {
  outgoing.writeHead(answer.status, { ...answer.headers, 'content-length': answer.body.length }).end(answer.body);
}

async function controlled(parts: Controlled, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const host = (incoming.headers.host ?? '').split(':')[0] ?? '';
  const json = incoming.method === 'GET' || incoming.headers['content-type'] === 'application/json';
  // A web page may reach a loopback port through its visitor's browser, but not with these two.
  const allowed = json && ['127.0.0.1', 'localhost'].includes(host);
  const body = (await readAll(incoming)).toString();
  const request = `${incoming.method ?? ''} ${(incoming.url ?? '').split('?')[0] ?? ''}`;
  const answer = allowed ? await control(parts, request, body) : { status: 403, body: { error: 'not allowed' } };
  give(outgoing, {
    status: answer.status,
    headers: { 'content-type': 'application/json' },
    body: Buffer.from(JSON.stringify(answer.body)),
  });
}
