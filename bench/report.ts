import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { reportFormats } from '../shared/reports/formats.ts';
import { startChromium } from '../test/browser/chromium.ts';
import { figure, median } from './figure.ts';

/**
 * How long a report takes to make, each format in a process of its own that reports its peak memory, and how long its page takes
 * to open in Chromium: from the start of the navigation until the table of keys stands.
 */
const bench = 'report';
const large = { keys: 100_000, findings: 50_000 };
const opened = 10_000;
const say = (text: string): void => void process.stderr.write(`${bench}: ${text}\n`);

type Made = { readonly seconds: number; readonly megabytes: number; readonly bytes: number };

const make = (format: string, size: { readonly keys: number; readonly findings: number }, file: string): Made => {
  const args = [join(import.meta.dirname, 'report', 'make.ts'), format, String(size.keys), String(size.findings), file];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${format}: ${stderr}`);
  const [seconds = Number.NaN, megabytes = Number.NaN, bytes = Number.NaN] = stdout.trim().split(' ').map(Number);
  return { seconds, megabytes, bytes };
};

const makeAll = (folder: string): void => {
  let total = 0;
  for (const { name, extension } of reportFormats) {
    const { seconds, megabytes, bytes } = make(name, large, join(folder, `large.${extension}`));
    total += seconds;
    say(
      `${name}: ${seconds.toFixed(1)} s, ${megabytes.toFixed(0)} MB at the peak, a file of ${(bytes / 1e6).toFixed(1)} MB`,
    );
    figure({ bench, metric: `peak memory, ${name}`, value: megabytes, unit: 'MB', goal: '< 500', ok: megabytes < 500 });
    figure({ bench, metric: `size of the file, ${name}`, value: bytes / 1e6, unit: 'MB' });
  }
  const metric = `${large.keys.toLocaleString('en-US')} keys and ${large.findings.toLocaleString('en-US')} findings to every format`;
  figure({ bench, metric, value: total, unit: 's', goal: '< 60', ok: total < 60 });
};

const open = async (folder: string): Promise<void> => {
  const file = join(folder, 'opened.html');
  const { bytes } = make('html', { keys: opened, findings: opened / 2 }, file);
  const browser = await startChromium();
  try {
    const seconds: number[] = [];
    for (let run = 0; run < 5; run += 1) {
      const page = await browser.newPage();
      await page.goto(pathToFileURL(file).href);
      await page.locator('#key-rows .opener').first().waitFor();
      const milliseconds: unknown = await page.evaluate(
        'performance.getEntriesByType("navigation")[0].loadEventEnd || performance.now()',
      );
      seconds.push(Number(milliseconds) / 1_000);
      await page.close();
    }
    say(
      `${opened} keys open in ${seconds.map((each) => each.toFixed(2)).join(', ')} s (${(bytes / 1e6).toFixed(1)} MB)`,
    );
    const value = median(seconds);
    figure({ bench, metric: '10,000 keys open in Chromium', value, unit: 's', goal: '< 2', ok: value < 2 });
  } finally {
    await browser.close();
  }
};

const folder = await mkdtemp(join(tmpdir(), 'kms-guard-bench-report-'));
try {
  makeAll(folder);
  await open(folder);
} finally {
  await rm(folder, { recursive: true, force: true });
}
