import type { Comparison, OperatorFamily } from '../document.ts';
import { Automaton, type Token } from './automaton.ts';
import type { Budget } from './budget.ts';
import { arnTokens, onlyText, type Piece, tokensOf } from './patterns.ts';
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
  readonly numbers: readonly number[];
  readonly ranges: readonly Range[];
  /** For `bool`: the accepted values. For `constant`: not empty means true. */
  readonly words: ReadonlySet<string>;
};

export const holds = (test: ValueTest, value: string, budget: Budget): boolean => {
  switch (test.kind) {
    case 'text':
      return test.texts?.has(value) ?? test.automaton().accepts(value, budget);
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
    const values = patterns.map((text) => [{ text, literal: false }]);
    return this.of({ family: arn ? 'arn' : 'like', comparison: 'equals', malformedArn: 'nothing', values });
  }

  literal(texts: readonly string[]): ValueTest {
    const values = texts.map((text) => [{ text, literal: true }]);
    return this.of({ family: 'string', comparison: 'equals', malformedArn: 'nothing', values });
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
    const patterns = patternsOf(source);
    const texts = patterns.map(onlyText);
    const plain = source.values.map((pieces) => pieces.map((piece) => piece.text).join(''));
    let automaton: Automaton | null = null;
    this.count += 1;
    return {
      id: this.count,
      kind: kindOf(source.family),
      comparison: source.comparison,
      patterns,
      texts: texts.every((text) => text !== null) ? new Set(texts) : null,
      automaton: () => (automaton ??= new Automaton(patterns)),
      numbers: plain.map(source.family === 'date' ? toInstant : toNumber).filter((number) => !Number.isNaN(number)),
      ranges: source.family === 'ip' ? plain.flatMap((text) => toRange(text) ?? []) : [],
      words: new Set(plain.map((text) => text.toLowerCase()).filter((text) => text === 'true' || text === 'false')),
    };
  }
}

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
