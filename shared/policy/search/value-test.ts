import type { Comparison, OperatorFamily } from '../document.ts';
import { Automaton, type Token } from './automaton.ts';
import type { Budget } from './budget.ts';
import { arnTokens, matches, onlyText, type Piece, tokensOf } from './patterns.ts';
import { ordered, type Range, toInstant, toNumber, toRange } from './typed.ts';

export type TestKind = 'text' | 'numeric' | 'date' | 'bool' | 'ip' | 'constant';

/** A question about one value of one key: does it pass for at least one of the policy's values? Negation stands outside. */
export type ValueTest = {
  readonly id: number;
  readonly kind: TestKind;
  readonly comparison: Comparison;
  /** For `text`: the patterns, and the texts themselves when no pattern has a wildcard. */
  readonly patterns: readonly (readonly Token[])[];
  readonly texts: ReadonlySet<string> | null;
  readonly automaton: () => Automaton;
  /** How many characters of the value the vaguest pattern pins down. */
  readonly pinned: () => number;
  readonly numbers: readonly number[];
  readonly ranges: readonly Range[];
  /** For `bool`: the accepted values. For `constant`: not empty means true. */
  readonly words: ReadonlySet<string>;
};

export const holds = (test: ValueTest, value: string, budget: Budget): boolean => {
  switch (test.kind) {
    case 'text':
      return test.texts?.has(value) ?? holdsText(test, value, budget);
    case 'numeric':
      return test.numbers.some((number) => ordered(toNumber(value), test.comparison, number));
    case 'date':
      return test.numbers.some((number) => ordered(toInstant(value), test.comparison, number));
    case 'bool':
      return test.words.has(value.toLowerCase());
    case 'ip':
      return inRanges(test.ranges, value);
    case 'constant':
      return test.words.size > 0;
  }
};

/** From this many patterns on, one automaton for all is cheaper than each pattern for itself. */
const MANY = 16;

const holdsText = (test: ValueTest, value: string, budget: Budget): boolean => {
  const { patterns } = test;
  if (patterns.length > MANY) return test.automaton().accepts(value, budget);
  budget.spend(patterns.length + (value.length >> 4));
  return patterns.some((pattern) => matches(pattern, value));
};

const inRanges = (ranges: readonly Range[], value: string): boolean => {
  const address = value.includes('/') ? null : toRange(value);
  if (address === null) return false;
  return ranges.some((range) => range.v6 === address.v6 && range.first <= address.first && address.first <= range.last);
};

/** How ARN patterns with fewer than six parts count: AWS does not say. */
export type MalformedArn = 'text' | 'nothing';

type Source = {
  readonly family: OperatorFamily;
  readonly comparison: Comparison;
  readonly malformedArn: MalformedArn;
  readonly values: readonly (readonly Piece[])[];
};

/** Makes tests, each only once: two statements with the same values share one automaton and one memo entry. */
export class TestStore {
  private readonly known = new Map<string, ValueTest>();
  /** Of our own making: the same few for each caller. */
  private readonly globs = new Map<string, ValueTest>();
  private count = 0;

  of(source: Source): ValueTest {
    const texts = source.values.map((pieces) =>
      pieces.map(({ text, literal }) => `${literal ? 'L' : 'P'}${text.length}:${text}`).join(''),
    );
    const key = [source.family, source.comparison, source.malformedArn, ...texts.toSorted()].join('\n');
    const found = this.known.get(key);
    if (found !== undefined) return found;
    const test = this.make(source);
    this.known.set(key, test);
    return test;
  }

  /** Patterns of our own making: `*` and `?` are wildcards, `arn` confines them to the parts of an ARN. */
  glob(patterns: readonly string[], arn = false): ValueTest {
    const family = arn ? 'arn' : 'like';
    const key = `${family} ${JSON.stringify(patterns)}`;
    const known = this.globs.get(key);
    if (known !== undefined) return known;
    const values = patterns.map((text) => [{ text, literal: false }]);
    const test = this.of({ family, comparison: 'equals', malformedArn: 'nothing', values });
    this.globs.set(key, test);
    return test;
  }

  literal(texts: readonly string[]): ValueTest {
    const values = texts.map((text) => [{ text, literal: true }]);
    return this.of({ family: 'string', comparison: 'equals', malformedArn: 'nothing', values });
  }

  ignoringCase(texts: readonly string[]): ValueTest {
    const values = texts.map((text) => [{ text, literal: true }]);
    return this.of({ family: 'stringIgnoreCase', comparison: 'equals', malformedArn: 'nothing', values });
  }

  blocks(texts: readonly string[]): ValueTest {
    const values = texts.map((text) => [{ text, literal: true }]);
    return this.of({ family: 'ip', comparison: 'equals', malformedArn: 'nothing', values });
  }

  constant(value: boolean): ValueTest {
    const values = value ? [[{ text: 'true', literal: true }]] : [];
    return this.of({ family: 'null', comparison: 'equals', malformedArn: 'nothing', values });
  }

  private make(source: Source): ValueTest {
    const { family, comparison } = source;
    const kind = kindOf(family);
    const plain = source.values.map((pieces) => pieces.map((piece) => piece.text).join(''));
    const patterns = once(() => patternsOf(source));
    const ranges = once(() => (kind === 'ip' ? plain.flatMap((text) => toRange(text) ?? []) : []));
    this.count += 1;
    return {
      id: this.count,
      kind,
      comparison,
      get patterns() {
        return patterns();
      },
      texts: family === 'string' || family === 'binary' ? new Set(plain) : onlyTexts(patterns()),
      automaton: once(() => new Automaton(patterns())),
      pinned: once(() =>
        Math.min(...patterns().map((pattern) => pattern.filter(({ kind: one }) => one === 'char').length)),
      ),
      numbers: kind === 'numeric' ? numbers(plain, toNumber) : kind === 'date' ? numbers(plain, toInstant) : [],
      get ranges() {
        return ranges();
      },
      words: new Set(plain.map((text) => text.toLowerCase()).filter((text) => text === 'true' || text === 'false')),
    };
  }
}

/** Most tests are asked little: what they are asked with is made when it is needed. */
const once = <T>(make: () => T): (() => T) => {
  let made: { readonly value: T } | null = null;
  return () => (made ??= { value: make() }).value;
};

const numbers = (texts: readonly string[], read: (text: string) => number): readonly number[] =>
  texts.map(read).filter((number) => !Number.isNaN(number));

const onlyTexts = (patterns: readonly (readonly Token[])[]): ReadonlySet<string> | null => {
  const texts = patterns.map(onlyText);
  return texts.every((text) => text !== null) ? new Set(texts) : null;
};

const kindOf = (family: OperatorFamily): TestKind => {
  switch (family) {
    case 'numeric':
    case 'date':
    case 'bool':
    case 'ip':
      return family;
    case 'null':
    case 'unknown':
      return 'constant';
    default:
      return 'text';
  }
};

const patternsOf = (source: Source): readonly (readonly Token[])[] => {
  const { family } = source;
  if (kindOf(family) !== 'text') return [];
  const style = { wildcards: family === 'like' || family === 'arn', fold: family === 'stringIgnoreCase' };
  return source.values.flatMap((pieces) => {
    const tokens = tokensOf(pieces, style);
    if (family !== 'arn') return [tokens];
    const confined = arnTokens(tokens);
    if (confined !== null) return [confined];
    return source.malformedArn === 'text' ? [tokens] : [];
  });
};
