import { readFileSync, writeFileSync } from 'node:fs';
import { runMatrix } from '../test/faults/matrix.ts';
import { runScenarios } from '../test/faults/scenarios.ts';
import { steps } from '../test/faults/step-of.ts';
import { runStorm, stormRun } from '../test/faults/storm.ts';
import { runSweepMatrix } from '../test/faults/sweep-matrix.ts';
import { sweepSteps } from '../test/faults/sweep-night.ts';
import { failuresOf, markdownTable, plainTable } from '../test/faults/table.ts';

/**
 * `npm run test:faults`: every fault at every step. Prints the table, what failed, and one line of JSON; the exit status is 1
 * when a run ended wrongly. `-- --write` puts the table into `docs/faults.md`.
 */
const page = new URL('../docs/faults.md', import.meta.url);
const begin = '<!-- table: written by npm run test:faults -- --write -->';
const end = '<!-- end of table -->';
const stormEvents = 10_000;

const say = (line: string): void => void process.stderr.write(`${line}\n`);

const storm = await runStorm(stormEvents);
say(`storm: ${stormRun(storm).at}`);
const calls = [...(await runMatrix(say)), ...(await runScenarios()), stormRun(storm)];
const sweeps = await runSweepMatrix();
say(`the nightly sweep: ${sweeps.length} runs`);
const runs = [...calls, ...sweeps];
const failures = failuresOf(runs);
const failed = runs.filter(({ wrong }) => wrong.length > 0).length;
const paths = new Set(runs.map(({ path }) => path)).size;
const { events, messages, faults, seconds } = storm;
const figures = { events, messages, faults, messagesPerSecond: Math.round(messages / seconds) };
const well = 'no alert lost, no remedy made twice, nothing stuck';
const verdict = failed === 0 ? well : `${failed} ended wrongly`;

process.stdout.write(`${plainTable(calls, steps)}\n\n${plainTable(sweeps, sweepSteps)}\n\n`);
for (const line of failures) process.stdout.write(`FAIL ${line}\n`);
process.stdout.write(`${runs.length} runs: ${verdict}\n`);
process.stdout.write(
  `${JSON.stringify({ faults: { runs: runs.length, failed, faults: new Set(runs.map(({ fault }) => fault)).size, storm: figures } })}\n`,
);
if (failed > 0) process.exitCode = 1;

if (process.argv.includes('--write')) {
  const text = readFileSync(page, 'utf8');
  const [before = '', after = ''] = [text.split(begin)[0], text.split(end)[1]];
  const summary = `${runs.length} runs over ${paths} paths: ${verdict}.`;
  const stormLine = `The storm: ${messages.toLocaleString('en')} messages of ${events.toLocaleString('en')} events, ${faults.toLocaleString('en')} faults at random.`;
  writeFileSync(
    page,
    `${before}${begin}\n\n${markdownTable(calls, steps)}\n\n${markdownTable(sweeps, sweepSteps)}\n\n${summary} ${stormLine}\n\n${end}${after}`,
  );
}
