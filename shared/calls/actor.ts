import { type Actor, type ActorType, actorTypes } from './call.ts';
import { type Fields, fields, maybeFlag, text } from './fields.ts';

/** Source: CloudTrail user guide, "CloudTrail userIdentity element". */

const knownTypes = new Map<unknown, ActorType>(actorTypes.map((type) => [type, type]));

/** Identities whose `principalId` is `ID:session name`. */
const sessions = new Set<ActorType>(['AssumedRole', 'AWSAccount', 'FederatedUser', 'Role']);

const typeOf = (identity: Fields): ActorType => {
  const known = knownTypes.get(identity['type']);
  if (known !== undefined) return known;
  // Events of KMS itself say `invokedBy: "AWS Internal"` and leave the type out.
  return text(identity['type']) === null && text(identity['invokedBy']) !== null ? 'AWSService' : 'Unknown';
};

const sessionNameOf = (type: ActorType, principalId: string | null): string | null => {
  const colon = principalId?.indexOf(':') ?? -1;
  return principalId === null || colon < 0 || !sessions.has(type) ? null : text(principalId.slice(colon + 1));
};

/** Whom the record names; a missing identity reads as `Unknown`, who is nobody's trusted actor. */
export const readActor = (userIdentity: unknown): Actor => {
  const identity = fields(userIdentity);
  const session = fields(identity['sessionContext']);
  const issuer = fields(session['sessionIssuer']);
  const type = typeOf(identity);
  const principalId = text(identity['principalId']);
  return {
    type,
    arn: text(identity['arn']),
    accountId: text(identity['accountId']),
    principalId,
    userName: text(identity['userName']) ?? text(issuer['userName']),
    issuerArn: text(issuer['arn']),
    sessionName: sessionNameOf(type, principalId),
    sourceIdentity: text(session['sourceIdentity']),
    mfaAuthenticated: maybeFlag(fields(session['attributes'])['mfaAuthenticated']),
    invokedBy: text(identity['invokedBy']),
  };
};

/** An event that KMS put on the bus itself names nobody. */
export const theServiceItself: Actor = readActor({ type: 'AWSService' });
