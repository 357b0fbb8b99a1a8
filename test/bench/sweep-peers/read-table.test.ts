import { describe, expect, it } from 'vitest';
import { readTable } from '../../../bench/sweep-peers/read-table.ts';

describe('readTable', () => {
  it('names the fields of each row by the first line', () => {
    expect(readTable('A;B\n1;2\r\n3;4', ';')).toEqual([
      { A: '1', B: '2' },
      { A: '3', B: '4' },
    ]);
  });

  it('keeps delimiters, line breaks and doubled quotes within quotes', () => {
    expect(readTable('A;B\n"x;\ny";"say ""no"""\nz;\n', ';')).toEqual([
      { A: 'x;\ny', B: 'say "no"' },
      { A: 'z', B: '' },
    ]);
  });

  it('fills up a short row, and has no rows in no text', () => {
    expect(readTable('A;B\n1', ';')).toEqual([{ A: '1', B: '' }]);
    expect(readTable('', ';')).toEqual([]);
  });
});
