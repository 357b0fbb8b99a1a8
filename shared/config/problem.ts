/** One thing wrong with a configuration: where, what, and what to do about it. */
export type Problem = {
  /** The file, or `-` for stdin. */
  readonly source: string;
  /** JSON path such as `$.waivers[0].expires`; for text that is not JSON, line and column. */
  readonly path: string;
  /** What stands there, as JSON, shortened; `(missing)` for nothing. */
  readonly value: string;
  readonly problem: string;
  readonly remedy: string;
};

const longest = 60;

/** A value as JSON, at most 60 characters, control characters escaped. */
export const valueText = (value: unknown): string => {
  if (value === undefined) return '(missing)';
  const text = JSON.stringify(value);
  return text.length <= longest ? text : `${text.slice(0, longest - 1)}…`;
};

export const pathText = (path: readonly PropertyKey[]): string =>
  path.reduce<string>((text, step) => {
    if (typeof step === 'number') return `${text}[${step}]`;
    const name = String(step);
    return /^[A-Za-z_$][\w$]*$/.test(name) ? `${text}.${name}` : `${text}[${JSON.stringify(name)}]`;
  }, '$');

/** One line: `FILE: PATH: VALUE PROBLEM; REMEDY`. */
export const problemLine = ({ source, path, value, problem, remedy }: Problem): string =>
  `${source}: ${path}: ${value} ${problem}; ${remedy}`;
