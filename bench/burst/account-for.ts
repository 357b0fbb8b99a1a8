import * as z from 'zod/mini';
import type { GuardName } from '../../shared/rules/define-rule.ts';
import type { BurstEvent } from './events.ts';
import type { Services } from './services.ts';

/** What there is, and what there must be. */
export type Accounted = { readonly metric: string; readonly value: number; readonly wanted: number };

export type Sent = {
  readonly events: readonly BurstEvent[];
  /** Messages that are no event, by guard. */
  readonly poison: number;
  /** Messages that were handled before the burst. */
  readonly before: number;
};

const alertSchema = z.object({
  kind: z.literal('alert'),
  alert: z.looseObject({ kind: z.string(), eventID: z.optional(z.nullable(z.string())) }),
});

const tally = (names: readonly string[]): ReadonlyMap<string, number> => {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
};
/** How many of `wanted` are there once; and how many there are of anything, so that nothing is there twice or besides. */
const once = (metric: string, found: readonly string[], wanted: readonly string[]): readonly Accounted[] => {
  const counts = tally(found);
  return [
    {
      metric: `${metric}, once each`,
      value: wanted.filter((name) => counts.get(name) === 1).length,
      wanted: wanted.length,
    },
    { metric: `${metric}, in all`, value: found.length, wanted: wanted.length },
  ];
};

const pairs = (
  events: readonly BurstEvent[],
  guardsOf: (event: BurstEvent) => readonly GuardName[],
): readonly string[] => events.flatMap((event) => guardsOf(event).map((guard) => `${guard} ${event.id}`));

/** Every event in the ledger of every guard that it reaches, every alert that is due, every write, each once. */
export const accountFor = (
  { dynamo, kms, queues }: Services,
  { events, poison, before }: Sent,
): readonly Accounted[] => {
  const ids = new Set(events.map(({ id }) => id));
  const keys = [...dynamo.items.keys()];
  const entries = keys.flatMap((key) => {
    const [, id = '', guard = ''] = / ENTRY#[^#]*#([^#]*)#(.*)$/.exec(key) ?? [];
    return ids.has(id) ? [`${guard} ${id}`] : [];
  });
  const claims = [...dynamo.items].filter(([key, item]) => key.startsWith('CLAIM#') && item['settledAt'] !== undefined);
  const reached = pairs(events, ({ guards }) => guards);
  const alerts = (queues.get('outbox.fifo') ?? []).flatMap((text) => {
    const parsed = alertSchema.safeParse(JSON.parse(text));
    return parsed.success && parsed.data.alert.kind === 'key' ? [parsed.data.alert] : [];
  });
  const writes = events.flatMap(({ kind, key }) => kind.writes.map((write) => `${write} ${key}`));
  return [
    ...once('entries in the ledger', entries, reached),
    { metric: 'claims settled', value: claims.length, wanted: reached.length + poison + before },
    ...once(
      'alerts in the outbox',
      alerts.map(({ eventID }) => eventID ?? ''),
      events.filter(({ kind }) => kind.told).map(({ id }) => id),
    ),
    ...once('remedies, writes to KMS', kms.written, writes),
    {
      metric: 'messages that are no event: recorded',
      value: keys.filter((key) => key.startsWith('UNREADABLE')).length,
      wanted: poison,
    },
    { metric: 'the same, kept in the dead letters', value: queues.get('dead-letters')?.length ?? 0, wanted: poison },
  ];
};
