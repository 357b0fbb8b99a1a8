import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import * as z from 'zod/mini';

/**
 * Does the in-process runner say what Stryker's own runner for vitest says? Takes some mutants of the last
 * `npm run mutation`, runs them again under vitest and prints where the two differ: `node scripts/mutation/compare.ts 40`.
 */

const position = z.object({ line: z.int(), column: z.int() });
const mutant = z.object({
  mutatorName: z.string(),
  replacement: z.optional(z.string()),
  location: z.object({ start: position, end: position }),
  status: z.string(),
});
const report = z.object({ files: z.record(z.string(), z.object({ mutants: z.array(mutant) })) });
const settings = z.record(z.string(), z.unknown());

const RESULT = '.cache/mutation-vitest.json';
/** Without a fixed seed, the few cases of the in-process runner would at times be too few for a test's own demands. */
const RUNS = { POLICY_RUNS: '40', POLICY_REQUESTS: '400' };
const CONFIG = '.cache/stryker-vitest.json';

type Answer = { readonly file: string; readonly mutant: z.infer<typeof mutant> };

const answersOf = (path: string): readonly Answer[] =>
  Object.entries(report.parse(JSON.parse(readFileSync(path, 'utf8'))).files).flatMap(([file, { mutants }]) =>
    mutants.map((one) => ({ file, mutant: one })),
  );

const idOf = ({ file, mutant: { location, mutatorName, replacement } }: Answer): string =>
  JSON.stringify([file, location.start, location.end, mutatorName, replacement]);

const sampleOf = (answers: readonly Answer[], size: number): readonly Answer[] => {
  const left = [...answers];
  return Array.from({ length: Math.min(size, left.length) }, () =>
    left.splice(Math.floor(Math.random() * left.length), 1),
  ).flat();
};

/** Stryker counts lines from one and columns from zero here, and takes every mutant within. */
const rangeOf = ({ file, mutant: { location } }: Answer): string =>
  `${file}:${location.start.line}:${location.start.column - 1}-${location.end.line}:${location.end.column - 1}`;

const underVitest = (mutants: readonly Answer[]): readonly Answer[] => {
  const base = settings.parse(JSON.parse(readFileSync('stryker.config.json', 'utf8')));
  const { plugins: _plugins, ignorePatterns, ...rest } = base;
  const config = {
    ...rest,
    testRunner: 'vitest',
    vitest: { configFile: 'vitest.mutation.config.ts' },
    ignorePatterns: [...z.array(z.string()).parse(ignorePatterns), '!vitest.mutation.config.ts'],
    mutate: mutants.map(rangeOf),
    reporters: ['json'],
    jsonReporter: { fileName: RESULT },
    timeoutMS: 60_000,
    thresholds: { high: 100, low: 0, break: null },
  };
  mkdirSync('.cache', { recursive: true });
  writeFileSync(CONFIG, JSON.stringify(config));
  execFileSync('node_modules/.bin/stryker', ['run', CONFIG], {
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, ...RUNS },
  });
  return answersOf(RESULT);
};

const verdict = (status: string): string => (['Survived', 'NoCoverage'].includes(status) ? 'survived' : 'killed');

const ours = answersOf('reports/mutation.json');
const theirs = new Map(
  underVitest(sampleOf(ours, Number(process.argv[2] ?? 40))).map((one) => [idOf(one), one.mutant.status]),
);
const compared = ours.flatMap((one) => {
  const other = theirs.get(idOf(one));
  return other === undefined ? [] : [{ one, other }];
});
const different = compared.filter(({ one, other }) => verdict(one.mutant.status) !== verdict(other));
for (const { one, other } of different) {
  const { location, mutatorName, replacement, status } = one.mutant;
  console.log(`${one.file}:${location.start.line} ${mutatorName} -> ${replacement}: here ${status}, vitest ${other}`);
}
const survived = compared.filter(({ one }) => verdict(one.mutant.status) === 'survived').length;
console.log(`${compared.length} mutants compared, ${survived} of them survived here, ${different.length} different`);
