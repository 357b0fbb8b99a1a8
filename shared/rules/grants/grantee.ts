import type { Grant } from '../../facts/facts.ts';

/** What a grantee is, as far as its name tells. */
export type Grantee = {
  /**
   * `service`: an AWS service, by its principal or a role that only it can assume. `person`: a user, or a role of IAM Identity
   * Center. `account`: every principal of an account. `nobody`: a principal that was deleted. `unreadable`: none of these.
   */
  readonly kind: 'service' | 'person' | 'account' | 'role' | 'nobody' | 'unreadable';
  /** Null for a service and for what names no account. */
  readonly account: string | null;
  readonly text: string;
};

/** `rds.amazonaws.com`, `rds.amazonaws.com.cn`, `rds.c2s.ic.gov`: a name with dots; what else CreateGrant takes is an ARN. */
const serviceName = /^[a-z0-9-]+(?:\.[a-z0-9-]+)+$/;
const arnPattern = /^arn:[^:]+:(?:iam|sts)::(\d{12}):(.+)$/;
const uniqueId = /^A[A-Z]{3}[A-Z0-9]{12,}$/;

/** ListGrants shows a service as its service principal in GranteePrincipal: KMS API reference, GrantListEntry. */
export const granteeOf = ({ granteePrincipal, granteeServicePrincipal }: Grant): Grantee => {
  const text = granteePrincipal ?? granteeServicePrincipal ?? '';
  if (serviceName.test(text)) return { kind: 'service', account: null, text };
  if (/^\d{12}$/.test(text)) return { kind: 'account', account: text, text };
  if (uniqueId.test(text)) return { kind: 'nobody', account: null, text };
  const [, account = null, resource = ''] = arnPattern.exec(text) ?? [];
  return account === null ? { kind: 'unreadable', account: null, text } : { kind: kindOf(resource), account, text };
};

const kindOf = (resource: string): Grantee['kind'] => {
  if (resource === 'root') return 'account';
  // Only the service itself can assume its linked roles, and those whose names begin with `aws:`.
  if (/^(?:role\/aws-service-role\/|assumed-role\/(?:aws:|AWSServiceRoleFor))/.test(resource)) return 'service';
  if (/^(?:user|federated-user)\//.test(resource)) return 'person';
  if (/^role\/aws-reserved\/sso\.amazonaws\.com\/|^assumed-role\/AWSReservedSSO_/.test(resource)) return 'person';
  return /^(?:role|assumed-role)\//.test(resource) ? 'role' : 'unreadable';
};
