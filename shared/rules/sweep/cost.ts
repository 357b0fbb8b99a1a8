import { rotatesOnDemandOnly, rotationUnsupported } from '../../facts/rotation-support.ts';
import type { KeyMetadata } from '../../facts/facts.ts';

/** List prices in USD a month. Source: AWS KMS pricing: each key, and its first and second rotation. */
const keyUsd = 1;
const mostRotationUsd = 2;

/** Of a key that can rotate. */
export const rangeInUsd = { usdFrom: keyUsd, usdTo: keyUsd + mostRotationUsd };

/** How often a key rotated is not among the facts, so the price is a range where it could have been. */
export const monthlyCost = (key: KeyMetadata) => {
  const usdFrom = keyUsd;
  const usdTo = rotationUnsupported(key) === null || rotatesOnDemandOnly(key) ? rangeInUsd.usdTo : keyUsd;
  return { usdFrom, usdTo, cost: usdFrom === usdTo ? `${usdFrom} USD` : `${usdFrom} to ${usdTo} USD` };
};
