import { readdirSync, readFileSync } from 'node:fs';

/** Every CloudTrail record, EventBridge event and `LookupEvents` item in this folder, by file name without `.json`. */
export const fixtures: ReadonlyMap<string, unknown> = new Map(
  readdirSync(import.meta.dirname)
    .filter((file) => file.endsWith('.json'))
    .sort()
    .map((file): [string, unknown] => [
      file.slice(0, -'.json'.length),
      JSON.parse(readFileSync(`${import.meta.dirname}/${file}`, 'utf8')),
    ]),
);

/** A copy of one fixture that is an object, with fields replaced. */
export const fixture = (name: string, changes: Record<string, unknown> = {}): Record<string, unknown> => {
  const value = fixtures.get(name);
  if (typeof value !== 'object' || value === null) throw new Error(`no fixture ${name}`);
  return { ...structuredClone(value), ...changes };
};
