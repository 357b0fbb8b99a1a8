import * as z from 'zod/mini';
import { action, approval, finding, key, period, trendPoint, waiver } from './json-schema-parts.ts';
import { count, described, orNull, severity, severityCounts, text } from './json-schema-words.ts';

/**
 * The JSON form of a report: a published contract. Members may be added under the same version; one that goes, or means
 * something else, makes a new one.
 */
export const reportSchema = 'kms-guard/report/1';

const ruleLine = z.object({
  id: text,
  title: text,
  severity,
  sweep: described(z.boolean(), 'False for a rule about calls, which a sweep cannot see.'),
  remedy: orNull,
  controls: z.readonly(z.array(text)),
  remediation: text,
  needs: z.readonly(z.array(text)),
  messages: z.record(text, text),
  enabled: z.boolean(),
  open: described(count, 'Violations that no waiver covers.'),
  undetermined: count,
  waived: count,
  resolved: count,
  worst: z.nullable(severity),
});

const region = z.object({
  account: text,
  region: text,
  keys: count,
  awsManagedKeys: count,
  unreadableKeys: count,
  lastUseDeferred: count,
  state: z.enum(['complete', 'partial', 'unreadable']),
  reason: orNull,
});

const cost = { usdFrom: z.number(), usdTo: z.number() };
const unused = { keys: count, unpriced: count, ...cost };
const lack = z.object({ permission: orNull, reason: text });

const coverage = z.object({
  accounts: z.readonly(
    z.array(
      z.object({
        account: text,
        name: orNull,
        state: region.shape.state,
        keys: count,
        regions: z.readonly(z.array(region)),
      }),
    ),
  ),
  regions: z.object({ complete: count, partial: count, unreadable: count }),
  unreadableKeys: z.readonly(
    z.array(z.object({ account: text, region: text, keyArn: text, lacks: z.readonly(z.array(lack)) })),
  ),
  lastUseDeferred: count,
  undecided: z.readonly(z.array(z.object({ rule: text, title: text, keys: count, why: text }))),
  heartbeatGaps: z.nullable(z.readonly(z.array(z.object({ from: text, to: text })))),
  hoursWithoutHeartbeat: z.nullable(z.number()),
});

const headline = z.object({
  open: severityCounts,
  openTotal: count,
  undetermined: count,
  waived: count,
  changes: described(
    z.nullable(z.object({ new: count, reopened: count, resolved: count })),
    'Against the report before; null without one.',
  ),
  comparedAt: described(orNull, 'The last earlier report that had a sweep, with which the numbers are compared.'),
  openChange: z.nullable(z.int()),
  keys: z.nullable(count),
  keysChange: z.nullable(z.int()),
  rotationPercent: described(
    z.nullable(z.number()),
    'Of the keys that KMS can rotate; one that could not be read does not count as rotating.',
  ),
  rotationChange: z.nullable(z.number()),
  undoneCalls: described(z.nullable(count), 'Calls that the guard undid, in whole or in part.'),
  undoneInPart: described(z.nullable(count), 'Of those the ones of which a remedy failed.'),
  notUndone: described(z.nullable(count), 'Calls that it was to undo, and could not.'),
});

const lastUse = { week: count, month: count, quarter: count, year: count, older: count };
const figures = z.object({
  rotation: z.object({ on: count, off: count, unsupported: count, unread: count }),
  lastUse: z.object({ ...lastUse, never: count, untracked: count, unread: count }),
  pendingDeletions: z.readonly(
    z.array(
      z.object({
        keyArn: text,
        account: text,
        region: text,
        aliases: key.shape.aliases,
        lastUse: key.shape.lastUse,
        deletionDate: orNull,
      }),
    ),
  ),
  unused: z.readonly(z.array(z.object({ account: text, ...unused }))),
  unusedTotal: z.object(unused),
});

const controlLine = z.object({
  control: described(text, 'As rules name it, such as "CIS 5.0 3.6".'),
  id: text,
  status: described(
    z.enum(['passed', 'failed', 'exception', 'notAssessed']),
    'notAssessed: something could not be judged. It is never to be read as passed.',
  ),
  evidence: text,
  rules: z.readonly(z.array(text)),
  open: count,
  undetermined: count,
  waived: count,
  findings: described(z.readonly(z.array(text)), 'Ids of open findings, the first hundred.'),
  exceptions: z.readonly(z.array(z.object({ rule: text, keyArn: orNull, findingId: orNull, until: orNull }))),
});

const framework = z.object({
  id: text,
  name: text,
  counts: z.object({ passed: count, failed: count, exception: count, notAssessed: count }),
  controls: z.readonly(z.array(controlLine)),
});

const sweep = z.object({
  startedAt: text,
  finishedAt: text,
  rules: described(
    z.optional(z.readonly(z.array(text))),
    'The rules that were asked, where not all were: of others nothing is known.',
  ),
  keys: count,
  apiCalls: z.record(text, count),
  state: z.enum(['complete', 'partial']),
});

export const reportJson = z.object({
  schema: z.literal(reportSchema),
  title: text,
  generatedAt: text,
  period,
  previousAt: orNull,
  sweep: described(z.nullable(sweep), 'Null: no sweep ended in the period. That is a gap, never good news.'),
  headline,
  coverage,
  absent: described(
    z.readonly(z.array(z.object({ part: text, why: text }))),
    'Parts that the source could not give. They are null or empty here, which does not mean that there was none.',
  ),
  accountNames: z.record(text, text),
  point: trendPoint,
  trend: z.readonly(z.array(trendPoint)),
  figures: z.nullable(figures),
  rules: z.readonly(z.array(ruleLine)),
  accounts: z.readonly(z.array(z.object({ account: text, open: severityCounts, total: count }))),
  frameworks: z.readonly(z.array(framework)),
  approvals: z.nullable(z.readonly(z.array(approval))),
  waivers: z.nullable(z.readonly(z.array(waiver))),
  actions: z.nullable(z.readonly(z.array(action))),
  findings: z.readonly(z.array(finding)),
  keys: z.nullable(z.readonly(z.array(key))),
});

export type ReportJson = z.infer<typeof reportJson>;

/** JSON Schema 2020-12 of the same. Consumers must take members that it does not name. */
export const reportJsonSchema = (): z.core.JSONSchema.BaseSchema => ({
  ...z.toJSONSchema(reportJson, { io: 'input' }),
  title: 'A report of kms-guard',
  description: `Version ${reportSchema}. Members may be added under the same version: take those that you do not know.`,
});

/** The text of `docs/report.schema.json`. */
export const reportJsonSchemaText = (): string => `${JSON.stringify(reportJsonSchema(), null, 2)}\n`;
