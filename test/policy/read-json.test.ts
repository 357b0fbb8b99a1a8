import { describe, expect, it } from 'vitest';
import { readJson } from '../../shared/policy/read-json.ts';

const valueOf = (text: string): unknown => {
  const reading = readJson(text);
  return reading.kind === 'value' ? reading.value : null;
};

describe('JSON', () => {
  it.each([
    '0',
    '-1.5e+3',
    '12',
    '"a"',
    '""',
    'true',
    'false',
    'null',
    '[]',
    '[1,[2], "x"]',
    ' \t\r\n1 \n',
    '"\\"\\\\"',
    '"\\u00e4\\n"',
  ])('%j reads as JSON.parse does', (text) => {
    expect(readJson(text)).toMatchObject({ kind: 'value', value: JSON.parse(text), duplicates: [] });
  });

  it('makes maps of objects', () => {
    expect(valueOf(' { "a" : 1 , "__proto__" : { } } ')).toEqual(
      new Map<string, unknown>([
        ['a', 1],
        ['__proto__', new Map()],
      ]),
    );
  });

  it('names what stands twice, and where values stand', () => {
    const text = '{"a": [10, {"b": 1, "b": [2]}]}';
    const reading = readJson(text);
    if (reading.kind === 'error') throw new Error(reading.message);
    expect(reading.duplicates).toEqual(['$.a[1].b']);
    const spans = [...reading.spans].map(([path, { start, end }]) => [path, text.slice(start, end)]);
    expect(Object.fromEntries(spans)).toEqual({
      $: text,
      '$.a': '[10, {"b": 1, "b": [2]}]',
      '$.a[0]': '10',
      '$.a[1]': '{"b": 1, "b": [2]}',
    });
  });

  it('is read to a depth of 64', () => {
    const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);
    expect(readJson(nested(65)).kind).toBe('value');
    expect(readJson(nested(66))).toMatchObject({ message: 'nested deeper than 64', offset: 65 });
  });
});

describe('what is no JSON', () => {
  it.each([
    ['', 'expected a JSON value', 0],
    ['nul', 'expected a JSON value', 0],
    ['tru', 'expected a JSON value', 0],
    ['falsy', 'expected a JSON value', 0],
    ['+1', 'expected a JSON value', 0],
    ['.5', 'expected a JSON value', 0],
    ['01', 'text after the end of the JSON value', 1],
    ['1 2', 'text after the end of the JSON value', 2],
    ['1.', 'text after the end of the JSON value', 1],
    ['[1,]', 'expected a JSON value', 3],
    ['[1', 'expected "]"', 2],
    ['[1 2]', 'expected "]"', 3],
    ['{a', 'expected a name in double quotes', 1],
    ['{"a":1,}', 'expected a name in double quotes', 7],
    ['{"a" 1}', 'expected ":"', 5],
    ['{"a":1', 'expected "}"', 6],
    ['"a', 'a string is not closed', 0],
    ['"a\\"', 'a string is not closed', 0],
    ['"\\x"', 'a string has a bad escape or a control character', 0],
    ['"a\tb"', 'a string has a bad escape or a control character', 0],
    ['[\u00a01]', 'expected a JSON value', 1],
  ])('%j', (text, message, offset) => {
    expect(readJson(text)).toEqual({ kind: 'error', message, offset, line: 1 });
  });

  it('is told with its line', () => {
    expect(readJson('{\n"a": 1,\n\n x}')).toMatchObject({ line: 4, offset: 12 });
  });
});
