import * as z from 'zod/mini';
import type { Progress } from '../delivery/progress.ts';
import type { FindingBook } from '../finding-book.ts';
import { findingId } from '../ledger/finding-id.ts';
import type { StoredFinding } from '../ledger/finding-history.ts';
import type { Rule } from '../rules/define-rule.ts';
import { concurrently } from './concurrently.ts';
import { keysTaskSchema } from './keys-run.ts';
import { lateEnd, lateNews, untoldSince } from './late-news.ts';
import { lineWriter, type LineWriter } from './line-writer.ts';
import { endsOf } from './merge-ends.ts';
import { findingsKey, linesKey, type ResultStore, settledKey } from './result-store.ts';
import { regionTally, type RegionTally } from './region-tally.ts';
import { type FindingEnd, type Settled, settleGone, settleSeen } from './settle-finding.ts';
import type { SettledRegion } from './settled-region.ts';
import { parseSweepLine, type SweepLine } from './sweep-line.ts';
import type { SweepBook } from './sweep-summary.ts';
import { type ResolvedByKey, resolvedByKey } from './tell-resolved.ts';

/** A Region whose runs are over; `failure` where the state machine gave it up. */
export const settleTaskSchema = z.extend(keysTaskSchema, {
  failure: z.optional(z.object({ Error: z.optional(z.string()), Cause: z.optional(z.string()) })),
});
export type SettleTask = z.infer<typeof settleTaskSchema>;

export type SettlePorts = {
  readonly results: ResultStore;
  readonly findings: FindingBook;
  readonly sweeps: Pick<SweepBook, 'last'>;
  readonly ruleById: (id: string) => Rule | undefined;
  /** Is the rule switched off for all keys? Its findings do not stay open for ever. */
  readonly isOff: (ruleId: string) => boolean;
  /** Null where no channel has messages to update. */
  readonly progress: Progress | null;
};

/** Lines that are settled at the same time, each with a few writes at most. */
const linesAtOnce = 32;

/**
 * Opens what is new about a Region, resolves what was looked at and is gone, and writes down how it stands. Doing it again
 * does the same. @throws RetryableFault
 */
export const settleRegion = async (task: SettleTask, ports: SettlePorts): Promise<SettledRegion> => {
  const { sweep, account, region, pieces, failure } = task;
  const { results, ruleById } = ports;
  const keyObjects = pieces.flatMap((count, run) =>
    Array.from({ length: count }, (_, piece) => linesKey(sweep, { account, region, run: run + 1, piece: piece + 1 })),
  );
  const ends = endsOf(task);
  const tally = regionTally(ruleById);
  const writer = lineWriter(results, (piece) => findingsKey(sweep, { account, region, piece }));
  const untold = await untoldSince(ports, task);
  const standing = await standingOf(ports.findings, task, untold ?? task.sweep.startedAt);
  const gone = resolvedByKey(ports.progress);
  const settling: Settling = { task, book: ports.findings, standing, tally, writer, ends, gone, untold };
  await settleSwitchedOff(settling, ports.isOff);
  for await (const _ of concurrently(linesOf(results, keyObjects), linesAtOnce, (line) => settleLine(settling, line)));
  await settleUnmet(settling);
  await gone.tell();
  const pieceCount = await writer.end();
  const settled: SettledRegion = {
    report: ends.report(failure === undefined ? null : failureText(failure)),
    calls: ends.calls(),
    findings: tally.counts(),
    news: tally.news(),
    keyObjects,
    findingObjects: Array.from({ length: pieceCount }, (_, piece) =>
      findingsKey(sweep, { account, region, piece: piece + 1 }),
    ),
    failed: failure !== undefined,
  };
  await results.put(settledKey(sweep, task), JSON.stringify(settled));
  return settled;
};

const failureText = ({ Error: name = 'it failed', Cause: cause = '' }: NonNullable<SettleTask['failure']>): string =>
  `its sweep failed: ${`${name} ${cause}`.trim().slice(0, 300)}`;

/** What the ledger had of the Region when settling began: by finding, and by key. What is met is taken out. */
type Standing = {
  readonly byId: Map<string, StoredFinding>;
  readonly ofKey: Map<string, readonly string[]>;
};

const standingOf = async (book: FindingBook, { account, region }: SettleTask, since: string): Promise<Standing> => {
  const byId = new Map<string, StoredFinding>();
  const ofKey = new Map<string, string[]>();
  for await (const finding of book.standing({ account, region }, since)) {
    byId.set(finding.id, finding);
    if (finding.keyArn === null) continue;
    const ids = ofKey.get(finding.keyArn);
    if (ids === undefined) ofKey.set(finding.keyArn, [finding.id]);
    else ids.push(finding.id);
  }
  return { byId, ofKey };
};

async function* linesOf(results: ResultStore, objects: readonly string[]): AsyncGenerator<SweepLine> {
  for (const object of objects) for await (const text of results.lines(object)) yield parseSweepLine(text);
}

type Settling = {
  readonly task: SettleTask;
  readonly book: FindingBook;
  readonly standing: Standing;
  readonly tally: RegionTally;
  readonly writer: LineWriter;
  readonly ends: ReturnType<typeof endsOf>;
  readonly gone: ResolvedByKey;
  /** ISO 8601; see `untoldSince`. */
  readonly untold: string | null;
};

const settleLine = async (settling: Settling, line: SweepLine): Promise<void> => {
  const { ends, standing, task } = settling;
  switch (line.line) {
    case 'end':
      return ends.end(line.end, line.calls);
    case 'gone':
      return settleKeyGone(settling, line.keyArn, line.at);
    case 'region':
      return settleLook(settling, { ...line, keyArn: null });
    case 'key': {
      const { keyArn } = line.row;
      ends.lacks(line.lacks);
      await settleLook(settling, { ...line, keyArn });
      // The rest is about calls, which no sweep sees: it stands as it is.
      for (const id of standing.ofKey.get(keyArn) ?? []) await keep(settling, standing.byId.get(id));
      standing.ofKey.delete(keyArn);
      return;
    }
    default:
      throw new Error(`${task.account} ${task.region}: ${String(line satisfies never)} is no line of a sweep`);
  }
};

type Look = Pick<SweepLine & { line: 'key' }, 'at' | 'findings' | 'clear'> & { readonly keyArn: string | null };

const settleLook = async (settling: Settling, { at, findings, clear, keyArn }: Look): Promise<void> => {
  const { task, book, standing, tally, writer, untold } = settling;
  const { account, region } = task;
  for (const finding of findings) {
    const settled = await settleSeen(book, finding, standing.byId.get(finding.id) ?? null);
    standing.byId.delete(finding.id);
    await writer.write(tally.seen(finding, { ...settled, news: settled.news ?? lateNews(settled.stored, untold) }));
  }
  for (const rule of clear) {
    const id = findingId(rule, { keyArn, account, region, keyId: null });
    if (standing.byId.has(id)) await resolve(settling, id, { at });
  }
};

const resolve = async (settling: Settling, id: string, end: FindingEnd): Promise<void> => {
  const { task, book, standing, gone } = settling;
  const settled = await settleGone(book, { account: task.account, region: task.region, id }, end);
  standing.byId.delete(id);
  if (settled?.news === 'resolved') gone.add(settled.stored, end);
  await keep(settling, settled?.stored, settled?.news ?? null);
};

/** Nobody will look whether these are gone. Should the rule be switched on again, what is left of them opens again. */
const settleSwitchedOff = async (settling: Settling, isOff: SettlePorts['isOff']): Promise<void> => {
  const { standing, task } = settling;
  const { startedAt } = task.sweep;
  for (const stored of standing.byId.values()) {
    // What an event resolved since is not this step's, but what an earlier attempt at this step resolved is.
    const ended = stored.status === 'resolved' && stored.resolvedAt !== startedAt;
    if (isOff(stored.rule) && !ended) await resolve(settling, stored.id, { at: startedAt, why: 'switched-off' });
  }
};

const keep = async (
  { standing, tally, writer, gone, untold }: Settling,
  stored: StoredFinding | undefined,
  news: Settled['news'] = null,
): Promise<void> => {
  if (stored === undefined) return;
  standing.byId.delete(stored.id);
  const late = news === null ? lateNews(stored, untold) : null;
  if (late === 'resolved') gone.add(stored, lateEnd(stored));
  await writer.write(tally.kept({ stored, news: news ?? late }));
};

const settleKeyGone = async (settling: Settling, keyArn: string, at: string): Promise<void> => {
  const { standing } = settling;
  for (const id of standing.ofKey.get(keyArn) ?? []) if (standing.byId.has(id)) await resolve(settling, id, { at });
  standing.ofKey.delete(keyArn);
};

/** A key that a whole listing does not show is gone, unless it was made since. What could not be looked at stands as it is. */
const settleUnmet = async (settling: Settling): Promise<void> => {
  const { standing, ends, task } = settling;
  if (ends.listed())
    for (const keyArn of standing.ofKey.keys()) await settleKeyGone(settling, keyArn, task.sweep.startedAt);
  for (const stored of standing.byId.values()) await keep(settling, stored);
};
