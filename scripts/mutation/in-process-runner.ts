import { Script } from 'node:vm';
import { type InstrumenterContext, INSTRUMENTER_CONSTANTS } from '@stryker-mutator/api/core';
import { declareClassPlugin, PluginKind } from '@stryker-mutator/api/plugin';
import {
  type BaseTestResult,
  determineHitLimitReached,
  type DryRunResult,
  DryRunStatus,
  type MutantRunOptions,
  type MutantRunResult,
  type TestResult,
  type TestRunner,
  type TestRunnerCapabilities,
  TestStatus,
  toMutantRunResult,
} from '@stryker-mutator/api/test-runner';
import * as fastCheck from 'fast-check';
import { type Bundle, bundle } from './bundle.ts';
import type { Test } from './collect.ts';
import { type Copy, copyOf } from './copy.ts';

/**
 * A test runner for Stryker that calls the tests of `test/policy` inside its own process: docs/mutation.md says why.
 * The matchers are vitest's. A mutant that acts while modules are loaded gets modules of its own.
 */

const TESTS = 'test/policy/**/*.test.ts';

/** Few random runs, always the same ones, and no shrinking: a mutant either falls or it does not. */
const RUNS = { POLICY_RUNS: '8', POLICY_REQUESTS: '100' };
const RANDOM = { seed: 20_261_122, endOnFailure: true };

const context: InstrumenterContext = {};
Object.assign(globalThis, { [INSTRUMENTER_CONSTANTS.NAMESPACE]: context });

/** A literal's string is the very one that the instrumented code holds: compared by address, not letter by letter. */
const interned = (id: string): string => String(new Script(JSON.stringify(id)).runInThisContext());

/** `shared/policy/search/atoms.ts` and `test/policy/search/atoms.test.ts` mirror each other. */
const mirrors = (test: string, source: string): boolean =>
  source.endsWith(test.replace(/^test/, 'shared').replace(/\.test\.ts$/, '.ts'));

type Plan = {
  readonly copy: Copy;
  readonly files: readonly string[];
  /** Ids of the tests to run; null: all. */
  readonly wanted: ReadonlySet<string> | null;
  /** What Stryker's instrumented code is told while files are loaded, and while a test runs. */
  readonly loading: InstrumenterContext;
  readonly testing: (test: Test) => InstrumenterContext;
  readonly bail: boolean;
};

export class InProcessRunner implements TestRunner {
  static readonly inject = [] as const;
  private bundled: Bundle | null = null;
  /** Serves every mutant that acts only while a test runs: its code stays compiled. */
  private warm: Copy | null = null;
  /** Milliseconds that a file took when it last ran: the quick ones go first. */
  private readonly cost = new Map<string, number>();

  capabilities(): TestRunnerCapabilities {
    return { reloadEnvironment: true };
  }

  async init(): Promise<void> {
    Object.assign(process.env, RUNS);
    fastCheck.configureGlobal(RANDOM);
    this.bundled = await bundle(TESTS, false);
    this.warm = copyOf(this.bundled);
  }

  async dryRun(): Promise<DryRunResult> {
    context.mutantCoverage = { static: {}, perTest: {} };
    const counting = await bundle(TESTS, true);
    return this.run({
      copy: copyOf(counting),
      files: counting.files,
      wanted: null,
      loading: {},
      testing: ({ id }) => ({ currentTestId: id }),
      bail: false,
    });
  }

  async mutantRun(options: MutantRunOptions): Promise<MutantRunResult> {
    const { bundled, warm } = this;
    if (bundled === null || warm === null) throw new Error('the runner was not initialized');
    const wanted = options.testFilter === undefined ? null : new Set(options.testFilter);
    const active = { activeMutant: interned(options.activeMutant.id) };
    Object.assign(context, { hitCount: 0, hitLimit: options.hitLimit });
    const atLoad = options.mutantActivation === 'static';
    const plan = {
      files: this.ordered(bundled.files, options, wanted),
      wanted,
      loading: atLoad ? active : {},
      testing: () => active,
      bail: !options.disableBail,
    };
    let result = await this.run({ ...plan, copy: atLoad ? copyOf(bundled) : warm });
    if (!atLoad && !(await this.isSound(result, bundled, warm))) {
      this.warm = copyOf(bundled);
      context.hitCount = 0;
      result = await this.run({ ...plan, copy: this.warm });
    }
    return toMutantRunResult(determineHitLimitReached(context.hitCount, options.hitLimit) ?? result);
  }

  /** A mutant may leave a shared module broken. Then the test that failed fails without it, too. */
  private async isSound(result: DryRunResult, { files }: Bundle, copy: Copy): Promise<boolean> {
    if (result.status !== DryRunStatus.Complete) return true;
    const failed = result.tests.filter(({ status }) => status === TestStatus.Failed);
    if (failed.length === 0) return true;
    const wanted = new Set(failed.map(({ id }) => id));
    const own = files.filter((file) => failed.some(({ fileName }) => fileName === file));
    const { hitCount } = context;
    const again = await this.run({ copy, files: own, wanted, loading: {}, testing: () => ({}), bail: false });
    Object.assign(context, { hitCount });
    return again.status === DryRunStatus.Complete && again.tests.every(({ status }) => status !== TestStatus.Failed);
  }

  /** The file's own tests first, then the quick ones: most mutants fall there. */
  private ordered(
    files: readonly string[],
    { sandboxFileName }: MutantRunOptions,
    wanted: ReadonlySet<string> | null,
  ): readonly string[] {
    const named = wanted === null ? null : new Set([...wanted].map((id) => id.slice(0, id.indexOf('#'))));
    const rank = (file: string): number => (mirrors(file, sandboxFileName) ? -1 : (this.cost.get(file) ?? 0));
    return files.filter((file) => named?.has(file) ?? true).toSorted((a, b) => rank(a) - rank(b));
  }

  private async run(plan: Plan): Promise<DryRunResult> {
    const tests: TestResult[] = [];
    plan.copy.forget();
    try {
      for (const file of plan.files) {
        const started = performance.now();
        tell(plan.loading);
        const done = await runTests(plan.copy.testsOf(file), plan);
        tests.push(...done);
        if (plan.bail && done.some(({ status }) => status === TestStatus.Failed)) break;
        this.cost.set(file, performance.now() - started);
      }
    } catch (error) {
      return { status: DryRunStatus.Error, errorMessage: `while loading tests: ${String(error)}` };
    } finally {
      tell({});
    }
    const { mutantCoverage } = context;
    return { status: DryRunStatus.Complete, tests, ...(mutantCoverage === undefined ? {} : { mutantCoverage }) };
  }
}

const tell = ({ activeMutant, currentTestId }: InstrumenterContext): void => {
  Object.assign(context, { activeMutant, currentTestId });
};

const runTests = async (tests: readonly Test[], { wanted, testing, bail }: Plan): Promise<readonly TestResult[]> => {
  const results: TestResult[] = [];
  for (const test of tests) {
    if (wanted !== null && !wanted.has(test.id)) continue;
    tell(testing(test));
    const result = await runTest(test);
    results.push(result);
    if (bail && result.status === TestStatus.Failed) break;
  }
  tell({});
  return results;
};

const runTest = async ({ id, name, file, run }: Test): Promise<TestResult> => {
  const started = performance.now();
  const base = (): BaseTestResult => ({ id, name, fileName: file, timeSpentMs: performance.now() - started });
  try {
    await run();
    return { ...base(), status: TestStatus.Success };
  } catch (error) {
    const failureMessage = error instanceof Error ? error.message : String(error);
    return { ...base(), status: TestStatus.Failed, failureMessage };
  }
};

export const strykerPlugins = [declareClassPlugin(PluginKind.TestRunner, 'in-process', InProcessRunner)];
