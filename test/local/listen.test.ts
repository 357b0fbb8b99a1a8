import { createServer } from 'node:http';
import { afterEach, expect, test } from 'vitest';
import { listenOnLoopback } from '../../local/listen.ts';
import { LocalError } from '../../local/local-error.ts';

const server = createServer();
afterEach(() => {
  server.close();
});

test('a port that is taken is one line, not a crash', async () => {
  const url = await listenOnLoopback(server, 0);
  expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  const port = Number(new URL(url).port);
  const again = listenOnLoopback(createServer(), port);
  await expect(again).rejects.toThrow(LocalError);
  await expect(again).rejects.toThrow(`port ${port} is taken`);
});
