import type { KeyMetadata } from '../facts/facts.ts';
import { compliant, defineRule, type JudgeInput, notApplicable, type Verdict } from './define-rule.ts';
import { cut, undeterminedTexts } from './reason.ts';
import { isPendingDeletion, judgeCustomerKey } from './sweep/customer-key.ts';
import { ageInDays, undated, undatedTexts } from './sweep/dated.ts';

const urgentDays = 7;

/**
 * When imported material expires KMS deletes it at once: the key fails until the same bytes are imported again.
 * KMS developer guide, "Importing key material".
 */
export const importedMaterialExpiring = defineRule({
  id: 'imported-material-expiring',
  title: 'Imported key material is about to expire',
  guard: 'sweep',
  severity: 'medium',
  watches: [],
  sweep: true,
  needs: ['metadata'],
  remedy: null,
  controls: [],
  messages: {
    ...undeterminedTexts,
    ...undatedTexts,
    expiring: 'Imported key material expires within {days} days, on {validTo}; then nobody can use the key',
    expired: 'Imported key material was to expire on {validTo}; KMS deletes it any moment',
    unknownModel: 'Whether the imported key material expires is unknown: DescribeKey tells {expirationModel}',
  },
  remediation:
    'Import the same key material again with a later date or none (ImportKeyMaterial). Make sure first that the bytes are at hand.',
  judge: (input) =>
    judgeCustomerKey(input.facts, (key) => {
      const isGone = key.keyState === 'PendingImport' || isPendingDeletion(key);
      return key.origin !== 'EXTERNAL' || isGone ? notApplicable : judge(key, input);
    }),
});

const judge = ({ expirationModel, validTo }: KeyMetadata, { config, now }: JudgeInput): Verdict => {
  if (expirationModel === 'KEY_MATERIAL_DOES_NOT_EXPIRE') return compliant;
  if (expirationModel !== 'KEY_MATERIAL_EXPIRES') {
    const told = expirationModel === null ? 'nothing' : cut(expirationModel, 100);
    return { verdict: 'undetermined', message: 'unknownModel', data: { expirationModel: told } };
  }
  const age = ageInDays(validTo, now);
  if (age === null) return undated(validTo);
  // A date to come has a negative age; subtracted, because -0 is not 0.
  const days = 0 - age;
  if (days > config.importedMaterial.expiryNoticeInDays) return compliant;
  const expired = Date.parse(validTo ?? '') <= now;
  return {
    verdict: 'violation',
    message: expired ? 'expired' : 'expiring',
    severity: days <= urgentDays ? 'high' : 'medium',
    data: { days, validTo },
  };
};
