import { rangeInUsd } from '../rules/sweep/cost.ts';
import type { KeyRow } from '../sweep/key-row.ts';
import type { MonthlyCost } from './report.ts';

/** Null where nothing is known of the key. One that was read lacks a price only where it depends on how often it rotated. */
export const keyCost = ({ monthlyCostInUsd: price, state }: KeyRow): MonthlyCost | null => {
  if (price !== null) return { usdFrom: price, usdTo: price };
  return state === null ? null : rangeInUsd;
};
