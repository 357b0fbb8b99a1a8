import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { reportCommand } from '../../cli/report.ts';
import { memoryIo } from '../support/memory-io.ts';
import { reportSample } from '../support/report-sample.ts';

const { sweep, keyRows, findings } = reportSample(30);
if (sweep === null) throw new Error('the sample has a sweep');
const printed = { ...sweep, keyRows, findings };
const complete = { ...printed, regions: sweep.regions.map((region) => ({ ...region, state: 'complete' })) };

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kms-guard-report-cli-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const run = async (args: readonly string[], stdin = '') => {
  const io = memoryIo({ readFile: (path) => readFile(path, 'utf8'), readStdin: async () => stdin });
  const status = await reportCommand.run(args, io);
  return { out: io.out(), err: io.err(), status };
};

describe('report', () => {
  test('renders the JSON of a sweep to a file, the same each time', async () => {
    const from = join(folder, 'sweep.json');
    const to = join(folder, 'report.html');
    await writeFile(from, JSON.stringify(printed));
    const { out, status } = await run([from, '--format', 'html', '--output', to, '--title', 'Our <keys>']);
    expect([out, status]).toEqual(['', 3]);
    const page = await readFile(to, 'utf8');
    expect(page).toContain('<h1><bdi>Our &lt;keys&gt;</bdi></h1>');
    expect((await run(['-', '--title', 'Our <keys>'], JSON.stringify(printed))).out).toBe(page);
  });

  test('of an older sweep says that the keys are not in it', async () => {
    const { keyRows: _keyRows, ...older } = printed;
    expect((await run(['-'], JSON.stringify(older))).out).toContain('The table of keys: ');
  });

  test('exits 0 with nothing to flag, 1 with something, 3 where something was not read', async () => {
    expect((await run(['-'], JSON.stringify({ ...complete, findings: [] }))).status).toBe(0);
    expect((await run(['-'], JSON.stringify(complete))).status).toBe(1);
    const partial = await run(['-'], JSON.stringify({ ...printed, findings: [] }));
    expect(partial).toMatchObject({ status: 3, err: expect.stringMatching(/^report: incomplete: .*names what\n$/) });
  });

  test.each([
    [[], /takes one FILE/],
    [['a', 'b'], /takes one FILE/],
    [['nowhere.json'], /nowhere\.json: cannot be read/],
    [['-', '--format', 'pdf'], /no format "pdf": choose .*html/],
    [['-', '--output', 'x'], /say the --format of --output x before it/],
    [['-', '--format', 'html', '--format', 'html'], /only one format can go to standard output/],
    [['-', '--format', 'html', '--output', 'no/such/folder/x.html'], /could not be written/],
  ])('%j is refused', async (args, message) => {
    await expect(run(args, JSON.stringify(printed))).rejects.toThrow(message);
  });

  test.each([
    ['nonsense', /^report: -: not JSON: [^\n]*$/],
    ['', /^report: -: not JSON: [^\n]*$/],
    ['[]', /^report: -: [^\n]*$/],
    ['{"Records":[]}', /^report: -: startedAt: [^\n]*$/],
    ['null', /^report: -: [^\n]*$/],
  ])('of %j is one line', async (text, message) => {
    await expect(run(['-', '--format', 'asff'], text)).rejects.toThrow(message);
  });

  test('several formats at once, each to its own file', async () => {
    const asked = ['json', 'csv', 'asff', 'ocsf', 'keys-csv', 'controls-csv'];
    const files = asked.map((format) => join(folder, `all.${format}`));
    const pairs = asked.flatMap((format, at) => ['--format', format, '--output', files[at] ?? '']);
    const { out } = await run(['-', ...pairs], JSON.stringify(printed));
    expect(out).toBe('');
    const [json = '', csv = '', asff = '', ocsf = ''] = await Promise.all(files.map((file) => readFile(file, 'utf8')));
    expect(JSON.parse(json)).toMatchObject({ schema: 'kms-guard/report/1' });
    expect(csv).toMatch(/^"severity","rule",/);
    expect(JSON.parse(asff)).toHaveLength(findings.length);
    expect(ocsf.trimEnd().split('\n')).toHaveLength(findings.length);
  });

  test('tells where the input is wrong', async () => {
    const wrong = { ...printed, findings: [{ ...findings[0], verdict: 'maybe' }] };
    await expect(run(['-'], JSON.stringify(wrong))).rejects.toThrow(/^report: -: findings\[0\]\.verdict: /);
  });
});
