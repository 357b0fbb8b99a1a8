/** A source of numbers in [0, 1): seeded, so that a failure can be run again. */
export type Random = () => number;

/** mulberry32, public domain: small, fast, and good enough to break records with. */
export const seededRandom = (seed: number): Random => {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
};

const pick = <T>(random: Random, from: readonly [T, ...T[]]): T => from[Math.floor(random() * from.length)] ?? from[0];

const deep = (depth: number): unknown => {
  let value: unknown = {};
  for (let level = 0; level < depth; level++) value = level % 2 === 0 ? { keyId: value } : [value];
  return value;
};

const huge = 'x'.repeat(200_000);

const oddValues: readonly [() => unknown, ...(() => unknown)[]] = [
  () => null,
  () => true,
  () => false,
  () => 0,
  () => -1.5,
  () => Number.MAX_VALUE,
  () => '',
  () => ' ',
  () => '\u0000\u202e\ud800\n"\\',
  () => huge,
  () => '__proto__',
  () => 'arn:aws:kms:::key/',
  () => '2026-02-30T25:61:61Z',
  () => '{"eventSource":"kms.amazonaws.com"',
  () => [],
  () => {},
  () => [null, [], {}, 'x', 7],
  () => deep(200),
  () => JSON.parse('{"__proto__":{"keyId":"x"},"constructor":1,"toString":null,"length":-1}'),
];
const oddKeys: readonly [string, ...string[]] = [
  '__proto__',
  'constructor',
  'toString',
  'then',
  'detail-type',
  '',
  'length',
];

/** Breaks one value: another type, a cut or altered text, or odd junk. */
const spoil = (value: unknown, random: Random): unknown => {
  if (typeof value === 'string' && random() < 0.5) {
    const at = Math.floor(random() * (value.length + 1));
    return random() < 0.5
      ? value.slice(0, at)
      : `${value.slice(0, at)}${pick(random, ['\u0000', '"', ':', '/', '-', '𐀀'])}${value.slice(at)}`;
  }
  return pick(random, oddValues)();
};

type Container = Record<string, unknown> | unknown[];

const isContainer = (value: unknown): value is Container => typeof value === 'object' && value !== null;

/** Own property even for `__proto__`, as `JSON.parse` would make it. */
const setOwn = (target: Container, key: string, value: unknown): void => {
  Object.defineProperty(target, key, { value, writable: true, enumerable: true, configurable: true });
};

const mutateOnce = (root: Container, random: Random): void => {
  let target = root;
  for (;;) {
    const keys = Object.keys(target);
    const [first, ...others] = keys;
    if (first === undefined || random() < 0.08)
      return setOwn(target, Array.isArray(target) ? '0' : pick(random, oddKeys), pick(random, oddValues)());
    const key = pick(random, [first, ...others]);
    const value: unknown = Object.getOwnPropertyDescriptor(target, key)?.value;
    if (isContainer(value) && random() < 0.75) target = value;
    else if (random() < 0.25 && !Array.isArray(target)) return void Reflect.deleteProperty(target, key);
    else return setOwn(target, key, spoil(value, random));
  }
};

/** A copy of a record with one to six things wrong; sometimes not even an object is left. */
export const mutate = (record: unknown, random: Random): unknown => {
  if (random() < 0.01) return spoil(record, random);
  const copy: unknown = structuredClone(record);
  if (!isContainer(copy)) return spoil(copy, random);
  const times = 1 + Math.floor(random() * 6);
  for (let time = 0; time < times; time++) mutateOnce(copy, random);
  return copy;
};
