import type { Constraint } from './solve-text.ts';
import { addressText, fromInstant, type Range, toRange } from './typed.ts';
import type { ValueTest } from './value-test.ts';

/** What kind of value a key has; it decides which breakpoints exist and how a value is written. */
export type ValueKind = 'text' | 'integer' | 'instant' | 'address';

const SECOND = 1000;

/**
 * Values of which at least one lies in every region that the typed tests cut out. Between two breakpoints no test changes
 * its answer, so trying each breakpoint, both neighbours and a value that is none of the type is exhaustive.
 */
export const typedCandidates = (constraints: readonly Constraint[], kind: ValueKind): readonly string[] => {
  const tests = constraints.map(({ test }) => test);
  const out: string[] = [];
  const has = (name: ValueTest['kind']): boolean => tests.some((test) => test.kind === name);
  if (has('numeric') || kind === 'integer') out.push(...numberCandidates(tests, kind === 'integer'));
  if (has('date') || kind === 'instant') out.push(...dateCandidates(tests));
  if (has('ip') || kind === 'address') out.push(...addressCandidates(tests));
  if (has('bool')) out.push('true', 'false');
  if (kind === 'text') out.push('any');
  return out;
};

const numberCandidates = (tests: readonly ValueTest[], integer: boolean): readonly string[] => {
  const marks = tests.flatMap((test) => (test.kind === 'numeric' ? test.numbers : [])).toSorted((a, b) => a - b);
  const around = marks.flatMap((mark, i) => {
    const next = marks[i + 1];
    const between = next === undefined ? [] : [(mark + next) / 2];
    return integer
      ? [Math.floor(mark), Math.ceil(mark), Math.floor(mark) - 1, Math.ceil(mark) + 1]
      : [mark, mark - 1, mark + 1, ...between];
  });
  return [30, ...around]
    .map((value) => (Object.is(value, -0) ? 0 : value))
    .filter(Number.isFinite)
    .map(String);
};

/** In epoch seconds an earlier time has four digits, which read as a year. No clock shows it. */
const EARLIEST = 10_000 * SECOND;

const dateCandidates = (tests: readonly ValueTest[]): readonly string[] => {
  const marks = tests.flatMap((test) => (test.kind === 'date' ? test.numbers : []));
  const all = marks.flatMap((mark) => [mark, mark - SECOND, mark + SECOND]);
  return [Date.UTC(2026, 0, 1), ...all].filter((at) => at >= EARLIEST && at < 8e15).map(fromInstant);
};

const OPEN_V4 = toRange('198.18.0.1');
const OPEN_V6 = toRange('2600:1f18:1::1');

const addressCandidates = (tests: readonly ValueTest[]): readonly string[] => {
  const ranges = tests.flatMap((test) => test.ranges);
  const text = (range: Range, value: bigint): readonly string[] =>
    value < 0n || value >= 1n << (range.v6 ? 128n : 32n) ? [] : [addressText(value, range.v6)];
  return [
    ...[OPEN_V4, OPEN_V6].flatMap((range) => (range === null ? [] : text(range, range.first))),
    ...ranges.flatMap((range) => [
      ...text(range, range.first),
      ...text(range, range.last),
      ...text(range, range.first - 1n),
      ...text(range, range.last + 1n),
    ]),
  ];
};
