/** One call on the key, as the key policy sees it. */
export type KeyRequest = {
  /** A user, role, session or root ARN; a service principal such as `logs.eu-west-1.amazonaws.com`; `*` for nobody known. */
  readonly principal: string;
  readonly principalType: 'AWS' | 'Service' | 'Federated';
  /** `kms:Decrypt` */
  readonly action: string;
  /** The key's ARN. Null: not known, so a statement about an explicit ARN may or may not be about this key. */
  readonly resource: string | null;
  /** Names are compared without case. An absent name and an empty list are the same. */
  readonly context: RequestContext;
};

export type RequestContext = Readonly<Record<string, string | readonly string[]>>;

const CALLER = /^arn:([^:]+):(?:iam|sts)::(\d{12}):(.+)$/;

/**
 * Adds what every call of an AWS principal carries: `aws:PrincipalAccount`, `aws:PrincipalArn`, `kms:CallerAccount`.
 * For a role session `aws:PrincipalArn` is the role's ARN, whose path the session does not show.
 */
export const withCallerKeys = (request: KeyRequest): KeyRequest => {
  const caller = request.principalType === 'AWS' ? CALLER.exec(request.principal) : null;
  if (caller === null) return request;
  const [, partition = '', account = '', resource = ''] = caller;
  const role = resource.startsWith('assumed-role/') ? resource.split('/')[1] : undefined;
  const arn = role === undefined ? request.principal : `arn:${partition}:iam::${account}:role/${role}`;
  const context: Record<string, string | readonly string[]> = { ...request.context };
  const given = new Set(Object.keys(context).map((key) => key.toLowerCase()));
  const implied: readonly (readonly [string, string])[] = [
    ['aws:PrincipalAccount', account],
    ['aws:PrincipalArn', arn],
    ['kms:CallerAccount', account],
  ];
  for (const [key, value] of implied) if (!given.has(key.toLowerCase())) context[key] = value;
  return { ...request, context };
};
