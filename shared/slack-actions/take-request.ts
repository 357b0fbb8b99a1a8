import type { Clock, Log } from '../ports.ts';
import { readFunctionUrlRequest } from './function-url-request.ts';
import { type Refusal, refusals } from './refusal.ts';
import { isSignedWith, requestId, type SignedBody, timeRefusal } from './signature.ts';
import { parseAnswer, type SlackAnswer } from './slack-answer.ts';

/** The app's signing secret. @throws RetryableFault when it cannot be read; never with its text. */
export type SigningSecret = {
  readonly current: () => Promise<string>;
  /** Read again, for it may have been rotated; null where it was read only a moment ago. */
  readonly reread: () => Promise<string | null>;
};

/** Which requests were taken. @throws RetryableFault when the ledger gives no answer. */
export type TakenRequests = {
  /** True for the first who asks. */
  readonly take: (id: string, now: number) => Promise<boolean>;
};

/** The queue to `slack-answers`. @throws RetryableFault when it does not take it. */
export type AnswerQueue = { readonly put: (answer: SlackAnswer) => Promise<void> };

export type ActionPorts = {
  readonly secret: SigningSecret;
  readonly taken: TakenRequests;
  readonly answers: AnswerQueue;
  readonly clock: Clock;
  readonly log: Log;
};

/** What Slack is answered: within three seconds, and nothing that tells a stranger more than that. */
export type HttpAnswer = {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
};

/** Verifies one request and passes its answer on; the work is done later, by `slack-answers`. Logs ids, never what came. */
export const takeRequest = async (ports: ActionPorts, event: unknown): Promise<HttpAnswer> => {
  const taken = await take(ports, event);
  if (typeof taken === 'string') {
    ports.log.info('refused', { refusal: taken, because: refusals[taken].says });
    return http(refusals[taken].status, 'refused');
  }
  const { id, user, action } = taken;
  ports.log.info('taken', { id, user, action });
  return http(200, '');
};

const http = (statusCode: number, body: string): HttpAnswer => ({
  statusCode,
  headers: { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' },
  body,
});

const take = async (ports: ActionPorts, event: unknown): Promise<SlackAnswer | Refusal> => {
  const request = readFunctionUrlRequest(event);
  if (request.refused !== null) return request.refused;
  const now = ports.clock.now();
  const late = timeRefusal(request.timestamp, now);
  if (late !== null) return late;
  if (!(await isGenuine(ports.secret, request))) return 'forged';
  const id = requestId(request);
  const answer = parseAnswer(request.body, { id, at: new Date(now).toISOString() });
  if (answer === null) return 'unreadable';
  if (!(await ports.taken.take(id, now))) return 'replayed';
  await ports.answers.put(answer);
  return answer;
};

/** A signature that is not ours may be that of a secret that was rotated: then the secret is read once more. */
const isGenuine = async (secret: SigningSecret, request: SignedBody): Promise<boolean> => {
  if (isSignedWith(await secret.current(), request)) return true;
  const fresh = await secret.reread();
  return fresh !== null && isSignedWith(fresh, request);
};
