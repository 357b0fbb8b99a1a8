import { createHash } from 'node:crypto';
import type { JsonObject } from './json-object.ts';

/** Who made a call, as far as the emulator (or the bridge's own list of actors) knows. */
export interface Caller {
  /** An STS assumed-role, IAM user or root ARN. */
  readonly arn: string;
  readonly accessKeyId: string;
  /** The role behind an assumed role; null for everybody else, or when the emulator does not know it. */
  readonly issuer: { readonly arn: string | null; readonly roleId: string | null } | null;
  /** What a session was made with, if anything. */
  readonly sourceIdentity?: string | null;
  /** When the session began; ISO 8601 UTC, seconds. */
  readonly since: string;
}

/** CloudTrail's `userIdentity` (CTUG: cloudtrail-event-reference-user-identity). */
export function userIdentity(caller: Caller): JsonObject {
  const [, partition = 'aws', , , accountId = '', resource = ''] = caller.arn.split(':');
  const [kind = '', name = '', ...session] = resource.split('/');
  if (kind === 'assumed-role') {
    return assumedRole(caller, { partition, accountId, role: name, session: session.join('/') });
  }
  if (kind === 'user') {
    const userName = [name, ...session].at(-1) ?? name;
    const accessKeyId = publicKeyId('AKIA', caller);
    return { type: 'IAMUser', principalId: id('AIDA', caller.arn), arn: caller.arn, accountId, accessKeyId, userName };
  }
  return { type: 'Root', principalId: accountId, arn: caller.arn, accountId, accessKeyId: publicKeyId('AKIA', caller) };
}

interface AssumedRole {
  readonly partition: string;
  readonly accountId: string;
  readonly role: string;
  readonly session: string;
}

function assumedRole(caller: Caller, { partition, accountId, role, session }: AssumedRole): JsonObject {
  const arn = caller.issuer?.arn ?? `arn:${partition}:iam::${accountId}:role/${role}`;
  const roleId = caller.issuer?.roleId ?? id('AROA', arn);
  return {
    type: 'AssumedRole',
    principalId: `${roleId}:${session}`,
    arn: caller.arn,
    accountId,
    accessKeyId: publicKeyId('ASIA', caller),
    sessionContext: {
      sessionIssuer: { type: 'Role', principalId: roleId, arn, accountId, userName: role },
      attributes: { creationDate: caller.since, mfaAuthenticated: 'false' },
      ...(typeof caller.sourceIdentity === 'string' ? { sourceIdentity: caller.sourceIdentity } : {}),
    },
  };
}

/** The emulator's 12-digit keys are accounts; a record shows a key of the form that AWS would have used. */
function publicKeyId(prefix: string, caller: Caller): string {
  return /^\d{12}$/.test(caller.accessKeyId) ? id(prefix, `key of ${caller.arn}`) : caller.accessKeyId;
}

function id(prefix: string, of: string): string {
  return prefix + createHash('sha256').update(of).digest('hex').slice(0, 16).toUpperCase();
}
