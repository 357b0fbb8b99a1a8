import type { OrganizationConfig } from '../config/organization-config.ts';
import type { SweepConfig } from '../config/sweep-config.ts';
import { guardIdentity } from '../responder.ts';

/** How a sweep comes into accounts other than its own; empty where it may not. */
export type MemberAccess = {
  /** Assumed by name, path included. */
  readonly role?: string;
  readonly externalId?: string;
  readonly sourceIdentity?: string;
};

/** By the role that the sweep's own settings name, or else by the responder that the organization's members have. */
export const memberAccess = (config: {
  readonly sweep: Pick<SweepConfig, 'role'>;
  readonly organization: OrganizationConfig | null;
}): MemberAccess => {
  const { sweep, organization } = config;
  if (organization === null) return sweep.role === null ? {} : { role: sweep.role };
  const { externalId, responderRole } = organization;
  return sweep.role === null
    ? { role: responderRole, externalId, sourceIdentity: guardIdentity }
    : { role: sweep.role, externalId };
};
