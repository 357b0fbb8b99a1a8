import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { readAll } from './bridge/forward.ts';

type Post = {
  /** Where the local AWS answers. */
  readonly endpoint: string;
  /** As AWS gives it, such as `https://ID.lambda-url.eu-west-1.on.aws/`: the local AWS knows it by its host. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Gives up. */
  readonly signal?: AbortSignal;
};

/** Posts to a Lambda function URL of the local AWS, as a client on the internet would. */
export const postFunctionUrl = async ({ endpoint, url, headers, body, signal }: Post) => {
  const { hostname, port } = new URL(endpoint);
  const { host, pathname } = new URL(url);
  const sent = request({
    host: hostname,
    port,
    method: 'POST',
    path: pathname,
    headers: { ...headers, host, 'content-length': Buffer.byteLength(body) },
    ...(signal === undefined ? {} : { signal }),
  });
  sent.end(body);
  const [answer]: IncomingMessage[] = await once(sent, 'response');
  if (answer === undefined) throw new Error('the function URL gave no answer');
  return { status: answer.statusCode ?? 0, body: (await readAll(answer)).toString('utf8') };
};
