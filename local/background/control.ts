import { createServer } from 'node:http';
import { listenOnLoopback } from '../listen.ts';
import { tokenHeader } from './place.ts';
import type { LocalStatus } from './status.ts';

export type Control = { readonly url: string; readonly close: () => void };

type Controlled = {
  readonly token: string;
  readonly status: () => LocalStatus;
  readonly end: () => void;
};

/** On loopback, for whoever knows the token: GET tells the status, DELETE ends the guard. */
export const startControl = async ({ token, status, end }: Controlled): Promise<Control> => {
  const server = createServer((request, response) => {
    if (request.headers[tokenHeader] !== token) {
      response.writeHead(403).end();
      return;
    }
    if (request.method === 'DELETE') end();
    response.writeHead(200, { 'content-type': 'application/json', connection: 'close' });
    response.end(JSON.stringify(status()));
  });
  const url = await listenOnLoopback(server, 0);
  return {
    url,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
};
