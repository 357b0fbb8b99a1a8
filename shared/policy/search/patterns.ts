import { passes, type Token } from './automaton.ts';

/**
 * A policy value cut into characters and wildcards by the search's own reader (the evaluator has another).
 * `Piece` text comes from a variable or from `${*}`: its stars are ordinary characters.
 */
export type Piece = { readonly text: string; readonly literal: boolean };

type Style = { readonly wildcards: boolean; readonly fold: boolean };

const STAR: Token = { kind: 'star', colon: true };
const ANY: Token = { kind: 'any', colon: true };

export const tokensOf = (pieces: readonly Piece[], style: Style): readonly Token[] => {
  const tokens: Token[] = [];
  for (const { text, literal } of pieces) {
    for (let i = 0; i < text.length; i += 1) {
      const char = text.charAt(i);
      const wild = style.wildcards && !literal && (char === '*' || char === '?');
      if (wild) tokens.push(char === '*' ? STAR : ANY);
      else tokens.push({ kind: 'char', char: style.fold ? char.toLowerCase() : char, fold: style.fold });
    }
  }
  return tokens;
};

/**
 * Whether the pattern matches the text: greedy, going back to the last star. That is exact for ARN patterns, too: a confined
 * star ends at a colon, and which colon that is has no choice.
 */
export const matches = (tokens: readonly Token[], text: string): boolean => {
  let place = 0;
  let star = -1;
  let resume = 0;
  for (let at = 0; at < text.length; ) {
    const token = tokens[place];
    if (token !== undefined && token.kind === 'star') {
      star = place;
      resume = at;
      place += 1;
    } else if (token !== undefined && passes(token, text.charAt(at))) {
      place += 1;
      at += 1;
    } else {
      const last = tokens[star];
      if (last === undefined || !passes(last, text.charAt(resume))) return false;
      resume += 1;
      at = resume;
      place = star + 1;
    }
  }
  while (tokens[place]?.kind === 'star') place += 1;
  return place === tokens.length;
};

const ARN_COLONS = 5;

/** Confines the wildcards of the first five parts of an ARN pattern. Null: fewer than six parts. */
export const arnTokens = (tokens: readonly Token[]): readonly Token[] | null => {
  let colons = 0;
  const confined = tokens.map((token): Token => {
    if (token.kind === 'char') {
      if (token.char === ':') colons += 1;
      return token;
    }
    return { kind: token.kind, colon: colons >= ARN_COLONS };
  });
  return colons < ARN_COLONS ? null : confined;
};

/** The only text a pattern matches, or null when it has a wildcard or ignores case. */
export const onlyText = (tokens: readonly Token[]): string | null => {
  let text = '';
  for (const token of tokens) {
    if (token.kind !== 'char' || (token.fold && token.char !== token.char.toUpperCase())) return null;
    text += token.char;
  }
  return text;
};

/** A text that the pattern matches: each star becomes `filler`, each question mark `z`. */
export const instantiate = (tokens: readonly Token[], filler: string): string =>
  tokens.map((token) => (token.kind === 'char' ? token.char : token.kind === 'any' ? 'z' : filler)).join('');
