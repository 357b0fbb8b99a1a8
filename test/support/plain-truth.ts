/** Three-valued logic for the plain evaluator. */
export type Truth = 'yes' | 'maybe' | 'no';
export type Json = Readonly<Record<string, unknown>>;

export const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [value]);
export const texts = (value: unknown): readonly string[] => list(value).map(String);
export const rank: Readonly<Record<Truth, number>> = { no: 0, maybe: 1, yes: 2 };
export const least = (truths: readonly Truth[]): Truth =>
  truths.reduce<Truth>((a, b) => (rank[b] < rank[a] ? b : a), 'yes');
export const most = (truths: readonly Truth[]): Truth =>
  truths.reduce<Truth>((a, b) => (rank[b] > rank[a] ? b : a), 'no');
export const opposite = (truth: Truth): Truth => (truth === 'yes' ? 'no' : truth === 'no' ? 'yes' : 'maybe');
export const sure = (value: boolean): Truth => (value ? 'yes' : 'no');

/** Recursion over both texts: slow, and plain to see. */
export const like = (pattern: string, text: string): boolean => {
  if (pattern === '') return text === '';
  const rest = pattern.slice(1);
  if (pattern[0] === '*') return like(rest, text) || (text !== '' && like(pattern, text.slice(1)));
  if (text === '') return false;
  const literal = pattern[0] === '\\' ? pattern[1] : pattern[0];
  if (pattern[0] === '\\') return text[0] === literal && like(pattern.slice(2), text.slice(1));
  return (pattern[0] === '?' || text[0] === literal) && like(rest, text.slice(1));
};
