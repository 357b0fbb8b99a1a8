import type { IncomingHttpHeaders } from 'node:http';

/** What a request's signature says about it. Whether it is a true signature is the emulator's business. */
export interface Signer {
  readonly accessKeyId: string;
  readonly region: string;
  readonly service: string;
}

const SCOPE = /^([^/]+)\/\d{8}\/([^/]+)\/([^/]+)\/aws4_request$/;

/** Reads the credential scope of a header-signed or presigned request; undefined when there is none. */
export function signerOf(headers: IncomingHttpHeaders, path: string): Signer | undefined {
  const header = /Credential=([^,\s]+)/.exec(headers.authorization ?? '')?.[1];
  const query = new URLSearchParams(path.split('?', 2)[1] ?? '').get('X-Amz-Credential');
  const [, accessKeyId, region, service] = SCOPE.exec(header ?? query ?? '') ?? [];
  if (accessKeyId === undefined || region === undefined || service === undefined) return undefined;
  return { accessKeyId, region, service };
}

/** The account that a 12-digit access key id stands for in the emulator. */
export function accountOf(accessKeyId: string): string | undefined {
  return /^\d{12}$/.test(accessKeyId) ? accessKeyId : undefined;
}
