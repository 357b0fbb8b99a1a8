import type { Actor } from './calls/call.ts';

/** An AWS principal, and the session of it that was named: `session` is null where only the principal was. */
export type Principal = { readonly arn: string; readonly session: string | null };

/**
 * The principal behind an ARN. A role session becomes its role, and paths are left out: a session's ARN carries none, and
 * names of roles and users are unique within an account whatever their path.
 */
export const principalOf = (arn: string): Principal => {
  const [prefix, partition, service, region, account, ...rest] = arn.split(':');
  const [kind, ...path] = rest.join(':').split('/');
  const iam = (resource: string): string => [prefix, partition, 'iam', region, account, resource].join(':');
  const [role, ...session] = path;
  if (service === 'sts' && kind === 'assumed-role' && role !== undefined && session.length > 0) {
    return { arn: iam(`role/${role}`), session: session.join('/') };
  }
  const name = path.at(-1);
  const isNamed = service === 'iam' && (kind === 'role' || kind === 'user') && name !== undefined;
  return { arn: isNamed ? iam(`${kind}/${name}`) : arn, session: null };
};

/** Every ARN that names this actor: the session, the role as recorded, the role without its path. Empty: nobody knows. */
export const arnsOf = ({ arn, issuerArn }: Pick<Actor, 'arn' | 'issuerArn'>): readonly string[] => {
  const named = [arn, issuerArn].filter((each) => each !== null);
  return [...new Set([...named, ...named.map((each) => principalOf(each).arn)])];
};

/** Is this actor meant by `wanted`? A session that is named must be the same one; a bare role means any session of it. */
export const isPrincipal = (wanted: string, actor: Pick<Actor, 'arn' | 'issuerArn'>): boolean => {
  const { arn: principal, session } = principalOf(wanted);
  if (actor.arn === null) return false;
  const made = principalOf(actor.arn);
  return made.arn === principal && (session === null || session === made.session);
};
