import { once } from 'node:events';
import { createServer } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { openDoor } from '../../../bench/sweep-peers/door.ts';

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

/** Answers with what it was asked, behind a door. */
const echoBehindDoor = async () => {
  const server = createServer((incoming, answer) => {
    const parts: Buffer[] = [];
    incoming.on('data', (part: Buffer) => parts.push(part));
    incoming.on('end', () => answer.writeHead(400, { 'x-amzn-requestid': 'r' }).end(Buffer.concat(parts)));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const door = await openDoor(typeof address === 'object' && address !== null ? address.port : 0);
  closing.push(door.close, () => server.close());
  return door;
};

const ask = (url: string, api: string, body = '{}') =>
  fetch(url, { method: 'POST', headers: { 'x-amz-target': `TrentService.${api}` }, body });

describe('openDoor', () => {
  it('passes request, status, headers and answer on unchanged', async () => {
    const { url } = await echoBehindDoor();
    const answer = await ask(url, 'DescribeKey', '{"KeyId":"k"}');
    expect([answer.status, answer.headers.get('x-amzn-requestid'), await answer.text()]).toEqual([
      400,
      'r',
      '{"KeyId":"k"}',
    ]);
  });

  it('counts calls by API, from zero each time it is opened', async () => {
    const door = await echoBehindDoor();
    await Promise.all([ask(door.url, 'ListKeys'), ask(door.url, 'DescribeKey'), ask(door.url, 'DescribeKey')]);
    expect(door.passed().calls).toEqual({ DescribeKey: 2, ListKeys: 1 });
    door.open(1);
    await ask(door.url, 'ListAliases');
    expect(door.passed().calls).toEqual({ ListAliases: 1 });
  });

  it('spans from the first call to the last answer, the emulator within it', async () => {
    const door = await echoBehindDoor();
    await ask(door.url, 'ListKeys');
    const { first, last, emulatorBusy } = door.passed();
    expect(last).toBeGreaterThan(first);
    expect(emulatorBusy).toBeGreaterThan(0);
    expect(emulatorBusy).toBeLessThanOrEqual(last - first);
  });
});
