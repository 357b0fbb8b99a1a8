import type { Rule } from '../define-rule.ts';
import { accessTagChanged } from '../access-tag-changed.ts';
import { aliasRetargeted } from '../alias-retargeted.ts';
import { grantBroad } from '../grant-broad.ts';
import { grantExternal } from '../grant-external.ts';
import { policyAdminAndUse } from '../policy-admin-and-use.ts';
import { policyChangedWhilePending } from '../policy-changed-while-pending.ts';
import { policyCrossAccount } from '../policy-cross-account.ts';
import { policyGuardLockedOut } from '../policy-guard-locked-out.ts';
import { policyIneffective } from '../policy-ineffective.ts';
import { policyLockoutCheckBypassed } from '../policy-lockout-check-bypassed.ts';
import { policyNoEncryptionContext } from '../policy-no-encryption-context.ts';
import { policyNotPrincipal } from '../policy-not-principal.ts';
import { policyPublic } from '../policy-public.ts';
import { policyServiceUnscoped } from '../policy-service-unscoped.ts';
import { policyStalePrincipal } from '../policy-stale-principal.ts';
import { policyUnmanageable } from '../policy-unmanageable.ts';
import { policyWildcardPrincipal } from '../policy-wildcard-principal.ts';
import { replicaUnapprovedRegion } from '../replica-unapproved-region.ts';

/** The rules of policy-guard, in the order in which they are listed and their remedies considered. */
export const policyRules: readonly Rule[] = [
  policyPublic,
  policyCrossAccount,
  policyServiceUnscoped,
  policyGuardLockedOut,
  policyUnmanageable,
  policyChangedWhilePending,
  policyLockoutCheckBypassed,
  policyNotPrincipal,
  policyAdminAndUse,
  policyWildcardPrincipal,
  policyStalePrincipal,
  policyIneffective,
  policyNoEncryptionContext,
  grantExternal,
  grantBroad,
  replicaUnapprovedRegion,
  aliasRetargeted,
  accessTagChanged,
];
