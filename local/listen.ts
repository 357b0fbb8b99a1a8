import type { Server } from 'node:http';
import { LocalError } from './local-error.ts';

/** Listens on loopback only; port 0 is any free one. Returns the URL, without a slash at its end. Throws LocalError. */
export const listenOnLoopback = async (server: Server, port: number): Promise<string> => {
  await new Promise<void>((resolve, reject) => {
    const failed = (error: NodeJS.ErrnoException): void => {
      const why = error.code === 'EADDRINUSE' ? 'is taken' : `cannot be listened on (${error.code ?? error.message})`;
      reject(new LocalError(`port ${port} ${why}: choose another, or none for any free one`));
    };
    server.once('error', failed);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', failed);
      resolve();
    });
  });
  const address = server.address();
  return `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : port}`;
};
