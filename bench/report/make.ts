import { createWriteStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { aggregate } from '../../shared/reports/aggregate.ts';
import { formatNamed } from '../../shared/reports/formats.ts';
import { reportSample } from '../../test/support/report-sample.ts';

/** FORMAT KEYS FINDINGS FILE: makes one report and prints its seconds, the peak of this process in MB, and the file's bytes. */
const [format = '', keys = '0', findings = '0', file = ''] = process.argv.slice(2);
const sample = reportSample(Number(keys));

/** The sample's findings again under other rules, until there are so many. */
const again = (wanted: number): typeof sample.findings => {
  const all = [...sample.findings];
  for (let round = 1; all.length < wanted; round += 1) {
    const more = sample.findings.slice(0, wanted - all.length);
    all.push(...more.map((finding) => ({ ...finding, id: `${finding.id.slice(2)}${String(round).padStart(2, '0')}` })));
  }
  return all.slice(0, wanted);
};
const input = { ...sample, findings: again(Number(findings)) };

const start = performance.now();
const texts = formatNamed(format)?.render(aggregate(input));
if (texts === undefined) throw new Error(`there is no format "${format}"`);
await pipeline(Readable.from(texts), createWriteStream(file));
const seconds = (performance.now() - start) / 1_000;
// The kernel counts in kilobytes.
const megabytes = process.resourceUsage().maxRSS / 1_024;
process.stdout.write(`${seconds} ${megabytes} ${(await stat(file)).size}\n`);
