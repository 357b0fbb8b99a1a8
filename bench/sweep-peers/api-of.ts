import type { IncomingHttpHeaders } from 'node:http';

/** Which API a request calls: JSON protocols name it in a header, the query protocol in the form. */
export const apiOf = (headers: IncomingHttpHeaders, body: Buffer): string => {
  const target = headers['x-amz-target'];
  if (typeof target === 'string') return target.slice(target.lastIndexOf('.') + 1);
  return new URLSearchParams(body.toString('utf8')).get('Action') ?? 'unknown';
};
