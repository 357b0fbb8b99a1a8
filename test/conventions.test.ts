import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { remedyNames } from '../shared/remedies/remedy-names.ts';
import { rules } from '../shared/rules/index.ts';

/** The house style of the design, where a machine can see it. A folder that does not exist breaks nothing. */

const root = new URL('..', import.meta.url).pathname;
const folders = ['shared', 'functions', 'infra', 'cli', 'local', 'bench', 'scripts', 'test'];

type Source = { readonly path: string; readonly lines: number; readonly code: string };

/** Comments may speak of what code must not do. Only those that begin a line: an ARN pattern may hold a slash and a star. */
const withoutComments = (text: string): string =>
  text.replaceAll(/^\s*\/\*[^]*?\*\//gm, '').replaceAll(/^\s*\/\/.*$/gm, '');

const sourcesIn = (folder: string): readonly Source[] =>
  existsSync(join(root, folder))
    ? readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
        .filter((name) => name.endsWith('.ts') && !name.includes('node_modules'))
        .map((name) => {
          const path = `${folder}/${name}`;
          const text = readFileSync(join(root, path), 'utf8');
          return { path, lines: text.split('\n').length - 1, code: withoutComments(text) };
        })
    : [];

const sources = folders.flatMap(sourcesIn);
const shared = sources.filter(({ path }) => path.startsWith('shared/'));
const pure = shared.filter(({ path }) => !path.startsWith('shared/adapters/'));
const ours = sources.filter(({ path }) => path !== 'test/conventions.test.ts');
const containing = (list: readonly Source[], pattern: RegExp): readonly string[] =>
  list.filter(({ code }) => pattern.test(code)).map(({ path }) => path);

test('there is something to look at', () => {
  expect(shared.length).toBeGreaterThan(20);
});

describe('shared is pure but for its adapters', () => {
  test.each([
    ['the SDK', /['"]@aws-sdk\//],
    ['other clients and frameworks', /['"](@smithy|@middy|@aws-lambda-powertools|aws-cdk-lib)[/'"]/],
    ['the environment', /\bprocess\.(env|argv)\b/],
    ['the clock', /\bDate\.now\b|\bnew Date\(\s*\)|\bperformance\.now\b|\bset(Timeout|Interval|Immediate)\(/],
    ['randomness', /\bMath\.random\b|\brandom(UUID|Bytes|Int)\b|\bgetRandomValues\b/],
    [
      'files, network and processes',
      /from ['"](node:)?(fs|net|http|https|child_process|dns|tls)(\/promises)?['"]|\bfetch\(/,
    ],
    ['the console', /\bconsole\.\w/],
    ['the adapters', /from ['"][./]+\/adapters\//],
  ])('no %s', (_name, pattern) => {
    expect(containing(pure, pattern)).toEqual([]);
  });

  test('the small zod only: it ends up in every Lambda', () => {
    expect(containing(shared, /from ['"]zod['"]/)).toEqual([]);
  });
});

describe('every file', () => {
  const name = (path: string): string => basename(path).replace(/(\.[a-z]+)?(\.test)?\.ts$/, '');

  test('is at most 200 lines long, a test 400', () => {
    const long = sources.filter(({ path, lines }) => lines > (path.startsWith('test/') ? 400 : 200));
    expect(long.map(({ path, lines }) => `${path}: ${lines}`)).toEqual([]);
  });

  test('has a name in kebab-case that says what it holds', () => {
    const vague = /^(utils?|helpers?|common|misc|.*-?(manager|service|impl))$/;
    expect(
      sources
        .map(({ path }) => path)
        .filter((path) => !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(name(path)) || vague.test(name(path))),
    ).toEqual([]);
  });

  test.each([
    ['any', /(?::|\bas|<)\s*any\s*[;,)>=\]|&{[]/],
    ['double casts', /\bas\s+unknown\s+as\b/],
    ['switched-off checks', /oxlint-disable|eslint-disable|biome-ignore|@ts-(ignore|expect-error|nocheck)/],
    ['default exports', /^export default\b/m],
    ['mocked modules', /\bvi\s*\.\s*(mock|doMock)\b/],
    ['tests that do not run', /\b(test|it|describe)\s*\.\s*(skip|only|todo)\b/],
  ])('has no %s', (_name, pattern) => {
    expect(containing(ours, pattern)).toEqual([]);
  });

  test('holds no switched-off check in a comment', () => {
    const texts = ours.filter(({ path }) =>
      /(oxlint|eslint)-disable|biome-ignore|@ts-/.test(readFileSync(join(root, path), 'utf8')),
    );
    expect(texts.map(({ path }) => path)).toEqual([]);
  });
});

describe('rules', () => {
  test('are at most 80 lines long, each its own file', () => {
    const files = shared.filter(({ path }) => path.startsWith('shared/rules/'));
    expect(files.filter(({ lines }) => lines > 80).map(({ path }) => path)).toEqual([]);
    for (const { id } of rules) {
      const own = files.find(({ path }) => path === `shared/rules/${id}.ts`);
      expect(own?.code).toContain(`id: '${id}'`);
    }
  });

  test('are all listed', () => {
    const defined = shared.filter(
      ({ path, code }) => path.startsWith('shared/rules/') && /=\s*defineRule\(/.test(code),
    );
    const files = defined.map(({ path }) => basename(path, '.ts')).filter((file) => file !== 'define-rule');
    expect(files.sort()).toEqual(rules.map(({ id }) => id).sort());
  });

  test('have ids of their own', () => {
    expect(new Set(rules.map(({ id }) => id)).size).toBe(rules.length);
  });

  test('neither log nor throw', () => {
    const files = shared.filter(({ path }) => path.startsWith('shared/rules/'));
    expect(containing(files, /\bthrow\b|\bconsole\b|\blog\./)).toEqual([]);
  });

  describe.each(rules.map((rule) => [rule.id, rule] as const))('%s', (id, rule) => {
    test('has a page that says when not to use it', () => {
      expect(readFileSync(join(root, `docs/rules/${id}.md`), 'utf8')).toMatch(/^## When not to use it\n\n\S/m);
    });

    test('is tested in two columns', () => {
      const { code } = sources.find(({ path }) => path === `test/rules/${id}.test.ts`) ?? { code: '' };
      expect(code).toMatch(/\btwoColumns\(/);
      expect(code).toMatch(/\bcompliant: \[\s*\{/);
      expect(code).toMatch(/\bviolating: \[\s*\{/);
    });

    test('has a known remedy, a text for everything, and something to see it by', () => {
      expect([null, ...remedyNames]).toContain(rule.remedy);
      expect(rule.watches.length > 0 || rule.sweep).toBe(true);
      for (const text of [rule.title, rule.remediation, ...Object.values(rule.messages)]) expect(text).toMatch(/\S/);
    });
  });
});
