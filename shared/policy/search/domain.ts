import type { ValueKind } from './solve-typed.ts';
import type { Constraint } from './solve-text.ts';
import type { ValueTest } from './value-test.ts';

/** What a key can hold for one caller and action. */
export type Domain = {
  /** Same id, same domain: part of the memo key. */
  readonly id: string;
  readonly absent: 'never' | 'may' | 'only';
  /** The only possible values, or null when `constraints` say what is possible. */
  readonly values: readonly string[] | null;
  readonly constraints: readonly Constraint[];
  /** Of a list key: for each of these a value that passes stands in the list. */
  readonly includes: readonly ValueTest[];
  readonly kind: ValueKind;
  /** AWS attests the value or limits its alphabet: no `*`, no `?`. */
  readonly plain: boolean;
  /** A value that the domain is known to have: tried first. */
  readonly typical: string | null;
};

/** What a key holds in one request: null when it is absent. */
export type KeyValue = readonly string[] | null;

export const ABSENT: Domain = {
  id: '-',
  absent: 'only',
  values: [],
  constraints: [],
  includes: [],
  kind: 'text',
  plain: true,
  typical: null,
};

export const fixed = (value: string): Domain => ({
  id: `=${value}`,
  absent: 'never',
  values: [value],
  constraints: [],
  includes: [],
  kind: 'text',
  plain: true,
  typical: null,
});

export const oneOf = (values: readonly string[], absent: 'never' | 'may'): Domain => ({
  id: `${absent}|${values.join('|')}`,
  absent: values.length === 0 ? 'only' : absent,
  values,
  constraints: [],
  includes: [],
  kind: 'text',
  plain: true,
  typical: null,
});

type Open = {
  readonly absent: 'never' | 'may';
  readonly kind?: ValueKind;
  readonly plain?: boolean;
  readonly constraints?: readonly Constraint[];
  readonly includes?: readonly ValueTest[];
  readonly typical?: string | null;
};

export const open = (given: Open): Domain => {
  const { absent, kind = 'text', plain = true, constraints = [], includes = [], typical = null } = given;
  const holds = includes.length === 0 ? '' : `+${includes.map((test) => test.id).join()}`;
  return {
    id: `${absent}~${kind}~${plain ? 'p' : ''}${constraints.map(constraintId).join()}${holds}`,
    absent,
    values: null,
    constraints,
    includes,
    kind,
    plain,
    typical,
  };
};

export const constraintId = ({ test, wanted }: Constraint): number => test.id * 2 + (wanted ? 1 : 0);

/** The value when there is exactly one possibility, absence included; undefined when the search has a choice. */
export const settled = (domain: Domain): KeyValue | undefined => {
  if (domain.absent === 'only') return null;
  if (domain.absent === 'may' || domain.values?.length !== 1) return undefined;
  return domain.values;
};
