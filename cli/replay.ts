import { performance } from 'node:perf_hooks';
import type { Call } from '../shared/calls/call.ts';
import { parseCall } from '../shared/calls/parse.ts';
import { evaluate, type Evaluation, type GuardSettings } from '../shared/evaluate.ts';
import { offlineFacts } from '../shared/facts/gather.ts';
import { readRecords, type ReplayCounters, type ReplayItem, startCounting } from '../shared/replay/read-records.ts';
import { plural } from '../shared/reports/words.ts';
import { rules } from '../shared/rules/index.ts';
import { type Command, type ExitStatus, type Io, readArgs, UsageError } from './command.ts';
import { readConfig } from './read-config.ts';
import { checkPath, findSources } from './replay-input.ts';
import { humanLine, jsonLine, type Replayed, unreadableLine } from './replay-output.ts';

const help = `
kms-guard replay PATH... [--json | --summary] [--all] [--config FILE]

What would the guard have done with these CloudTrail records? PATH is a file, a folder, "-" for stdin, or s3://bucket/prefix:
CloudTrail log files, JSON Lines, one record, EventBridge events or LookupEvents output, each plain, .gz or .zst.
Needs no AWS account: facts that only AWS knows are unknown.

  --json       one JSON object a line for each KMS call that a rule watches
  --all        every KMS call, not only those that a rule watches
  --summary    one JSON object with the counts, nothing else
  --config     the guard's configuration (default: guard.config.json of this folder, or else the defaults)

Example: aws cloudtrail lookup-events --lookup-attributes AttributeKey=EventSource,AttributeValue=kms.amazonaws.com | kms-guard replay -
`;

export const replayCommand: Command = {
  name: 'replay',
  summary: 'what would the guard have done with these CloudTrail records?',
  help,
  run: async (args, io) => {
    const options = readArgs('replay', args, {
      json: { type: 'boolean', default: false },
      all: { type: 'boolean', default: false },
      summary: { type: 'boolean', default: false },
      config: { type: 'string' },
    });
    const { values, positionals: paths } = options;
    if (paths.length === 0) throw new UsageError('replay: name at least one PATH; see "kms-guard replay --help"');
    if (paths.filter((path) => path === '-').length > 1) {
      throw new UsageError('replay: "-" is named twice, and stdin can be read once; name it once');
    }
    for (const path of paths) {
      const problem = await checkPath(path);
      if (problem !== null) throw new UsageError(`replay: ${problem}`);
    }
    const config = await readConfig(io, values.config);
    return replay(io, paths, { all: values.all, form: formOf(values), settings: { rules, config, ownRoles: [] } });
  },
};

type Form = 'json' | 'summary' | 'human';
type Options = { readonly all: boolean; readonly form: Form; readonly settings: GuardSettings };
type Tally = { watched: number; unreadable: number; decisions: { ignore: number; alert: number; remedy: number } };

const formOf = ({ json, summary }: { json: boolean; summary: boolean }): Form => {
  if (json && summary) throw new UsageError('replay: --summary prints JSON already; give --json or --summary');
  return json ? 'json' : summary ? 'summary' : 'human';
};

const replay = async (io: Io, paths: readonly string[], options: Options): Promise<ExitStatus> => {
  const start = performance.now();
  const counters = startCounting();
  const tally: Tally = { watched: 0, unreadable: 0, decisions: { ignore: 0, alert: 0, remedy: 0 } };
  const sources = findSources(paths, { stdin: process.stdin, store: io.objectStore });
  for await (const item of readRecords(sources, counters)) {
    const line = lineOf(item, { ...options, tally, io });
    if (line !== null && options.form !== 'summary') await io.write(line);
  }
  const seconds = Number(((performance.now() - start) / 1000).toFixed(3));
  finish(io, { form: options.form, counters, tally, seconds });
  if (counters.failedFiles > 0 || tally.unreadable > 0) return 3;
  return tally.decisions.alert + tally.decisions.remedy > 0 ? 1 : 0;
};

/** The line to print for one item; null for a call that no rule watches. */
const lineOf = (
  item: ReplayItem,
  { all, form, settings, tally, io }: Options & { tally: Tally; io: Io },
): string | null => {
  const place = { file: item.file, record: item.record };
  if ('unreadable' in item) {
    tally.unreadable += 1;
    return unreadableLine({ ...place, reason: item.unreadable }, form === 'json');
  }
  const parsed = parseCall(item.value);
  if (parsed.unreadable) {
    tally.unreadable += 1;
    return unreadableLine({ ...place, reason: parsed.reason }, form === 'json');
  }
  const { call } = parsed;
  const evaluation = judged(call, settings);
  const watched = evaluation.verdicts.length > 0;
  if (watched) {
    tally.watched += 1;
    tally.decisions[evaluation.decision.action] += 1;
  }
  if (!watched && !all) return null;
  const replayed: Replayed = { call, ...evaluation };
  return form === 'json' ? jsonLine(replayed) : humanLine(replayed, io.color);
};

/** As at the time of the call, so that waivers count as they did and a replay says the same tomorrow. */
const judged = (call: Call, settings: GuardSettings): Evaluation =>
  evaluate(settings, { call, facts: offlineFacts(call), now: call.time });

type End = { readonly form: Form; readonly counters: ReplayCounters; readonly tally: Tally; readonly seconds: number };

const finish = (io: Io, { form, counters, tally, seconds }: End): void => {
  const { files, bytes, records, kmsRecords: kmsCalls } = counters;
  const summary = { files, bytes, records, kmsCalls, ...tally, seconds };
  if (form === 'summary') io.stdout(`${JSON.stringify(summary)}\n`);
  if (form !== 'human') return;
  const { alert, remedy, ignore } = tally.decisions;
  io.stderr(
    `${plural(files, 'file')}, ${plural(records, 'record')}, ${plural(kmsCalls, 'KMS call')}, ${tally.watched} watched: ` +
      `${remedy} to remedy, ${alert} to alert, ${ignore} to ignore; ${tally.unreadable} unreadable; ${seconds} s\n`,
  );
};
