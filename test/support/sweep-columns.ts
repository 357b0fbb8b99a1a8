import { configSchema } from '../../shared/config/config.ts';
import { type Facts, type KeyMetadata, unknown } from '../../shared/facts/facts.ts';
import type { JudgeInput } from '../../shared/rules/define-rule.ts';
import { inputWith, perfectFacts, withMetadata, without } from './perfect-key.ts';
import type { Right, Wrong } from './two-columns.ts';

/** A sweep over the perfect key, but for some facts, some of its metadata and some of the configuration. */
export const swept = (
  some: Partial<Facts> = {},
  metadata: Partial<KeyMetadata> = {},
  config: Parameters<typeof configSchema.parse>[0] = {},
): JudgeInput =>
  inputWith({ facts: withMetadata({ ...perfectFacts, ...some }, metadata), config: configSchema.parse(config) });

/** What most rules of the sweep do not judge. `bad`: an input that the rule flags. */
export const notSwept = (bad: JudgeInput): readonly Right[] => [
  { name: 'an AWS managed key', verdict: 'notApplicable', input: spoiled(bad, { keyManager: 'AWS' }) },
  { name: 'pending deletion', verdict: 'notApplicable', input: spoiled(bad, { keyState: 'PendingDeletion' }) },
  {
    name: 'waiting for its replicas to be deleted',
    verdict: 'notApplicable',
    input: spoiled(bad, { keyState: 'PendingReplicaDeletion' }),
  },
];

/** What no rule that looks at the metadata takes for safe. */
export const undescribed = (): readonly Wrong[] => [
  {
    name: 'the key cannot be described',
    verdict: 'undetermined',
    message: 'unreadable',
    input: inputWith({ facts: without(perfectFacts, 'metadata') }),
    data: { fact: 'metadata', reason: 'access-denied' },
  },
  {
    name: 'the key is gone',
    verdict: 'undetermined',
    message: 'gone',
    input: inputWith({ facts: { ...perfectFacts, metadata: unknown('not-found', 'no such key') } }),
  },
];

const spoiled = (input: JudgeInput, metadata: Partial<KeyMetadata>): JudgeInput => ({
  ...input,
  facts: withMetadata(input.facts, metadata),
});
