import * as z from 'zod/mini';
import { reportKinds } from '../config/report-config.ts';

const text = z.string();
const time = z.iso.datetime({ offset: true });

/** The alert that a report is there, as programs get it; see `alert-schema.ts`. */
export const reportAlertParts = {
  kind: z.literal('report'),
  guard: z.literal('report'),
  reportId: z.optional(text),
  reportKind: z.optional(z.enum(reportKinds)),
  at: z.optional(time),
  title: z.optional(text),
  sentence: z.optional(text.check(z.describe('The report in one sentence.'))),
  more: z.optional(z.array(text)),
  link: z.optional(text.check(z.describe('Opens the report until linkUntil at the latest: keep it from strangers.'))),
  linkUntil: z.optional(time),
  prefix: z.optional(text.check(z.describe('Where its files stand in the bucket of reports.'))),
  troubles: z.optional(z.array(text)),
};
