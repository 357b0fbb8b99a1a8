import { createServer } from 'node:http';

export type Assumption = {
  readonly roleArn: string;
  readonly externalId: string | null;
  readonly sourceIdentity: string | null;
  readonly sessionName: string | null;
  readonly policy: string;
};

export type FakeSts = AsyncDisposable & { readonly endpoint: string; readonly assumptions: readonly Assumption[] };

const errorXml = (code: string, message: string): string =>
  `<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type><Code>${code}</Code>` +
  `<Message>${message}</Message></Error><RequestId>1</RequestId></ErrorResponse>`;

const sessionXml = (accessKeyId: string, expiration: string): string =>
  `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials>` +
  `<AccessKeyId>${accessKeyId}</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken>` +
  `<Expiration>${expiration}</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>`;

const callerXml = (account: string): string =>
  `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>` +
  `<Account>${account}</Account></GetCallerIdentityResult></GetCallerIdentityResponse>`;

/**
 * STS on a loopback port: the access key of a session is the account of its role; `refuses` says which roles it denies, `lasts` how
 * many seconds a session is good for, if not as many as were asked for. Who asks who he is, is told his access key.
 */
export const fakeSts = async (
  refuses: (assumption: Assumption) => boolean,
  lasts: (asked: number) => number = (asked) => asked,
): Promise<FakeSts> => {
  const assumptions: Assumption[] = [];
  const server = createServer((incoming, outgoing) => {
    let body = '';
    incoming.on('data', (chunk: Buffer) => void (body += chunk.toString()));
    incoming.on('end', () => {
      const form = new URLSearchParams(body);
      if (form.get('Action') === 'GetCallerIdentity') {
        const [, caller = ''] = /Credential=([^/]+)\//.exec(incoming.headers.authorization ?? '') ?? [];
        outgoing.writeHead(200, { 'content-type': 'text/xml' }).end(callerXml(caller));
        return;
      }
      const assumption = {
        roleArn: form.get('RoleArn') ?? '',
        externalId: form.get('ExternalId'),
        sourceIdentity: form.get('SourceIdentity'),
        sessionName: form.get('RoleSessionName'),
        policy: form.get('Policy') ?? '',
      };
      assumptions.push(assumption);
      const refused = refuses(assumption);
      const message = `not authorized to perform: sts:AssumeRole on resource: ${assumption.roleArn}`;
      const seconds = lasts(Number(form.get('DurationSeconds') ?? '3600'));
      const until = new Date(Date.now() + seconds * 1000).toISOString();
      const account = assumption.roleArn.split(':')[4] ?? '';
      outgoing.writeHead(refused ? 403 : 200, { 'content-type': 'text/xml' });
      outgoing.end(refused ? errorXml('AccessDenied', message) : sessionXml(account, until));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    assumptions,
    [Symbol.asyncDispose]: () => new Promise<void>((resolve) => void server.close(() => resolve())),
  };
};
