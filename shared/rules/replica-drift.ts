import { type Facts, type KeyMetadata, known, type Replica } from '../facts/facts.ts';
import { compliant, defineRule, notApplicable, type Verdict } from './define-rule.ts';
import { undeterminedBy, undeterminedTexts, violation } from './reason.ts';
import { isPendingDeletion, judgeCustomerKey } from './sweep/customer-key.ts';
import { compareReplica, driftTexts, unreadOf } from './family/drift.ts';

/**
 * AWS keeps material, rotation and key id of a family alike, and nothing else: policy, tags, aliases and state are each
 * member's own. KMS developer guide, "Multi-Region keys in AWS KMS". Judged at the primary: one finding a family.
 */
export const replicaDrift = defineRule({
  id: 'replica-drift',
  title: 'Replicas of a multi-Region key do not match their primary',
  guard: 'sweep',
  severity: 'medium',
  watches: [],
  sweep: true,
  needs: ['metadata', 'policy', 'tags', 'family'],
  remedy: null,
  controls: [],
  messages: {
    ...undeterminedTexts,
    ...driftTexts,
    drifted: 'Replicas do not match this primary: {drift}',
    uncompared: 'Whether the replicas match this primary is unknown for those in {regions}',
  },
  remediation:
    'Decide which member is right, and bring the others to it (PutKeyPolicy, TagResource, EnableKey or DisableKey in their Regions): ' +
    'AWS does not do it. Make the members from one template.',
  judge: ({ facts }) =>
    judgeCustomerKey(facts, (key) => {
      const isPrimary = key.multiRegion?.type === 'PRIMARY' && key.multiRegion.replicaArns.length > 0;
      return isPrimary && !isPendingDeletion(key) ? judgeFamily(key, facts) : notApplicable;
    }),
});

const judgeFamily = ({ keyState }: KeyMetadata, { keyArn, policy, tags, family }: Facts): Verdict => {
  if (!family.known) return undeterminedBy('family', family);
  const primary: Replica = { keyArn, keyState: known(keyState), policy, tags };
  // One that is on its way out takes neither tags nor a change of state any more.
  const staying = family.value.filter(
    ({ keyState: state }) => !state.known || !isPendingDeletion({ keyState: state.value }),
  );
  const compared = staying.map((member) => compareReplica(primary, member));
  const unread = [...unreadOf(primary), ...compared.flatMap((each) => each.unread)];
  const drifted = compared.filter(({ differs }) => differs.length > 0);
  const reasons = [...drifted.flatMap((each) => each.reasons), ...unread];
  if (drifted.length > 0) {
    return violation('drifted', {
      drift: drifted.map(({ region, differs }) => `${region} (${differs.join(', ')})`),
      reasons,
    });
  }
  if (unread.length === 0) return compliant;
  return {
    verdict: 'undetermined',
    message: 'uncompared',
    data: { regions: [...new Set(unread.map(({ region }) => String(region)))], reasons },
  };
};
