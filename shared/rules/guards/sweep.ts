import { customKeyStoreDisconnected } from '../custom-key-store-disconnected.ts';
import type { Rule } from '../define-rule.ts';
import { forwardingMissing } from '../forwarding-missing.ts';
import { grantStale } from '../grant-stale.ts';
import { importedMaterialExpiring } from '../imported-material-expiring.ts';
import { importedMaterialRemoved } from '../imported-material-removed.ts';
import { keyDisabledLong } from '../key-disabled-long.ts';
import { keyUntagged } from '../key-untagged.ts';
import { keyUnused } from '../key-unused.ts';
import { keyWithoutAlias } from '../key-without-alias.ts';
import { pendingKeyNeeded } from '../pending-key-needed.ts';
import { replicaDrift } from '../replica-drift.ts';
import { rotationOverdue } from '../rotation-overdue.ts';
import { trailBlind } from '../trail-blind.ts';
import { unprotectableKey } from '../unprotectable-key.ts';

/** The rules that no event wakes, in the order in which they are listed: only a sweep sees what they flag. */
export const sweepRules: readonly Rule[] = [
  pendingKeyNeeded,
  keyUnused,
  rotationOverdue,
  keyDisabledLong,
  keyWithoutAlias,
  keyUntagged,
  importedMaterialExpiring,
  importedMaterialRemoved,
  customKeyStoreDisconnected,
  grantStale,
  replicaDrift,
  unprotectableKey,
  trailBlind,
  forwardingMissing,
];
