import { isNativeError } from 'node:util/types';
import { parseCall } from '../shared/calls/parse.ts';
import { fixtures } from '../test/calls/fixtures.ts';
import { mutate, seededRandom } from '../test/calls/mutate.ts';

/**
 * Runs mutated records through the parser: `node scripts/mutate-records.ts [RUNS] [SEED]`.
 * Prints one JSON line with the counts; exit status 1 when any record makes the parser throw.
 */
const runs = Number(process.argv[2] ?? 1_000_000);
const seed = Number(process.argv[3] ?? 20_261_122);

const records = [...fixtures.values()];
const random = seededRandom(seed);
const counts = { runs, seed, calls: 0, unreadable: 0, thrown: 0 };
const started = performance.now();

for (let run = 0; run < runs; run++) {
  const record = mutate(records[run % records.length], random);
  try {
    if (parseCall(record).unreadable) counts.unreadable++;
    else counts.calls++;
  } catch (error) {
    counts.thrown++;
    if (counts.thrown === 1)
      process.stderr.write(`run ${run}: ${isNativeError(error) ? error.stack : String(error)}\n`);
  }
}

const seconds = Math.round((performance.now() - started) / 100) / 10;
process.stdout.write(`${JSON.stringify({ ...counts, seconds })}\n`);
process.exitCode = counts.thrown > 0 ? 1 : 0;
