import type { GuardSettings } from '../evaluate.ts';
import { type Fact, known, type Unknown } from '../facts/facts.ts';
import type { Clock, EventHistory, ForwardingReader, KeyReader, TrailReader } from '../ports.ts';
import { concurrently } from './concurrently.ts';
import { lackName, lackOf, lacksText } from './lack.ts';
import {
  type AliasIndex,
  isAwsManaged,
  listKeys,
  type ListedKey,
  readAliases,
  type SweepCursor,
} from './list-region.ts';
import { type KeyResult, type Look, lookAtKey, type SweepLedger } from './look-at-key.ts';
import { lookAtRegion, type RegionLook } from './look-at-region.ts';
import { keyIdOf, lookFor } from './look-for.ts';
import { patiently } from './patience.ts';
import type { KeyLister } from './ports.ts';
import { unreadRow } from './row-of.ts';

export type RegionSweep = {
  readonly account: string;
  readonly region: string;
  /** Its calls keep to the quota by themselves, see `quota-gate.ts`. */
  readonly reader: KeyReader;
  readonly lister: KeyLister;
  readonly history: EventHistory;
  readonly trails: TrailReader;
  readonly forwarding: ForwardingReader | null;
  /** Without one nothing is remembered: each key's last use is asked again. */
  readonly ledger?: SweepLedger;
  readonly settings: GuardSettings;
  readonly clock: Clock;
  /** Keys looked at at the same time. @default 64 */
  readonly concurrency?: number;
  /** So many keys are asked for their last use in this run, at 2.5 a second. @default 10,000 */
  readonly lastUseAsks?: number;
  /** Milliseconds since the epoch: no key is begun after it. Those begun may need half a minute more. */
  readonly deadline?: number;
  /** Goes on where another run of the same Region stopped. */
  readonly cursor?: SweepCursor;
};

export type RegionEnd = {
  readonly kind: 'end';
  readonly account: string;
  readonly region: string;
  /** Customer managed keys that were looked at in this run. */
  readonly keys: number;
  readonly awsManagedKeys: number;
  readonly unreadableKeys: number;
  /** Keys whose last use is left for a later run. */
  readonly lastUseDeferred: number;
  readonly state: 'complete' | 'partial' | 'unreadable';
  /** Was every key listed from the cursor to the end? Then a key that was not met is gone. */
  readonly listed: boolean;
  /** What of the Region as a whole could not be read: part of `reason`, which also tells of single keys and of the time. */
  readonly problems: readonly string[];
  /** Null when complete. */
  readonly reason: string | null;
  /** Set where the time ran out. */
  readonly cursor: SweepCursor | null;
};

/** `region` comes once, in the run that begins the Region. */
export type SweepEvent = KeyResult | RegionLook | RegionEnd;

/** What the run has come to so far. */
type Tally = {
  keys: number;
  awsManagedKeys: number;
  unreadableKeys: number;
  lastUseDeferred: number;
  readonly lacks: Map<string, number>;
  stopped: SweepCursor | null;
  failure: { readonly why: Unknown; readonly first: boolean } | null;
  /** Of the Region as a whole. */
  unread: readonly string[];
};

/** Looks at every key of one account and Region, as a stream: keys in the order in which they are done, then the end. */
export async function* sweepRegion(sweep: RegionSweep): AsyncGenerator<SweepEvent> {
  const tally = startTally();
  const about = sweep.cursor === undefined ? await lookAtRegion(sweep) : null;
  if (about !== null) {
    tally.unread = about.unread;
    yield about.look;
  }
  const aliases = await readAliases(sweep);
  const look = lookFor(sweep, aliases);
  const keys = customerKeys(sweep, aliases, tally);
  for await (const result of concurrently(keys, sweep.concurrency ?? 64, (key) => patientLook(look, key.keyArn))) {
    count(tally, result);
    yield result;
  }
  yield endOf(sweep, tally, aliases);
}

const startTally = (): Tally => ({
  keys: 0,
  awsManagedKeys: 0,
  unreadableKeys: 0,
  lastUseDeferred: 0,
  lacks: new Map(),
  stopped: null,
  failure: null,
  unread: [],
});

/** Keys to look at, until the time runs out: those that an alias shows to be AWS managed cost nothing more. */
async function* customerKeys(sweep: RegionSweep, aliases: Fact<AliasIndex>, tally: Tally): AsyncGenerator<ListedKey> {
  const { clock, deadline = Number.POSITIVE_INFINITY, cursor = null } = sweep;
  let reached: SweepCursor = cursor ?? { marker: null, after: null };
  const onFailure = (why: Unknown, at: SweepCursor): void => {
    tally.failure = { why, first: at.marker === null };
  };
  for await (const key of listKeys(sweep, cursor, onFailure)) {
    if (clock.now() >= deadline) {
      tally.stopped = reached;
      return;
    }
    reached = key.behind;
    if (aliases.known && isAwsManaged(aliases.value.get(keyIdOf(key.keyArn)))) tally.awsManagedKeys += 1;
    else yield key;
  }
}

const patientLook = async (look: Look, keyArn: string): Promise<KeyResult> => {
  const at = new Date(look.clock.now()).toISOString();
  const answer = await patiently(look.clock, async (isLast) => known(await lookAtKey(look, keyArn, isLast)));
  if (answer.known) return answer.value;
  const row = unreadRow({ ...look, keyArn });
  return { kind: 'unreadable', keyArn, at, row, findings: [], lacks: [lackOf(answer)] };
};

const count = (tally: Tally, result: KeyResult): void => {
  switch (result.kind) {
    case 'aws-managed':
      tally.awsManagedKeys += 1;
      return;
    case 'gone':
      return;
    case 'unreadable':
      tally.unreadableKeys += 1;
      break;
    case 'judged':
      tally.lastUseDeferred += result.lastUseDeferred ? 1 : 0;
  }
  tally.keys += 1;
  for (const name of new Set(result.lacks.map(lackName))) tally.lacks.set(name, (tally.lacks.get(name) ?? 0) + 1);
};

const endOf = ({ account, region, ledger }: RegionSweep, tally: Tally, aliases: Fact<AliasIndex>): RegionEnd => {
  const { keys, awsManagedKeys, unreadableKeys, lastUseDeferred, lacks, stopped, failure, unread } = tally;
  const problems = [
    ...(failure === null ? [] : [`its keys could not all be listed: ${failure.why.detail}`]),
    ...unread,
    ...(aliases.known ? [] : [`its aliases could not be listed: ${aliases.detail}`]),
  ];
  const reasons = [
    ...problems,
    ...(stopped === null ? [] : ['the time ran out; the rest is for another run']),
    ...(lacks.size === 0 ? [] : [lacksText(lacks)]),
    // With a ledger the plan asks them in another night; without one nobody will.
    ...(lastUseDeferred === 0 || ledger !== undefined
      ? []
      : [`${lastUseDeferred} keys were not asked for their last use`]),
  ];
  const state = failure?.first === true ? 'unreadable' : reasons.length > 0 ? 'partial' : 'complete';
  return {
    kind: 'end',
    account,
    region,
    keys,
    awsManagedKeys,
    unreadableKeys,
    lastUseDeferred,
    state,
    listed: failure === null && stopped === null,
    problems,
    reason: reasons.length > 0 ? reasons.join('; ') : null,
    cursor: stopped,
  };
};
