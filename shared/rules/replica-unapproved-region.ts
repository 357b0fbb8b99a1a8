import { compliant, defineRule, type JudgeInput, notApplicable, type Verdict } from './define-rule.ts';
import { undeterminedBy, undeterminedTexts, violation } from './reason.ts';

/**
 * A replica has the same key material: what is encrypted in one Region can be read in the other, under other laws and another
 * key policy. KMS developer guide, "Multi-Region keys in AWS KMS".
 */
export const replicaUnapprovedRegion = defineRule({
  id: 'replica-unapproved-region',
  title: 'A multi-Region key is replicated to a Region that is not approved',
  guard: 'policy-guard',
  severity: 'high',
  watches: ['ReplicateKey'],
  sweep: true,
  needs: ['metadata'],
  remedy: null,
  asks: ({ replicaRegions }) => replicaRegions.length > 0,
  controls: [],
  messages: {
    ...undeterminedTexts,
    replicated: 'The key has replicas in Regions that are not approved: {regions}',
  },
  remediation:
    'Schedule the deletion of the replica in that Region, or add the Region to `replicaRegions`. ' +
    'Prevent it with the condition key kms:ReplicaRegion.',
  judge: (input) => {
    const { call, config } = input;
    if (call !== null && (call.operation !== 'ReplicateKey' || call.failure !== null || call.dryRun))
      return notApplicable;
    return config.replicaRegions.length === 0 ? notApplicable : judgeRegions(input);
  },
});

/** The primary knows all replicas; what the call names counts even where the metadata do not show it yet. */
const judgeRegions = ({ call, facts, config }: JudgeInput): Verdict => {
  const { metadata } = facts;
  const called = call?.operation === 'ReplicateKey' && call.replicaRegion !== null ? [call.replicaRegion] : [];
  const family = metadata.known ? metadata.value.multiRegion : null;
  if (call === null && metadata.known && family?.type !== 'PRIMARY') return notApplicable;
  const seen = family?.replicaArns.flatMap((arn) => arn.split(':')[3] ?? []) ?? [];
  const regions = [...new Set([...called, ...seen])].filter((region) => !config.replicaRegions.includes(region));
  if (regions.length > 0)
    return violation('replicated', { regions: regions.toSorted(), approved: config.replicaRegions });
  return metadata.known ? compliant : undeterminedBy('metadata', metadata);
};
