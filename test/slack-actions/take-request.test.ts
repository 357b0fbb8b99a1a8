import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RetryableFault } from '../../shared/ports.ts';
import { type Refusal, refusalIds, refusals } from '../../shared/slack-actions/refusal.ts';
import { cachedSigningSecret } from '../../shared/slack-actions/signing-secret.ts';
import type { SlackAnswer } from '../../shared/slack-actions/slack-answer.ts';
import { type ActionPorts, takeRequest } from '../../shared/slack-actions/take-request.ts';
import {
  buttonValue,
  clickBody,
  clickedAt,
  functionUrlEvent,
  signatureOf,
  signingSecret,
} from '../support/slack-click.ts';

type Recorded = ActionPorts & {
  readonly put: SlackAnswer[];
  readonly lines: string[];
  reads: number;
  secretText: string;
};

/** Ports in memory; `lines` is everything that was logged. */
const portsAt = (now = clickedAt, some: Partial<ActionPorts> = {}): Recorded => {
  const taken = new Set<string>();
  const put: SlackAnswer[] = [];
  const lines: string[] = [];
  const clock = { now: () => now, sleep: async () => undefined };
  const ports: Recorded = {
    put,
    lines,
    reads: 0,
    secretText: signingSecret,
    secret: cachedSigningSecret(async () => {
      ports.reads += 1;
      return ports.secretText;
    }, clock),
    taken: {
      take: async (id) => {
        const first = !taken.has(id);
        taken.add(id);
        return first;
      },
    },
    answers: { put: async (answer) => void put.push(answer) },
    clock,
    log: {
      info: (message, data) => void lines.push(JSON.stringify([message, data])),
      error: (message, error) => void lines.push(`${message} ${String(error)}`),
      metric: () => undefined,
    },
    ...some,
  };
  return ports;
};

const seconds = (offset: number): string => String(clickedAt / 1000 + offset);
const signed = functionUrlEvent();

/** Nothing of these may ever stand in a log. */
const secrets = [
  signingSecret,
  'secret-of-the-response-url',
  'legacy-verification-token',
  signed.headers['x-slack-signature'],
];
const expectSilence = ({ lines }: Recorded): void => {
  for (const secret of secrets) expect(lines.join('\n')).not.toContain(secret);
  expect(lines.join('\n')).not.toContain('payload');
};

/** What became of an event that is to be refused: why, what was passed on, and what was logged that must not be. */
const refused = async (event: unknown, ports = portsAt()) => {
  const { statusCode, body } = await takeRequest(ports, event);
  expectSilence(ports);
  const reason = refusalIds.find((id) => ports.lines.some((line) => line.includes(`"refusal":"${id}"`)));
  return { statusCode, body, reason, passedOn: ports.put };
};
const refusedFor = (reason: Refusal) => ({
  statusCode: refusals[reason].status,
  body: 'refused',
  reason,
  passedOn: [],
});

describe('a genuine click', () => {
  it.each([
    ['as text', false],
    ['in base64', true],
  ])('%s is answered at once and passed on', async (_, base64) => {
    const ports = portsAt();
    expect(await takeRequest(ports, functionUrlEvent({ base64 }))).toMatchObject({ statusCode: 200, body: '' });
    expect(ports.put).toEqual([
      {
        id: expect.stringMatching(/^[0-9a-f]{32}$/),
        user: 'U0EVE',
        action: 'approve',
        value: buttonValue(),
        responseUrl: 'https://hooks.slack.com/actions/T0/1/secret-of-the-response-url',
        at: '2026-11-20T09:16:00.000Z',
      },
    ]);
    expectSilence(ports);
  });

  it.each([-300, -299, 299, 300])('whose clock differs by %d seconds is taken', async (offset) => {
    const ports = portsAt();
    expect(await takeRequest(ports, functionUrlEvent({ timestamp: seconds(offset) }))).toMatchObject({
      statusCode: 200,
    });
  });

  it('with a charset in its content type is taken', async () => {
    const headers = { 'content-type': 'Application/X-WWW-Form-Urlencoded; charset=utf-8' };
    expect(await takeRequest(portsAt(), functionUrlEvent({ headers }))).toMatchObject({ statusCode: 200 });
  });
});

describe('refused, and nothing of it logged', () => {
  const body = clickBody();
  const other = clickBody({ user: 'U0DANA' });

  it.each<[string, Refusal, unknown]>([
    ['forged: a signature of nothing', 'forged', functionUrlEvent({ signature: `v0=${'0'.repeat(64)}` })],
    [
      'forged: the signature of another body',
      'forged',
      functionUrlEvent({ body: other, signature: signatureOf(body, seconds(0)) }),
    ],
    [
      'forged: the signature of another second',
      'forged',
      functionUrlEvent({ timestamp: seconds(1), signature: signatureOf(body, seconds(0)) }),
    ],
    ['wrong secret', 'forged', functionUrlEvent({ secret: 'another secret' })],
    ['an empty secret', 'forged', functionUrlEvent({ secret: '' })],
    [
      'truncated body',
      'forged',
      functionUrlEvent({ body: body.slice(0, -1), signature: signatureOf(body, seconds(0)) }),
    ],
    ['a byte more', 'forged', functionUrlEvent({ body: `${body}&`, signature: signatureOf(body, seconds(0)) })],
    [
      'decoded and encoded again',
      'forged',
      functionUrlEvent({ body: body.replaceAll('+', '%20'), signature: signatureOf(body, seconds(0)) }),
    ],
    ['text that claims to be base64', 'forged', { ...functionUrlEvent(), isBase64Encoded: true }],
    ['base64 that claims to be text', 'forged', { ...functionUrlEvent({ base64: true }), isBase64Encoded: false }],
    ['stale', 'stale', functionUrlEvent({ timestamp: seconds(-301) })],
    ['future', 'future', functionUrlEvent({ timestamp: seconds(301) })],
    ['a timestamp in milliseconds', 'no-timestamp', functionUrlEvent({ timestamp: String(clickedAt) })],
    ['two timestamps', 'no-timestamp', functionUrlEvent({ timestamp: `${seconds(0)},${seconds(0)}` })],
    ['a timestamp that is none', 'no-timestamp', functionUrlEvent({ timestamp: '1e9' })],
    ['no timestamp', 'no-timestamp', functionUrlEvent({ timestamp: '' })],
    ['no signature', 'unsigned', functionUrlEvent({ signature: '' })],
    ['a truncated signature', 'unsigned', functionUrlEvent({ signature: signatureOf(body, seconds(0)).slice(0, -1) })],
    ['another version', 'unsigned', functionUrlEvent({ signature: signatureOf(body, seconds(0)).replace('v0', 'v1') })],
    [
      'upper case hexadecimal',
      'unsigned',
      functionUrlEvent({ signature: signatureOf(body, seconds(0)).toUpperCase().replace('V0', 'v0') }),
    ],
    [
      'two signatures',
      'unsigned',
      functionUrlEvent({ signature: `${signatureOf(body, seconds(0))},v0=${'0'.repeat(64)}` }),
    ],
    ['GET', 'method', functionUrlEvent({ method: 'GET' })],
    ['JSON', 'content-type', functionUrlEvent({ headers: { 'content-type': 'application/json' } })],
    ['no content type', 'content-type', functionUrlEvent({ headers: { 'content-type': '' } })],
    ['multipart', 'content-type', functionUrlEvent({ headers: { 'content-type': 'multipart/form-data; boundary=x' } })],
    ['oversized', 'oversized', functionUrlEvent({ body: `payload=${'a'.repeat(1_000_000)}` })],
    ['oversized in base64', 'oversized', functionUrlEvent({ body: `payload=${'a'.repeat(1_000_000)}`, base64: true })],
    ['far too large', 'oversized', functionUrlEvent({ body: 'a'.repeat(5_000_000) })],
    ['no body', 'no-body', functionUrlEvent({ body: '' })],
    ['no event at all', 'unreadable', null],
    ['an event of another kind', 'unreadable', { Records: [] }],
  ])('%s', async (_, refusal, event) => {
    expect(await refused(event)).toEqual(refusedFor(refusal));
  });

  it.each([
    ['no payload', 'hello=world'],
    ['two payloads', `${body}&${body}`],
    ['no JSON', 'payload=hello'],
    ['another type', new URLSearchParams({ payload: '{"type":"view_submission"}' }).toString()],
    ['a button of somebody else', body.replace('kms-guard.approve', 'other.approve')],
    ['a value of somebody else', body.replace('alertId', 'other')],
    ['two actions', body.replace('%5D%7D', `%2C%7B%22action_id%22%3A%22x%22%7D%5D%7D`)],
  ])('signed, but %s', async (_, signedBody) => {
    expect(signedBody).not.toBe(body);
    expect(await refused(functionUrlEvent({ body: signedBody }))).toEqual(refusedFor('unreadable'));
  });

  it('replayed: each payload is used once, also of many at the same time', async () => {
    const ports = portsAt();
    const answers = await Promise.all(Array.from({ length: 5 }, () => takeRequest(ports, functionUrlEvent())));
    expect(answers.map(({ statusCode }) => statusCode).sort((a, b) => a - b)).toEqual([200, 409, 409, 409, 409]);
    expect(ports.put).toHaveLength(1);
    expectSilence(ports);
  });

  it('a replay in another encoding is refused as well', async () => {
    const ports = portsAt();
    await takeRequest(ports, functionUrlEvent());
    ports.put.length = 0;
    expect(await refused(functionUrlEvent({ base64: true }), ports)).toEqual(refusedFor('replayed'));
  });

  it('any change of one byte of body, timestamp or signature', async () => {
    const fields = fc.constantFrom('body' as const, 'timestamp' as const, 'signature' as const);
    const original = { body, timestamp: seconds(0), signature: signatureOf(body, seconds(0)) };
    await fc.assert(
      fc.asyncProperty(fields, fc.nat(), fc.integer({ min: 33, max: 126 }), async (field, place, code) => {
        const text = original[field];
        const at = place % text.length;
        const changed = text.slice(0, at) + String.fromCharCode(code) + text.slice(at + 1);
        fc.pre(changed !== text);
        const ports = portsAt();
        const answer = await takeRequest(ports, functionUrlEvent({ ...original, [field]: changed }));
        expect(answer.statusCode).toBeGreaterThanOrEqual(400);
        expect(ports.put).toEqual([]);
        expectSilence(ports);
      }),
    );
  });

  it('every refusal has a status and words', () => {
    expect(Object.keys(refusals).sort()).toEqual([...refusalIds].sort());
  });
});

describe('the signing secret', () => {
  it('that was rotated is read again once, and not more than once a minute', async () => {
    const clock = { time: clickedAt, now: () => clock.time, sleep: async () => undefined };
    let reads = 0;
    let text = 'the secret before';
    const secret = cachedSigningSecret(async () => {
      reads += 1;
      return text;
    }, clock);
    const ports = portsAt(clickedAt, { secret, clock });
    expect((await takeRequest(ports, functionUrlEvent())).statusCode).toBe(401);
    text = JSON.stringify({ signingSecret });
    expect((await takeRequest(ports, functionUrlEvent())).statusCode).toBe(401);
    expect(reads).toBe(1);
    clock.time += 60_000;
    const click = () => functionUrlEvent({ timestamp: String(clock.time / 1000) });
    expect((await takeRequest(ports, click())).statusCode).toBe(200);
    expect(reads).toBe(2);
    for (let n = 0; n < 5; n += 1) await takeRequest(ports, functionUrlEvent({ secret: 'wrong' }));
    expect(reads).toBe(2);
    expectSilence(ports);
  });

  it.each(['{"other":"value"}', '{broken'])('that is unusable (%s) is said without its text', async (text) => {
    const ports = portsAt(clickedAt, { secret: cachedSigningSecret(async () => text, { now: () => clickedAt }) });
    const error: unknown = await takeRequest(ports, functionUrlEvent()).catch((thrown: unknown) => thrown);
    expect(String(error)).toContain('signing secret is JSON without');
    expect(String(error)).not.toContain(text);
    expect(error).not.toHaveProperty('cause');
  });

  it('with spaces around it is the secret without them', async () => {
    const secret = cachedSigningSecret(async () => `  ${signingSecret}\n`, { now: () => clickedAt });
    expect((await takeRequest(portsAt(clickedAt, { secret }), functionUrlEvent())).statusCode).toBe(200);
  });
});

it('an answer that the queue does not take is a failure, not a lost click that looks taken', async () => {
  const answers = {
    put: async () => {
      throw new RetryableFault('the queue did not take the answer');
    },
  };
  const ports = portsAt(clickedAt, { answers });
  await expect(takeRequest(ports, functionUrlEvent())).rejects.toThrow(RetryableFault);
  expect(ports.lines.join('\n')).not.toContain('taken');
});
