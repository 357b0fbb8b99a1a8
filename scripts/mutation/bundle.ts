import { globSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { Script } from 'node:vm';
import { build, type OnLoadArgs, type Plugin } from 'esbuild';

/** Loads one test file, and the sources it needs that are not loaded yet. */
type Load = () => unknown;

/** One evaluation of all modules. `forget` empties the caches that the sources keep between calls. */
export type Evaluated = { readonly loaders: ReadonlyMap<string, Load>; readonly forget: () => void };

/** `imports`: what is given for an imported package; the others are required as usual. */
export type Imports = (name: string) => unknown;

export type Bundle = { readonly files: readonly string[]; readonly evaluate: (imports: Imports) => Evaluated };

/** A WeakMap that can be emptied. */
class Cache<K extends object, V> {
  private entries = new WeakMap<K, V>();

  get(key: K): V | undefined {
    return this.entries.get(key);
  }

  set(key: K, value: V): void {
    this.entries.set(key, value);
  }

  clear(): void {
    this.entries = new WeakMap();
  }
}

const CACHE = /^((?:export )?const [^\n=]*= )new WeakMap\b/gm;
/** Would live on from one mutant to the next, and is none of the caches that can be emptied. */
const STATE = /^(?:export )?(?:let\b|const \w+\b(?!: Readonly)[^\n=]*= new (?:Map|Set)(?:<[^\n(]*>)?\(\);)/m;

/** Counting which test meets which mutant is the dry run's work, and costs as much as the tests. */
const COUNTING = /stryCov_9fa48\("[^)]*\)/g;

const sources = (counting: boolean): Plugin => ({
  name: 'sources',
  setup: (loader) => {
    loader.onLoad({ filter: /[/\\]shared[/\\].*\.ts$/ }, ({ path }: OnLoadArgs) => {
      const text = readFileSync(path, 'utf8');
      if (STATE.test(text)) throw new Error(`${path} keeps state that the mutation runner cannot reset`);
      const contents = text.replaceAll(CACHE, '$1newCache');
      return { loader: 'ts', contents: counting ? contents : contents.replaceAll(COUNTING, '0') };
    });
  },
});

const entry = (files: readonly string[]): string =>
  files
    .map((file) => `loaders.set(${JSON.stringify(file)}, () => require(${JSON.stringify(resolve(file))}));`)
    .join('');

type Evaluate = (loaders: Map<string, Load>, newCache: () => unknown, require: Imports) => void;

const isEvaluate = (value: unknown): value is Evaluate => typeof value === 'function';

/** One script of all the tests and the instrumented sources, each file a lazy function in it. */
export const bundle = async (pattern: string, counting: boolean): Promise<Bundle> => {
  const files = globSync(pattern).toSorted();
  const { outputFiles } = await build({
    stdin: { contents: entry(files), resolveDir: process.cwd() },
    bundle: true,
    write: false,
    format: 'cjs',
    platform: 'node',
    target: 'node22',
    packages: 'external',
    treeShaking: false,
    logLevel: 'error',
    plugins: [sources(counting)],
  });
  const code = outputFiles[0]?.text ?? '';
  const evaluate: unknown = new Script(`(function (loaders, newCache, require) {${code}\n})`).runInThisContext();
  if (!isEvaluate(evaluate)) throw new TypeError('the bundle is not a function');
  return { files, evaluate: (imports) => evaluated(evaluate, imports) };
};

const require = createRequire(import.meta.url);

const evaluated = (evaluate: Evaluate, imports: Imports): Evaluated => {
  const loaders = new Map<string, Load>();
  const caches: Cache<object, unknown>[] = [];
  const newCache = (): unknown => {
    const cache = new Cache();
    caches.push(cache);
    return cache;
  };
  evaluate(loaders, newCache, (name) => imports(name) ?? require(name));
  return {
    loaders,
    forget: () => {
      for (const cache of caches) cache.clear();
    },
  };
};
