import type { GuardConfig } from '../shared/config/config.ts';
import type { FactName } from '../shared/facts/facts.ts';
import type { RemedyName } from '../shared/remedies/remedy-names.ts';
import type { Rule } from '../shared/rules/define-rule.ts';
import { modesByAccount } from './modes-by-account.ts';

/**
 * Which IAM actions a fact or a remedy costs. Source: AWS KMS developer guide, "AWS KMS permissions";
 * service authorization reference of CloudTrail and of EventBridge. Actions in `everywhere` have no resource-level permission.
 */
export type Actions = {
  /** On the keys of this account and Region. */
  readonly keys: readonly string[];
  /** On multi-Region keys of this account in any Region: rotation is a property of the primary. */
  readonly multiRegionKeys: readonly string[];
  /** On rules of EventBridge. */
  readonly eventRules: readonly string[];
  /** Only `*` can be their resource. */
  readonly everywhere: readonly string[];
};

const nothing: Actions = { keys: [], multiRegionKeys: [], eventRules: [], everywhere: [] };
const onKeys = (...keys: readonly string[]): Actions => ({ ...nothing, keys });
const onAnything = (...everywhere: readonly string[]): Actions => ({ ...nothing, everywhere });

const factActions: Readonly<Record<FactName, Actions>> = {
  metadata: onKeys('kms:DescribeKey'),
  rotation: {
    ...nothing,
    keys: ['kms:DescribeKey', 'kms:GetKeyRotationStatus'],
    multiRegionKeys: ['kms:DescribeKey', 'kms:GetKeyRotationStatus'],
  },
  policy: onKeys('kms:GetKeyPolicy'),
  aliases: onAnything('kms:ListAliases'),
  tags: onKeys('kms:ListResourceTags'),
  grants: onKeys('kms:ListGrants'),
  lastUse: onKeys('kms:GetKeyLastUsage'),
  history: onAnything('cloudtrail:LookupEvents'),
  // From the ledger alone.
  policyHistory: onKeys(),
  // Of a replica, its primary is asked, as for its rotation.
  lastRotation: { ...nothing, keys: ['kms:ListKeyRotations'], multiRegionKeys: ['kms:ListKeyRotations'] },
  // Each replica is read in its own Region.
  family: {
    ...nothing,
    keys: ['kms:DescribeKey'],
    multiRegionKeys: ['kms:DescribeKey', 'kms:GetKeyPolicy', 'kms:ListResourceTags'],
  },
  failedUses: onAnything('cloudtrail:LookupEvents'),
  // A trail of the organization belongs to another account: no resource of this one could name it.
  trails: onAnything('cloudtrail:DescribeTrails', 'cloudtrail:GetTrailStatus', 'cloudtrail:GetEventSelectors'),
  forwarding: { ...nothing, eventRules: ['events:DescribeRule'], everywhere: ['events:ListRuleNamesByTarget'] },
};

export const remedyActions: Readonly<Record<RemedyName, readonly string[]>> = {
  cancelKeyDeletion: ['kms:CancelKeyDeletion'],
  restoreKeyState: ['kms:EnableKey'],
  enableKeyRotation: ['kms:EnableKeyRotation'],
  restoreKeyPolicy: ['kms:PutKeyPolicy'],
  revokeGrant: ['kms:RevokeGrant'],
};

/** What a remedy is followed by, and what it reads to plan and to verify. */
const followUps: Partial<Readonly<Record<RemedyName, readonly RemedyName[]>>> = {
  cancelKeyDeletion: ['restoreKeyState'],
};
const remedyReads: Readonly<Record<RemedyName, readonly FactName[]>> = {
  cancelKeyDeletion: ['metadata'],
  restoreKeyState: ['metadata', 'history'],
  enableKeyRotation: ['metadata', 'rotation', 'history'],
  restoreKeyPolicy: ['metadata', 'policy', 'policyHistory'],
  revokeGrant: ['metadata', 'grants'],
};

/** The remedies that some entry of `modes`, for all accounts or for one, sets to `enforce`. */
const enforcedRemedies = (config: GuardConfig): ReadonlySet<string> =>
  new Set(
    [config.modes.remedies, ...Object.values(config.modes.accounts)].flatMap((modes) =>
      Object.entries(modes).flatMap(([remedy, mode]) => (mode === 'enforce' ? [remedy] : [])),
    ),
  );

/** Remedies that these rules ask for, with what follows them. */
export const remediesOf = (rules: readonly Rule[]): readonly RemedyName[] => {
  const own = rules.flatMap((rule) => (rule.remedy === null ? [] : [rule.remedy]));
  return [...new Set([...own, ...own.flatMap((remedy) => followUps[remedy] ?? [])])];
};

/** Reads for what the rules need and for what their remedies plan and verify; every alert names the key's state and aliases, and a waiver may go by tags. */
export const readActions = (rules: readonly Rule[]): Actions => {
  const facts = new Set<FactName>([
    'metadata',
    'aliases',
    'tags',
    ...rules.flatMap((rule) => rule.needs),
    ...remediesOf(rules).flatMap((remedy) => remedyReads[remedy]),
  ]);
  const actions = [...facts].map((fact) => factActions[fact]);
  return {
    keys: sorted(actions.flatMap(({ keys }) => keys)),
    multiRegionKeys: sorted(actions.flatMap(({ multiRegionKeys }) => multiRegionKeys)),
    eventRules: sorted(actions.flatMap(({ eventRules }) => eventRules)),
    everywhere: sorted(actions.flatMap(({ everywhere }) => everywhere)),
  };
};

/** Writes that are allowed where a condition holds: everywhere, or by the account that the key is of. */
export type Writes = {
  readonly sid: string;
  readonly actions: readonly string[];
  readonly conditions: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
};

/**
 * Writes on keys: none while everything observes, no follow-up of what only observes, and each only in the accounts that
 * enforce it. Which account the stack is deployed to is not known at synthesis: IAM compares it at each call.
 */
export const writesOf = (rules: readonly Rule[], config: GuardConfig): readonly Writes[] => {
  const enforced = enforcedRemedies(config);
  const acting = rules.filter((rule) => rule.remedy !== null && enforced.has(rule.remedy));
  const remedies = remediesOf(acting).filter((remedy) => enforced.has(remedy));
  const bound = remedies.filter((remedy) => modesByAccount(config, remedy).but.length > 0);
  const free = sorted(remedies.filter((remedy) => !bound.includes(remedy)).flatMap((remedy) => remedyActions[remedy]));
  return [
    ...(free.length === 0 ? [] : [{ sid: 'RemedyKeys', actions: free, conditions: {} }]),
    ...bound.map((remedy) => {
      const { everywhere, but } = modesByAccount(config, remedy);
      return {
        sid: `Remedy${remedy.charAt(0).toUpperCase()}${remedy.slice(1)}`,
        actions: remedyActions[remedy],
        conditions: { [everywhere ? 'StringNotEquals' : 'StringEquals']: { 'aws:ResourceAccount': but } },
      };
    }),
  ];
};

const sorted = (actions: readonly string[]): readonly string[] => [...new Set(actions)].sort();
