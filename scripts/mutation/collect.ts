/** Stands in for vitest's `describe` and `it` while a test file is loaded: notes the tests, runs none. */

type Body = (...values: readonly unknown[]) => unknown;
export type Test = { readonly id: string; readonly name: string; readonly file: string; readonly run: () => unknown };

const spread = (row: unknown): readonly unknown[] => (Array.isArray(row) ? row : [row]);

/** `%s` takes the next value of the row, `$name` the row's own property: names only have to tell tests apart. */
const titled = (title: string, row: unknown): string => {
  const values = spread(row).values();
  return title
    .replaceAll(/%[sdifjoO]/g, () => String(values.next().value))
    .replaceAll(/\$(\w+)/g, (text, key: string) =>
      typeof row === 'object' && row !== null && key in row ? String(Reflect.get(row, key)) : text,
    );
};

/** vitest's options may stand between name and body: a time limit is Stryker's matter here. */
const bodyOf = (parts: readonly unknown[]): Body => {
  const body = parts.find((part) => typeof part === 'function');
  if (typeof body !== 'function') throw new TypeError('a test without a body');
  return (...values) => Reflect.apply(body, undefined, values);
};

const eachRow =
  (add: (title: string, run: () => unknown) => void) =>
  (rows: readonly unknown[]) =>
  (title: string, ...parts: readonly unknown[]): void => {
    const body = bodyOf(parts);
    for (const row of rows) add(titled(title, row), () => body(...spread(row)));
  };

export class Collector {
  readonly tests: Test[] = [];
  private readonly file: string;
  private readonly used = new Map<string, number>();
  private path: readonly string[] = [];

  constructor(file: string) {
    this.file = file;
  }

  /** What a test file may import from vitest beside `expect`; another name fails loudly: it is not there. */
  api(): Readonly<Record<string, unknown>> {
    const test = (title: string, run: () => unknown): void => this.add(title, run);
    const suite = (title: string, run: () => unknown): void => this.enter(title, run);
    const it = Object.assign((title: string, ...parts: readonly unknown[]) => test(title, bodyOf(parts)), {
      each: eachRow(test),
    });
    const describe = Object.assign((title: string, ...parts: readonly unknown[]) => suite(title, bodyOf(parts)), {
      each: eachRow(suite),
    });
    return { it, test: it, describe };
  }

  private enter(title: string, run: () => unknown): void {
    const outside = this.path;
    this.path = [...outside, title];
    run();
    this.path = outside;
  }

  private add(title: string, run: () => unknown): void {
    const name = [...this.path, title].join(' > ');
    const times = (this.used.get(name) ?? 0) + 1;
    this.used.set(name, times);
    this.tests.push({ id: `${this.file}#${name}${times > 1 ? ` (${times})` : ''}`, name, file: this.file, run });
  }
}
