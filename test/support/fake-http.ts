import { createServer } from 'node:http';

export type HttpRequest = {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: Buffer;
};
export type HttpReply = { readonly status?: number; readonly headers?: Record<string, string>; readonly body?: string };

/** A service that speaks plain HTTP on a loopback port of its own. */
export const fakeHttp = async (answer: (request: HttpRequest) => HttpReply) => {
  const requests: HttpRequest[] = [];
  const server = createServer((incoming, outgoing) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => void chunks.push(chunk));
    incoming.on('end', () => {
      const url = new URL(incoming.url ?? '/', 'http://fake');
      const { method = '', headers } = incoming;
      const body = Buffer.concat(chunks);
      const request = { method, path: url.pathname, query: url.searchParams, headers, body };
      requests.push(request);
      const { status = 200, headers: given = {}, body: text = '' } = answer(request);
      outgoing.writeHead(status, given).end(text);
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    requests,
    [Symbol.asyncDispose]: async (): Promise<void> => {
      server.closeAllConnections();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
};
