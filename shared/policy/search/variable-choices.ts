import type { Entry } from './atoms.ts';
import { type Domain, type KeyValue, settled } from './domain.ts';
import type { SearchTools } from './search.ts';

type Assignment = ReadonlyMap<string, KeyValue>;

const MAX_CHOICES = 24;
const MAX_ASSIGNMENTS = 200;

export type Choices = {
  readonly assignments: readonly Assignment[];
  /** Easier questions to ask when no assignment led to a yes; all of them "no" means no. Empty: the assignments were all there are. */
  readonly relaxations: readonly Relaxation[];
};

/** Conditions that read a variable in `present` are taken for granted; the others see `variables`. */
export type Relaxation = { readonly variables: Assignment; readonly present: ReadonlySet<string> };

/**
 * Values for the keys that stand as variables in conditions. A key with few possible values is gone through completely;
 * a free one tries absence, what its partners can hold and a fresh value, and then the list is not exhaustive.
 */
export const assignments = (
  entries: readonly Entry[],
  domainOf: (key: string) => Domain,
  tools: SearchTools,
): Choices => {
  const names = [...new Set(entries.flatMap((entry) => entry.variables))];
  const free = names.filter((name) => complete(domainOf(name)) === null);
  let list: readonly Assignment[] = [new Map()];
  let easier: readonly Assignment[] = [new Map()];
  let truncated = false;
  for (const name of names) {
    const domain = domainOf(name);
    const known = complete(domain);
    const values = known ?? candidates(name, entries, { domain, domainOf, tools });
    tools.budget.spend(list.length * values.length * (1 + (list[0]?.size ?? 0)));
    list = list.flatMap((one) => values.map((value) => new Map([...one, [name, value]])));
    truncated ||= list.length > MAX_ASSIGNMENTS;
    list = list.slice(0, MAX_ASSIGNMENTS);
    // Of a free key the easier questions know only whether it is there.
    const marks = known ?? (domain.absent === 'may' ? [null, PRESENT] : [PRESENT]);
    if (easier.length <= MAX_ASSIGNMENTS)
      easier = easier.flatMap((one) => marks.map((value) => new Map([...one, [name, value]])));
  }
  if (free.length === 0 && !truncated) return { assignments: list, relaxations: [] };
  const relaxations =
    easier.length <= MAX_ASSIGNMENTS ? easier.map(relaxationOf) : [{ variables: new Map(), present: new Set(names) }];
  return { assignments: list, relaxations };
};

const PRESENT: KeyValue = [];

const relaxationOf = (marks: Assignment): Relaxation => ({
  variables: new Map([...marks].filter(([, value]) => value !== PRESENT)),
  present: new Set([...marks].filter(([, value]) => value === PRESENT).map(([name]) => name)),
});

/** All possible values, when they can be listed. */
const complete = (domain: Domain): readonly KeyValue[] | null => {
  const only = settled(domain);
  if (only !== undefined) return [only];
  if (domain.values === null) return null;
  return [...(domain.absent === 'may' ? [null] : []), ...domain.values.map((value) => [value])];
};

type Scope = { readonly domain: Domain; readonly domainOf: (key: string) => Domain; readonly tools: SearchTools };

const candidates = (
  name: string,
  entries: readonly Entry[],
  { domain, domainOf, tools }: Scope,
): readonly KeyValue[] => {
  const partners = entries.filter((entry) => entry.key === name || entry.variables.includes(name));
  const keys = new Set([name, ...partners.map((entry) => entry.key)]);
  const literals = entries
    .filter((entry) => keys.has(entry.key) && entry.variables.length === 0)
    .flatMap((entry) => entry.condition.values);
  const solved = [...keys].flatMap((key) => {
    const about = entries.filter((entry) => entry.key === key && entry.variables.length === 0);
    const each = about.flatMap((entry) => {
      const atom = tools.atoms.of(entry, 'may', new Map());
      return [true, false].map((wanted) => tools.keys.solve(domainOf(key), [{ atom, wanted }]));
    });
    return [tools.keys.solve(domainOf(key), []), ...each].flatMap((one) =>
      one.kind === 'value' ? (one.value ?? []) : [],
    );
  });
  const texts = [...new Set([...solved, ...literals, 'any'])].filter((text) => tools.keys.admits(domain, text));
  const absent: readonly KeyValue[] = domain.absent === 'may' ? [null] : [];
  return [...texts.slice(0, MAX_CHOICES).map((text) => [text]), ...absent];
};
