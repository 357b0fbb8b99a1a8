import type { Condition, KeyPolicy } from '../document.ts';
import { isListKey, isKnownKey } from './condition-keys.ts';
import type { KeyValue } from './domain.ts';
import type { Piece } from './patterns.ts';
import { toNumber } from './typed.ts';
import type { TestStore, ValueTest } from './value-test.ts';

/** How AWS's silence is read: the atom as it may be true, or as it must be. */
export type Side = 'may' | 'must';

/** One condition entry made ready: a question about one key, for one side. */
export type Atom = {
  readonly id: number;
  /** In lower case. `aws:epochtime` reads as `aws:currenttime`: the same instant. */
  readonly key: string;
  readonly test: ValueTest;
  readonly negated: boolean;
  readonly list: boolean;
  readonly quantifier: 'any' | 'all';
  readonly absentTruth: boolean;
  readonly condition: Condition;
};

/** A condition entry of a statement, and the variables that must be known before it is an atom. */
export type Entry = {
  readonly condition: Condition;
  readonly key: string;
  readonly variables: readonly string[];
  /** Whether `${...}` is a variable here, which the version of its policy decides: the two sides of a diff can differ. */
  readonly substitutes: boolean;
  /** The key's name is none we know: it may be present or not, with any value. */
  readonly unknownKey: boolean;
  /** The value is compared with itself (`aws:PrincipalTag/a` with `${aws:PrincipalTag/a}`): it passes whenever it is there. */
  readonly itself: boolean;
};

export type Variables = ReadonlyMap<string, KeyValue>;

export const keyOf = ({ name }: Condition): string => (name === 'aws:epochtime' ? 'aws:currenttime' : name);

export const entryOf = (condition: Condition, version: KeyPolicy['version']): Entry => {
  const key = keyOf(condition);
  const substitutes = readsVariables(condition, version);
  const split = substitutes ? condition.values.map(parts) : [];
  const single = isKnownKey(key) && !isListKey(key);
  const itself = single && /^(?:string|like)/.test(condition.operator.family) && split.some(isOnly(key));
  const named = split.flat().flatMap((part) => (part.variable === null ? [] : [part.variable]));
  return {
    condition,
    key,
    variables: itself ? [] : [...new Set(named)],
    substitutes,
    unknownKey: !isKnownKey(key),
    itself,
  };
};

/** Whether a value is this variable and nothing else. */
const isOnly =
  (key: string) =>
  (all: readonly Part[]): boolean =>
    all.some((part) => part.variable === key) && all.every((part) => part.variable === key || part.text === '');

const readsVariables = (condition: Condition, version: KeyPolicy['version']): boolean =>
  version === '2012-10-17' && /^(?:string|like|arn|bool)/.test(condition.operator.family);

type Part = Piece & { readonly variable: string | null; readonly fallback: string | null };

/** Splits `a${aws:username}b`. Escapes become literal text. */
const parts = (value: string): readonly Part[] => {
  const out: Part[] = [];
  let rest = value;
  for (let found = VARIABLE.exec(rest); found !== null; found = VARIABLE.exec(rest)) {
    const [whole, inside = ''] = found;
    out.push({ text: rest.slice(0, found.index), literal: false, variable: null, fallback: null });
    const [, name = '', fallback] = /^([^,]*)(?:,\s*'(.*)'\s*$)?/.exec(inside) ?? [];
    if (/^[*?$]$/.test(inside)) out.push({ text: inside, literal: true, variable: null, fallback: null });
    else out.push({ text: '', literal: true, variable: name.trim().toLowerCase(), fallback: fallback ?? null });
    rest = rest.slice(found.index + whole.length);
  }
  out.push({ text: rest, literal: false, variable: null, fallback: null });
  return out;
};

const VARIABLE = /\$\{([^}]*)\}/;

/** Makes atoms, each only once. */
export class AtomStore {
  private readonly known = new Map<string, Atom>();
  /** Atoms without variables: nearly all of them. */
  private readonly plain = { may: new Map<Entry, Atom>(), must: new Map<Entry, Atom>() };
  private readonly tests: TestStore;
  private readonly ids = new Map<Entry, number>();

  constructor(tests: TestStore) {
    this.tests = tests;
  }

  of(entry: Entry, side: Side, variables: Variables): Atom {
    if (entry.variables.length > 0) return this.bound(entry, side, variables);
    const known = this.plain[side].get(entry);
    if (known !== undefined) return known;
    const atom = this.bound(entry, side, variables);
    this.plain[side].set(entry, atom);
    return atom;
  }

  private bound(entry: Entry, side: Side, variables: Variables): Atom {
    const id = this.ids.get(entry) ?? this.ids.size;
    this.ids.set(entry, id);
    const bound = entry.variables.map((name) => variables.get(name) ?? null);
    const key = `${id} ${side} ${bound.length === 0 ? '' : JSON.stringify(bound)}`;
    const found = this.known.get(key);
    if (found !== undefined) return found;
    const atom = this.make(entry, side, variables);
    this.known.set(key, atom);
    return atom;
  }

  private make(entry: Entry, side: Side, variables: Variables): Atom {
    const { operator } = entry.condition;
    const atom = { id: this.known.size, key: entry.key, list: isList(entry), condition: entry.condition };
    if (operator.family === 'unknown') {
      return { ...atom, test: this.tests.constant(false), negated: false, quantifier: 'any', absentTruth: false };
    }
    if (operator.family === 'null') {
      const wants = (word: string): boolean => entry.condition.values.some((value) => value.toLowerCase() === word);
      return {
        ...atom,
        test: this.tests.constant(wants('false')),
        negated: false,
        quantifier: 'any',
        absentTruth: wants('true'),
      };
    }
    // A malformed ARN pattern may match as text: for the negated operator that makes "must match nothing" the wider reading.
    const malformedArn = (side === 'may') === operator.negated ? 'nothing' : 'text';
    const seconds = operator.family === 'numeric' && entry.condition.name === 'aws:epochtime';
    const values = seconds ? epochValues(entry.condition) : this.resolve(entry, variables);
    const family = seconds ? 'date' : operator.family;
    const test = entry.itself
      ? this.tests.constant(true)
      : this.tests.of({ family, comparison: operator.comparison, malformedArn, values });
    const free = operator.qualifier === 'none' ? (side === 'may' ? 'any' : 'all') : null;
    const quantifier = free ?? (operator.qualifier === 'anyValue' ? 'any' : 'all');
    return { ...atom, test, negated: operator.negated, quantifier, absentTruth: absentTruth(entry.condition, side) };
  }

  /** The policy's values as pieces; a value with a variable that has no single value matches nothing and drops out. */
  private resolve(entry: Entry, variables: Variables): readonly (readonly Piece[])[] {
    const { condition } = entry;
    if (!entry.substitutes) return condition.values.map((text) => [{ text, literal: false }]);
    return condition.values.flatMap((value) => {
      const pieces = parts(value).map((part): Piece | null => {
        if (part.variable === null) return part;
        const known = variables.get(part.variable) ?? null;
        const text = known === null ? part.fallback : known.length === 1 ? (known[0] ?? null) : null;
        return text === null ? null : { text, literal: true };
      });
      return pieces.every((piece) => piece !== null) ? [pieces] : [];
    });
  }
}

/** A threshold that no clock reaches says the same, however far away it is. */
const LATEST = 9e12;

/** Seconds as a date, long enough not to be read as a year. What is no number compares with nothing. */
const epochValues = ({ values }: Condition): readonly (readonly Piece[])[] =>
  values.flatMap((value) => {
    const seconds = toNumber(value);
    if (Number.isNaN(seconds)) return [];
    const text = Math.min(LATEST, Math.max(0, seconds)).toFixed(3).padStart(9, '0');
    return [[{ text, literal: false }]];
  });

const isList = (entry: Entry): boolean =>
  isListKey(entry.key) || (entry.unknownKey && entry.condition.operator.qualifier !== 'none');

/** Whether the condition holds of a request without its key. */
export const absentTruth = (condition: Condition, side: Side): boolean => {
  const { qualifier, negated, ifExists } = condition.operator;
  if (qualifier === 'anyValue') return ifExists && side === 'may';
  return qualifier === 'allValues' || negated || ifExists;
};

/** Whether the two sides differ for this condition: AWS does not document it. */
export const isUncertain = (entry: Entry): boolean => {
  const { qualifier, ifExists, family } = entry.condition.operator;
  if (entry.unknownKey || (qualifier === 'anyValue' && ifExists)) return true;
  if (qualifier === 'none' && isList(entry) && family !== 'null') return true;
  return family === 'arn' && entry.condition.values.some((value) => value.split(':').length < 6);
};
