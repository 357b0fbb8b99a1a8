import type { CallOf } from '../../calls/call.ts';
import type { Facts, KeyMetadata } from '../../facts/facts.ts';
import type { Reason } from '../define-rule.ts';
import { cut, reasonsOf } from '../reason.ts';

export const bondTexts = {
  aliased: 'Aliases point at it ({count}): {aliases}',
  granted: 'Active grants on it: {count} (or more: {atLeast})',
  primaryWithReplicas: 'It is the primary of a multi-Region family with {replicas} replicas',
  waitsForReplicas: 'It waits for its replicas ({replicas}) to be deleted and has no deletion date until then',
  replica: 'It is a multi-Region replica of {primary}: data encrypted in one Region may be read in this one',
} as const;
const reason = reasonsOf(bondTexts);

const shownAliases = 5;

/** What still refers to a key that is to be deleted. Facts that are unknown give no reason here: they are named elsewhere. */
export const bondReasons = (facts: Facts, call: CallOf<'ScheduleKeyDeletion'> | null): readonly Reason[] => {
  const { aliases, grants, metadata } = facts;
  return [
    ...(aliases.known && aliases.value.length > 0 ? [aliased(aliases.value)] : []),
    ...(grants.known && grants.value.length > 0
      ? [reason('granted', { count: grants.value.length, atLeast: grants.detail !== undefined })]
      : []),
    ...(metadata.known ? family(metadata.value) : familyInCall(call)),
  ];
};

const aliased = (aliases: readonly string[]): Reason => {
  const more = aliases.length > shownAliases ? ', …' : '';
  const shown = aliases.slice(0, shownAliases).map((alias) => cut(alias, 100));
  return reason('aliased', { count: aliases.length, aliases: `${shown.join(', ')}${more}` });
};

const family = ({ keyState, multiRegion }: KeyMetadata): readonly Reason[] => {
  const replicas = multiRegion?.replicaArns.length ?? 0;
  if (keyState === 'PendingReplicaDeletion') return [reason('waitsForReplicas', { replicas })];
  if (multiRegion?.type === 'REPLICA') return [reason('replica', { primary: multiRegion.primaryArn })];
  return replicas > 0 ? [reason('primaryWithReplicas', { replicas })] : [];
};

/** Without the metadata the call itself may tell: KMS answers this state to a primary that has replicas. */
const familyInCall = (call: CallOf<'ScheduleKeyDeletion'> | null): readonly Reason[] =>
  call?.keyState === 'PendingReplicaDeletion' ? [reason('waitsForReplicas', { replicas: null })] : [];
