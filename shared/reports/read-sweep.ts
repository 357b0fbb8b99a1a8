import * as z from 'zod/mini';
import { severities } from '../rules/define-rule.ts';
import type { SweepOutput } from './from-sweep.ts';

/** The JSON that `sweep` prints, of this version or an older one; fields that it does not know are left out. */

const count = z.int().check(z.minimum(0));
const time = z.string().check(z.refine((text) => !Number.isNaN(Date.parse(text)), 'must be a date'));
const texts = z.readonly(z.array(z.string()));
const byName = <Value extends z.ZodMiniType>(value: Value) => z.readonly(z.record(z.string(), value));

const reason = z.catchall(z.object({ id: z.string() }), z.union([z.string(), z.number(), z.boolean(), z.null()]));
const datum = z.union([z.string(), z.number(), z.boolean(), z.null(), texts, z.readonly(z.array(z.readonly(reason)))]);

const finding = z.readonly(
  z.object({
    id: z.string(),
    rule: z.string(),
    verdict: z.enum(['violation', 'undetermined']),
    severity: z.enum(severities),
    account: z.string(),
    region: z.string(),
    keyArn: z.nullable(z.string()),
    aliases: texts,
    message: z.string(),
    messageId: z._default(z.string(), ''),
    data: byName(datum),
    controls: texts,
    remediation: z.string(),
    firstSeen: time,
    waivedUntil: z.nullable(z.string()),
  }),
);

const region = z.readonly(
  z.object({
    account: z.string(),
    region: z.string(),
    keys: count,
    awsManagedKeys: z._default(count, 0),
    unreadableKeys: z._default(count, 0),
    lastUseDeferred: z._default(count, 0),
    state: z.enum(['complete', 'partial', 'unreadable']),
    reason: z.nullable(z.string()),
  }),
);

const unreadable = z.readonly(
  z.object({
    account: z.string(),
    region: z.string(),
    keyArn: z.string(),
    lacks: z.readonly(z.array(z.readonly(z.object({ permission: z.nullable(z.string()), reason: z.string() })))),
  }),
);

const lastUse = z.discriminatedUnion('use', [
  z.readonly(z.object({ use: z.literal('used'), at: z.string(), operation: z.string() })),
  z.readonly(z.object({ use: z.literal('never'), since: z.string() })),
  z.readonly(z.object({ use: z.literal('unknown'), trackedSince: z.string() })),
]);

const keyStates = [
  'Enabled',
  'Disabled',
  'PendingDeletion',
  'PendingReplicaDeletion',
  'PendingImport',
  'Unavailable',
  'Creating',
  'Updating',
] as const;

const keyRow = z.readonly(
  z.object({
    keyArn: z.string(),
    account: z.string(),
    region: z.string(),
    aliases: z.nullable(texts),
    state: z.nullable(z.enum(keyStates)),
    keySpec: z.nullable(z.string()),
    keyUsage: z.nullable(z.string()),
    origin: z.nullable(z.string()),
    multiRegion: z.nullable(z.enum(['PRIMARY', 'REPLICA', 'none'])),
    created: z.nullable(z.string()),
    deletionDate: z.nullable(z.string()),
    rotation: z.nullable(z.enum(['on', 'off', 'unsupported'])),
    rotationPeriodInDays: z.nullable(z.number()),
    lastUse: z.nullable(lastUse),
    tags: z.nullable(byName(z.string())),
    monthlyCostInUsd: z.nullable(z.number()),
  }),
);

const sweepOutput = z.object({
  startedAt: time,
  finishedAt: time,
  rules: z.optional(texts),
  keys: count,
  apiCalls: byName(count),
  regions: z.readonly(z.array(region)),
  unreadable: z._default(z.readonly(z.array(unreadable)), []),
  findings: z.readonly(z.array(finding)),
  keyRows: z.optional(z.readonly(z.array(keyRow))),
});

export type SweepReading =
  | { readonly kind: 'sweep'; readonly sweep: SweepOutput }
  /** `path` such as `findings[3].severity`; empty for the whole. */
  | { readonly kind: 'error'; readonly path: string; readonly message: string };

/** Never throws. */
export const readSweep = (text: string): SweepReading => {
  const parsed = parseJson(text);
  if (parsed instanceof SyntaxError) return { kind: 'error', path: '', message: `not JSON: ${parsed.message}` };
  const read = z.safeParse(sweepOutput, parsed);
  if (read.success) return { kind: 'sweep', sweep: read.data };
  const [issue] = read.error.issues;
  return { kind: 'error', path: pathText(issue?.path ?? []), message: issue?.message ?? 'not the JSON of a sweep' };
};

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch (error) {
    return error instanceof SyntaxError ? error : new SyntaxError(String(error));
  }
};

const pathText = (path: readonly PropertyKey[]): string =>
  path
    .map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`))
    .join('')
    .replace(/^\./, '');
