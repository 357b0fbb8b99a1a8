import { compliant, defineRule, type JudgeInput, notApplicable, type Verdict } from './define-rule.ts';
import { cut, undeterminedTexts, violation } from './reason.ts';
import { isPendingDeletion, judgeCustomerKey } from './sweep/customer-key.ts';

/**
 * Deleting imported material works at once and has no waiting period: what it encrypted is lost unless somebody still has
 * the same bytes. KMS developer guide, "Deleting imported key material".
 */
export const importedMaterialRemoved = defineRule({
  id: 'imported-material-removed',
  title: 'A key is without its imported material',
  guard: 'sweep',
  severity: 'high',
  watches: [],
  sweep: true,
  needs: ['metadata', 'lastUse'],
  remedy: null,
  controls: [],
  messages: {
    ...undeterminedTexts,
    removed:
      'The imported key material is gone. The key was last used on {at}, by {operation}: something was encrypted or signed under it',
    awaited: 'The key waits for its key material and was never used since it was made ({since})',
    usedUnknown: 'The key is without its imported material. Whether it was ever used is unknown: {detail}',
  },
  remediation:
    'Import the same key material again (GetParametersForImport, ImportKeyMaterial). If nobody has the bytes, say so to the owner of the data at once.',
  judge: (input) =>
    judgeCustomerKey(input.facts, (key) => {
      if (key.origin !== 'EXTERNAL' || isPendingDeletion(key)) return notApplicable;
      return key.keyState === 'PendingImport' ? judge(input) : compliant;
    }),
});

const judge = ({ facts: { lastUse } }: JudgeInput): Verdict => {
  if (!lastUse.known) return violation('usedUnknown', { detail: cut(lastUse.detail) });
  switch (lastUse.value.use) {
    case 'used': {
      const { at, operation } = lastUse.value;
      return {
        verdict: 'violation',
        message: 'removed',
        severity: 'critical',
        data: { at, operation: cut(operation) },
      };
    }
    case 'never':
      return { verdict: 'violation', message: 'awaited', severity: 'low', data: { since: lastUse.value.since } };
    case 'unknown':
      return violation('usedUnknown', { detail: `the record of uses begins on ${lastUse.value.trackedSince}` });
  }
};
