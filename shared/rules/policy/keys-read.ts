import { parsePolicy } from '../../policy/index.ts';

/** Condition keys, in lower case, that a key policy reads: by name, or as a variable `${...}` in a value or principal. */
export type KeysRead = { readonly keys: ReadonlySet<string>; readonly certain: boolean };

/** Null for a text of which nothing can be read. */
export const keysReadBy = (text: string): KeysRead | null => {
  const { kind, policy } = parsePolicy(text);
  if (policy === null) return null;
  const keys = policy.statements.flatMap(({ conditions }) =>
    conditions.flatMap(({ key, values }) => [key, ...values.flatMap(variablesIn)]),
  );
  return { keys: new Set(keys.map((key) => key.toLowerCase())), certain: kind === 'policy' };
};

/** `${aws:ResourceTag/team}` and, with a default, `${aws:ResourceTag/team, 'none'}`. */
const variablesIn = (value: string): readonly string[] =>
  [...value.matchAll(/\$\{([^},]+)/g)].map(([, name]) => (name ?? '').trim());
