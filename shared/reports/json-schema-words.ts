import * as z from 'zod/mini';
import { severities } from '../rules/define-rule.ts';

/** What the parts of the JSON form of a report are made from. */

export const described = <S extends z.ZodMiniType>(schema: S, description: string): S =>
  schema.check(z.describe(description));

export const text = z.string();
export const orNull = z.nullable(z.string());
export const count = z.int().check(z.minimum(0));
export const severity = z.enum(severities);
export const severityCounts = z.object({ info: count, low: count, medium: count, high: count, critical: count });
