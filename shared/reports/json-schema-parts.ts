import * as z from 'zod/mini';
import { remedyNames } from '../remedies/remedy-names.ts';
import { count, described, orNull, severity, severityCounts, text } from './json-schema-words.ts';

/** Lines of a report's JSON form: a finding, a key, what the guard did, what people permitted. */

const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);
const datum = z.union([
  scalar,
  z.readonly(z.array(z.string())),
  z.readonly(z.array(z.catchall(z.object({ id: z.string() }), scalar))),
]);

export const period = z.object({ kind: z.enum(['daily', 'weekly', 'monthly', 'on-demand']), from: text, to: text });

export const finding = z.object({
  id: described(
    text,
    'The same violation of the same rule by the same key has the same id in events, sweeps and reports.',
  ),
  rule: text,
  verdict: z.enum(['violation', 'undetermined']),
  severity,
  status: z.enum(['open', 'waived', 'resolved']),
  standing: described(
    z.nullable(z.enum(['new', 'reopened', 'known', 'resolved'])),
    'Since the report before; null where there is none to compare with.',
  ),
  account: text,
  region: text,
  keyArn: described(orNull, 'Null for a finding about a Region.'),
  aliases: z.readonly(z.array(text)),
  message: described(text, 'For people, one sentence.'),
  messageId: text,
  data: described(z.record(text, datum), "The values in the rule's message."),
  controls: z.readonly(z.array(text)),
  remediation: text,
  firstSeen: text,
  waivedUntil: described(orNull, 'The last day of the waiver that holds; null where none does.'),
  resolvedAt: orNull,
  history: z.readonly(z.array(z.object({ change: z.enum(['opened', 'resolved', 'reopened', 'waived']), at: text }))),
});

const lastUse = z.discriminatedUnion('use', [
  z.object({ use: z.literal('used'), at: text, operation: text }),
  z.object({ use: z.literal('never'), since: text }),
  z.object({ use: z.literal('unknown'), trackedSince: text }),
]);

/** Null is unknown, everywhere in it. */
export const key = z.object({
  keyArn: text,
  account: text,
  region: text,
  aliases: z.nullable(z.readonly(z.array(text))),
  state: orNull,
  keySpec: orNull,
  keyUsage: orNull,
  origin: orNull,
  multiRegion: orNull,
  created: orNull,
  deletionDate: orNull,
  rotation: z.nullable(z.enum(['on', 'off', 'unsupported'])),
  rotationPeriodInDays: z.nullable(z.number()),
  lastUse: z.nullable(lastUse),
  tags: z.nullable(z.record(text, text)),
  monthlyCostInUsd: z.nullable(z.number()),
  open: count,
  undetermined: count,
  waived: count,
  worst: z.nullable(severity),
});

const remedy = z.enum(remedyNames);

export const action = z.object({
  eventID: text,
  guard: text,
  at: text,
  account: text,
  region: text,
  keyArn: orNull,
  eventName: text,
  eventTime: text,
  actor: orNull,
  rules: z.readonly(z.array(text)),
  severity,
  decision: z.enum(['alert', 'remedy']),
  remedy: z.nullable(remedy),
  wouldRemedy: z.nullable(remedy),
  reasons: z.readonly(z.array(z.looseObject({ id: text }))),
  outcomes: z.readonly(
    z.array(z.object({ remedy, outcome: z.enum(['done', 'already-so', 'refused', 'failed']), detail: text })),
  ),
  before: orNull,
  after: orNull,
  approvedBy: orNull,
});

export const approval = z.object({
  keyArn: text,
  state: z.enum(['requested', 'approved', 'denied', 'revoked', 'expired', 'used']),
  requestedBy: text,
  requestedAt: text,
  decidedBy: orNull,
  decidedAt: orNull,
  expiresAt: text,
  reason: text,
});

export const waiver = z.object({
  rule: text,
  keys: z.readonly(z.array(text)),
  owner: text,
  reason: text,
  expires: text,
  approvedBy: orNull,
});

export const trendPoint = z.object({
  at: text,
  sweep: described(z.enum(['complete', 'partial', 'missing']), 'missing: nothing was counted.'),
  open: z.nullable(severityCounts),
  undetermined: z.nullable(count),
  rotation: z.nullable(z.object({ eligible: count, on: count })),
  keys: z.nullable(count),
});
