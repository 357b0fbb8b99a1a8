import type { PrincipalEntry } from './document.ts';

const ACCOUNT = /^\d{12}$/;
const UNIQUE_ID = /^A[A-Z]{3}[A-Z0-9]{12,}$/;
const ARN = /^arn:([^:]+):(iam|sts)::([^:]*):(.+)$/;
const SERVICE = /^[a-z0-9][a-z0-9.-]*\.[a-z0-9.-]+$/i;

/** One value of `Principal.AWS`. A string that KMS refuses comes back as `nobody`, with the reason. */
export const readAwsPrincipal = (text: string): PrincipalEntry | { readonly refused: string } => {
  if (text === '*') return { kind: 'everyone', text };
  if (ACCOUNT.test(text)) return { kind: 'account', text, partition: '', account: text };
  if (UNIQUE_ID.test(text)) return { kind: 'unique-id', text };
  if (text.includes('*') || text.includes('?')) {
    return {
      refused: 'a wildcard cannot match part of a principal: use "*" alone with a condition on aws:PrincipalArn',
    };
  }
  const arn = ARN.exec(text);
  if (arn === null) return { refused: 'not an account, a user, role or session ARN, or "*"' };
  const [, partition = '', service = '', account = '', resource = ''] = arn;
  if (!ACCOUNT.test(account)) return { refused: 'the account of a principal ARN has 12 digits' };
  return inAccount({ text, partition, account }, service, resource);
};

const inAccount = (
  where: { readonly text: string; readonly partition: string; readonly account: string },
  service: string,
  resource: string,
): PrincipalEntry | { readonly refused: string } => {
  const [type = '', ...path] = resource.split('/');
  const name = path.at(-1) ?? '';
  if (service === 'iam' && resource === 'root') return { kind: 'account', ...where };
  if (name !== '' && service === 'iam' && type === 'role') return { kind: 'role', ...where, name };
  if (name !== '' && service === 'iam' && type === 'user') return { kind: 'user', ...where, name };
  if (service === 'sts' && type === 'assumed-role' && path.length === 2) {
    return { kind: 'session', ...where, name: path[0] ?? '', session: name };
  }
  if (service === 'sts' && type === 'federated-user' && path.length === 1)
    return { kind: 'federated-user', ...where, name };
  return { refused: 'a key policy names accounts, users, roles and sessions, nothing else' };
};

/** One value of `Principal.Service`. */
export const readServicePrincipal = (text: string): PrincipalEntry | { readonly refused: string } =>
  SERVICE.test(text)
    ? { kind: 'service', text }
    : { refused: 'not a service principal such as logs.eu-west-1.amazonaws.com' };
