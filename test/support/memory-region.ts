import { parseCall } from '../../shared/calls/parse.ts';
import { type Fact, known, unknown } from '../../shared/facts/facts.ts';
import type { Clock } from '../../shared/ports.ts';
import type { ListedAlias, OpenRegion, Scheduling } from '../../shared/sweep/ports.ts';
import { quotaGate } from '../../shared/sweep/quota-gate.ts';
import { type MemoryKey, memoryKms, type MemoryKms } from './memory-kms.ts';
import { memoryTrails } from './memory-trails.ts';

export type MemoryRegion = OpenRegion & {
  readonly kms: MemoryKms;
  /** Every call in order, such as `DescribeKey`; for a page `ListKeys`. */
  readonly calls: string[];
};

type Input = {
  readonly clock: Clock;
  readonly keys: Readonly<Record<string, MemoryKey>>;
  readonly pageSize?: number;
  /** CloudTrail records of who scheduled the deletion of a key, by its ARN. */
  readonly schedulings?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
};

/** One account and Region in memory, with pages. `kms.before` injects faults into its lists, too. */
export const memoryRegion = ({ clock, keys, pageSize = 2, schedulings = {} }: Input): MemoryRegion => {
  const kms = memoryKms(keys);
  const calls: string[] = [];
  /** As with KMS, what goes meanwhile moves nothing: a page begins behind the last item of the one before. */
  const page = <T>(call: string, all: readonly (readonly [string, T])[], marker: string | null) => {
    kms.before(call);
    const left = all
      .toSorted(([one], [other]) => (one < other ? -1 : 1))
      .filter(([id]) => marker === null || id > marker);
    const items = left.slice(0, pageSize);
    return { items: items.map(([, item]) => item), next: left.length > pageSize ? (items.at(-1)?.[0] ?? null) : null };
  };
  const region: MemoryRegion = {
    kms,
    calls,
    reader: kms,
    history: kms,
    schedulings: { scheduling: async (keyArn) => (kms.before('LookupEvents'), schedulingOf(schedulings[keyArn])) },
    trails: memoryTrails((call) => kms.before(call)),
    forwarding: null,
    gate: quotaGate(clock),
    close: () => undefined,
    lister: {
      keys: async (marker) => {
        const all = [...kms.keys.keys()].map((arn): [string, string] => [arn, arn]);
        const { items: keyArns, next } = page('ListKeys', all, marker);
        return known({ keyArns, next });
      },
      aliases: async (marker) => {
        const all = [...kms.keys].flatMap(([arn, key]) =>
          key.aliases.map((name): [string, ListedAlias] => [
            `${arn} ${name}`,
            { name, keyId: arn.split('/').at(-1) ?? '' },
          ]),
        );
        const { items: aliases, next } = page('ListAliases scan', all, marker);
        return known({ aliases, next });
      },
    },
  };
  kms.before = (call) => void calls.push(call);
  return region;
};

const schedulingOf = (record: Readonly<Record<string, unknown>> | undefined): Fact<Scheduling> => {
  const parsed = parseCall(record);
  if (parsed.unreadable || parsed.call.operation !== 'ScheduleKeyDeletion') {
    return unknown('not-found', 'CloudTrail shows no ScheduleKeyDeletion of this key in its event history');
  }
  return known({ record: JSON.stringify(record), call: parsed.call });
};
