/** A JSON value as it was written: objects are Maps, so that `__proto__` is a name like any other. */
export type JsonValue = null | boolean | number | string | readonly JsonValue[] | JsonObject;
export type JsonObject = ReadonlyMap<string, JsonValue>;

/** Where a value stands in the text: offsets, end exclusive. */
export type Span = { readonly start: number; readonly end: number };

export type JsonReading =
  | {
      readonly kind: 'value';
      readonly value: JsonValue;
      /** JSON paths of repeated names. `JSON.parse` would silently keep the last one. */
      readonly duplicates: readonly string[];
      /** Of the values at most two steps below the root, by JSON path. */
      readonly spans: ReadonlyMap<string, Span>;
    }
  | { readonly kind: 'error'; readonly message: string; readonly offset: number; readonly line: number };

const MAX_DEPTH = 64;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const SPACE = /[ \t\r\n]*/y;

class Unexpected extends Error {
  readonly offset: number;
  constructor(message: string, offset: number) {
    super(message);
    this.offset = offset;
  }
}

/** Strict JSON with duplicate names reported. Never throws; pure. */
export const readJson = (text: string): JsonReading => {
  const cursor = new Cursor(text);
  try {
    const value = cursor.value('$', 0);
    cursor.space();
    if (cursor.at < text.length) throw new Unexpected('text after the end of the JSON value', cursor.at);
    return { kind: 'value', value, duplicates: cursor.duplicates, spans: cursor.spans };
  } catch (error) {
    if (!(error instanceof Unexpected)) throw error;
    const line = text.slice(0, error.offset).split('\n').length;
    return { kind: 'error', message: error.message, offset: error.offset, line };
  }
};

/** The shortest text of a value: what a deployment tool sends. */
export const writeJson = (value: JsonValue): string => {
  if (value instanceof Map) {
    return `{${[...value].map(([name, inner]) => `${JSON.stringify(name)}:${writeJson(inner)}`).join()}}`;
  }
  const list: readonly JsonValue[] | null = Array.isArray(value) ? value : null;
  return list === null ? JSON.stringify(value) : `[${list.map(writeJson).join()}]`;
};

class Cursor {
  readonly text: string;
  at = 0;
  readonly duplicates: string[] = [];
  readonly spans = new Map<string, Span>();

  constructor(text: string) {
    this.text = text;
  }

  space(): void {
    const code = this.text.charCodeAt(this.at);
    if (code > 32) return;
    SPACE.lastIndex = this.at;
    SPACE.test(this.text);
    this.at = SPACE.lastIndex;
  }

  value(path: string, depth: number): JsonValue {
    this.space();
    if (depth > MAX_DEPTH) throw new Unexpected(`nested deeper than ${MAX_DEPTH}`, this.at);
    const start = this.at;
    const value = this.bare(path, depth);
    if (depth <= 2) this.spans.set(path, { start, end: this.at });
    return value;
  }

  private bare(path: string, depth: number): JsonValue {
    switch (this.text[this.at]) {
      case '{':
        return this.object(path, depth);
      case '[':
        return this.array(path, depth);
      case '"':
        return this.string();
      case 't':
        return this.word('true', true);
      case 'f':
        return this.word('false', false);
      case 'n':
        return this.word('null', null);
      default:
        return this.number();
    }
  }

  private object(path: string, depth: number): JsonObject {
    const object = new Map<string, JsonValue>();
    this.at += 1;
    this.space();
    if (this.take('}')) return object;
    do {
      this.space();
      if (this.text[this.at] !== '"') throw new Unexpected('expected a name in double quotes', this.at);
      const name = this.string();
      this.space();
      this.expect(':');
      const inner = `${path}.${name}`;
      if (object.has(name)) this.duplicates.push(inner);
      object.set(name, this.value(inner, depth + 1));
      this.space();
    } while (this.take(','));
    this.expect('}');
    return object;
  }

  private array(path: string, depth: number): readonly JsonValue[] {
    const array: JsonValue[] = [];
    this.at += 1;
    this.space();
    if (this.take(']')) return array;
    do {
      array.push(this.value(`${path}[${array.length}]`, depth + 1));
      this.space();
    } while (this.take(','));
    this.expect(']');
    return array;
  }

  private string(): string {
    const start = this.at;
    let end = this.text.indexOf('"', start + 1);
    while (end > 0 && this.escaped(end)) end = this.text.indexOf('"', end + 1);
    if (end < 0) throw new Unexpected('a string is not closed', start);
    this.at = end + 1;
    const inner = this.text.slice(start + 1, end);
    if (!inner.includes('\\') && !hasControl(inner)) return inner;
    try {
      return String(JSON.parse(this.text.slice(start, this.at)));
    } catch {
      throw new Unexpected('a string has a bad escape or a control character', start);
    }
  }

  private escaped(quote: number): boolean {
    let at = quote - 1;
    while (this.text[at] === '\\') at -= 1;
    return (quote - at) % 2 === 0;
  }

  private number(): number {
    NUMBER.lastIndex = this.at;
    const found = NUMBER.exec(this.text);
    if (found === null) throw new Unexpected('expected a JSON value', this.at);
    this.at = NUMBER.lastIndex;
    return Number(found[0]);
  }

  private word<T>(word: string, value: T): T {
    if (!this.text.startsWith(word, this.at)) throw new Unexpected('expected a JSON value', this.at);
    this.at += word.length;
    return value;
  }

  private take(char: string): boolean {
    if (this.text[this.at] !== char) return false;
    this.at += 1;
    return true;
  }

  private expect(char: string): void {
    if (!this.take(char)) throw new Unexpected(`expected "${char}"`, this.at);
  }
}

const hasControl = (text: string): boolean => {
  for (let i = 0; i < text.length; i += 1) if (text.charCodeAt(i) < 32) return true;
  return false;
};
