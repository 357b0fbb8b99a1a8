import type { Actor, Call, OperationName } from './calls/call.ts';
import { guardIdentity, knownRoles } from './responder.ts';

/**
 * Did the guard make this call itself? In a member account it must also have come as the guard, by its source identity. The
 * role behind a session is compared where the record names it; a session ARN carries no role path, so without the issuer the
 * account and the role's name are compared.
 */
export const isOwnActor = (actor: Actor, ownRoles: readonly string[]): boolean => {
  const account = (actor.issuerArn ?? actor.arn)?.split(':')[4] ?? '';
  return knownRoles(ownRoles, account).some((role) => {
    if (!ownRoles.includes(role) && actor.sourceIdentity !== guardIdentity) return false;
    if (actor.issuerArn !== null) return actor.issuerArn === role;
    return actor.arn === role || (actor.arn !== null && roleOfSession(actor.arn) === roleName(role));
  });
};

/** The writes that remedies make; with any other call the guard's role is in wrong hands. */
const ownOperations: ReadonlySet<OperationName> = new Set([
  'CancelKeyDeletion',
  'EnableKey',
  'EnableKeyRotation',
  'PutKeyPolicy',
  'RevokeGrant',
]);

/** A call that a remedy of the guard made: never acted upon, so that the guard does not chase itself. */
export const isOwnCall = ({ actor, operation }: Call, ownRoles: readonly string[]): boolean =>
  ownOperations.has(operation) && isOwnActor(actor, ownRoles);

/** `ACCOUNT/NAME` of `arn:aws:sts::ACCOUNT:assumed-role/NAME/SESSION`; null for any other ARN. */
const roleOfSession = (arn: string): string | null => {
  const [, , service, , account, resource] = arn.split(':');
  const [kind, name] = resource?.split('/') ?? [];
  return service === 'sts' && kind === 'assumed-role' && name !== undefined ? `${account}/${name}` : null;
};

/** `ACCOUNT/NAME` of `arn:aws:iam::ACCOUNT:role/PATH/NAME`. */
const roleName = (arn: string): string => {
  const [, , , , account, resource] = arn.split(':');
  return `${account}/${resource?.split('/').at(-1)}`;
};
