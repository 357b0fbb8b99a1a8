import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { slackReplies } from '../../shared/adapters/slack-replies.ts';

type Received = { readonly path: string; readonly body: string };

/** A server that answers every request so, and what it received and the port logged meanwhile. */
const replying = async (answer: { readonly status: number; readonly location?: string }) => {
  const received: Received[] = [];
  const server = createServer((incoming, outgoing) => {
    void text(incoming).then((body) => {
      received.push({ path: incoming.url ?? '', body });
      outgoing
        .writeHead(answer.status, answer.location === undefined ? {} : { location: answer.location })
        .end('no_text');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const errors: string[] = [];
  const log = {
    info: () => undefined,
    error: (message: string, error: unknown) => void errors.push(`${message}: ${String(error)}`),
    metric: () => undefined,
  };
  await slackReplies(log).send(`http://127.0.0.1:${port}/actions/secret-token`, 'Approved: "ok"');
  await new Promise((resolve) => server.close(resolve));
  return { received, errors };
};

test('only who clicked reads it, and the message stays', async () => {
  const { received, errors } = await replying({ status: 200 });
  expect(errors).toEqual([]);
  expect(received).toHaveLength(1);
  expect(JSON.parse(received[0]?.body ?? '')).toEqual({
    response_type: 'ephemeral',
    replace_original: false,
    text: 'Approved: "ok"',
  });
});

test.each([
  ['a refusal', { status: 404 }, 'status 404'],
  ['a redirect, which is not followed', { status: 307, location: '/elsewhere' }, 'TypeError'],
])('%s is logged without the URL', async (_, answer, says) => {
  const { received, errors } = await replying(answer);
  expect(received).toHaveLength(1);
  expect(errors).toHaveLength(1);
  expect(errors[0]).toContain(says);
  expect(errors.join()).not.toContain('secret-token');
});
