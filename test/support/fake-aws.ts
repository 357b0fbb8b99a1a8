import { createServer, type IncomingMessage } from 'node:http';
import * as z from 'zod/mini';

/** What the fake answers to one action: a JSON body, or an error in the JSON protocol's way. */
export type Reply =
  | { readonly body: unknown }
  | {
      readonly error: string;
      readonly message?: string;
      readonly status?: number;
      /** What the error carries besides. */
      readonly data?: Readonly<Record<string, unknown>>;
    };

export type FakeRequest = {
  /** The part of `X-Amz-Target` after its dot, such as `DescribeKey`. */
  readonly action: string;
  readonly body: Readonly<Record<string, unknown>>;
  /** Taken from the signature: shows which Region's client asked. */
  readonly region: string;
};

export type FakeAws = AsyncDisposable & {
  readonly endpoint: string;
  readonly requests: readonly FakeRequest[];
};

const jsonBody = z.record(z.string(), z.unknown());

/** A service of AWS that speaks the JSON protocol on a loopback port of its own: no part of the SDK is replaced. */
export const fakeAws = async (answer: (request: FakeRequest) => Reply): Promise<FakeAws> => {
  const requests: FakeRequest[] = [];
  const server = createServer((incoming, outgoing) => {
    void textOf(incoming).then((text) => {
      const action = String(incoming.headers['x-amz-target']).split('.').at(-1) ?? '';
      const region = /Credential=[^/]*\/\d+\/([^/]+)\//.exec(incoming.headers.authorization ?? '')?.[1] ?? '';
      const request = { action, region, body: jsonBody.parse(JSON.parse(text)) };
      requests.push(request);
      const reply = answer(request);
      const [status, body] =
        'error' in reply
          ? [
              reply.status ?? 400,
              { __type: reply.error, message: reply.message ?? `${reply.error} of the fake`, ...reply.data },
            ]
          : [200, reply.body];
      outgoing.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(body));
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the fake has no port');
  return {
    endpoint: `http://127.0.0.1:${address.port}`,
    requests,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
};

const textOf = async (incoming: IncomingMessage): Promise<string> => {
  const chunks: Uint8Array[] = [];
  for await (const chunk of incoming) chunks.push(z.instanceof(Uint8Array).parse(chunk));
  return Buffer.concat(chunks).toString();
};

/** For a client that talks to a fake; one attempt, so that a test of an error need not wait. */
export const fakeClientConfig = (fake: FakeAws, region: string) => ({
  region,
  endpoint: fake.endpoint,
  credentials: { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'not-a-secret' },
  maxAttempts: 1,
});
