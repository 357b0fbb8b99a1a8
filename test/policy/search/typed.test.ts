import { describe, expect, it } from 'vitest';
import { asInstant, asNumber, compares, inBlock } from '../../../shared/policy/evaluator/typed-values.ts';
import {
  addressText,
  fromInstant,
  ordered,
  toInstant,
  toNumber,
  toRange,
} from '../../../shared/policy/search/typed.ts';

describe('numbers', () => {
  it.each([
    ['10', 10],
    ['-3', -3],
    ['+.5', 0.5],
    ['.25', 0.25],
    ['1.', 1],
    ['10.25', 10.25],
  ])('%s', (text, wanted) => {
    expect(toNumber(text)).toBe(wanted);
  });

  it.each(['1e1', 'x10', '10x', '.', '', ' 1', '--1', '.x', '1.2.3'])('none: %j', (text) => {
    expect(toNumber(text)).toBeNaN();
  });

  it.each(['equals', 'less', 'lessOrEqual', 'greater', 'greaterOrEqual'] as const)(
    '%s orders as the evaluator does',
    (comparison) => {
      for (const left of [-1, 0, 0.5, 2]) {
        for (const right of [-1, 0, 0.5, 2]) {
          expect([left, right, ordered(left, comparison, right)]).toEqual([
            left,
            right,
            compares(comparison, left, right),
          ]);
        }
      }
      expect([ordered(Number.NaN, comparison, 1), ordered(1, comparison, Number.NaN)]).toEqual([false, false]);
    },
  );
});

describe('instants', () => {
  it.each([
    ['2030', '2030-01-01T00:00:00Z'],
    ['2030-02', '2030-02-01T00:00:00Z'],
    ['2030-02-03', '2030-02-03T00:00:00Z'],
    ['2030-02-03T04:05', '2030-02-03T04:05:00Z'],
    ['2030-02-03T04:05Z', '2030-02-03T04:05:00Z'],
    ['2030-02-03T04:05:06', '2030-02-03T04:05:06Z'],
    ['2030-02-03T04:05:06.25Z', '2030-02-03T04:05:06.250Z'],
    ['2030-02-03T04:05:06-01:30', '2030-02-03T05:35:06Z'],
    ['1893456000', '2030-01-01T00:00:00Z'],
    ['1893456000.5', '2030-01-01T00:00:00.500Z'],
    ['12345', '1970-01-01T03:25:45Z'],
    ['123', '1970-01-01T00:02:03Z'],
    ['7', '1970-01-01T00:00:07Z'],
    ['1.25', '1970-01-01T00:00:01.250Z'],
    ['2030.5', '1970-01-01T00:33:50.500Z'],
  ])('%s', (text, wanted) => {
    expect(toInstant(text)).toBe(Date.parse(wanted));
    expect(asInstant(text)).toBe(Date.parse(wanted));
  });

  it.each([
    'soon',
    '2030-13',
    '2030-2-3',
    'x2030',
    '2030x',
    '-1',
    '1893456000x',
    'x1893456000',
    'x123',
    '123x',
    'x2030.5',
    '2030.5x',
    '1893456000.',
    '1893456000.x',
    '123.',
    '2030-02-03T04',
    '2030-02-03T04:05:06.Z',
    '2030-02-03T04:05:06+1:30',
    '2030-02-03T04:05:06 Z',
    '',
  ])('none: %j', (text) => {
    expect(toInstant(text)).toBeNaN();
    expect(asInstant(text)).toBeNull();
  });

  it('are written without a fraction when there is none', () => {
    expect(fromInstant(Date.UTC(2030, 0, 2, 3, 4, 5))).toBe('2030-01-02T03:04:05Z');
    expect(fromInstant(Date.UTC(2030, 0, 2, 3, 4, 5, 60))).toBe('2030-01-02T03:04:05.060Z');
  });
});

describe('blocks of addresses', () => {
  it.each([
    ['203.0.113.7', '203.0.113.7', '203.0.113.7'],
    ['203.0.113.7/32', '203.0.113.7', '203.0.113.7'],
    ['10.1.2.3/8', '10.0.0.0', '10.255.255.255'],
    ['10.128.0.0/9', '10.128.0.0', '10.255.255.255'],
    ['0.0.0.0/0', '0.0.0.0', '255.255.255.255'],
    ['255.255.255.255', '255.255.255.255', '255.255.255.255'],
    ['2001:db8::1', '2001:db8:0:0:0:0:0:1', '2001:db8:0:0:0:0:0:1'],
    ['2001:db8::/32', '2001:db8:0:0:0:0:0:0', '2001:db8:ffff:ffff:ffff:ffff:ffff:ffff'],
    ['::/0', '0:0:0:0:0:0:0:0', 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
    ['::', '0:0:0:0:0:0:0:0', '0:0:0:0:0:0:0:0'],
    ['1:2:3:4:5:6:7::', '1:2:3:4:5:6:7:0', '1:2:3:4:5:6:7:0'],
    ['::2:3:4:5:6:7:8', '0:2:3:4:5:6:7:8', '0:2:3:4:5:6:7:8'],
    ['1:2:3:4:5:6:7:8', '1:2:3:4:5:6:7:8', '1:2:3:4:5:6:7:8'],
    ['1:2:3:4:5:6:0.7.1.8', '1:2:3:4:5:6:7:108', '1:2:3:4:5:6:7:108'],
    ['::FFFF:1.2.3.4/120', '0:0:0:0:0:ffff:102:300', '0:0:0:0:0:ffff:102:3ff'],
  ])('%s is from %s to %s', (text, first, last) => {
    const range = toRange(text);
    const v6 = text.includes(':');
    expect(range?.v6).toBe(v6);
    expect([addressText(range?.first ?? -1n, v6), addressText(range?.last ?? -1n, v6)]).toEqual([first, last]);
  });

  it.each([
    ['10.0.0.0/33', '10.0.0.0'],
    ['10.0.0.0/', '10.0.0.0'],
    ['10.0.0.0/x8', '10.0.0.0'],
    ['10.0.0.0/8x', '10.0.0.0'],
    ['10.0.0.0/-1', '10.0.0.0'],
    ['10.0.0.0/0008', '10.0.0.0'],
    ['10.0.0.0/8/8', '10.0.0.0'],
    ['::/129', '::'],
    ['/10.0.0.0', '10.0.0.0'],
    ['10.0.0', '10.0.0.0'],
    ['10.0.0.0.0', '10.0.0.0'],
    ['10.0.0.256', '10.0.0.0'],
    ['256.0.0.0', '0.0.0.0'],
    ['10.0.0.0001', '10.0.0.1'],
    ['10.0.0.x', '10.0.0.0'],
    ['x10.0.0.1', '10.0.0.1'],
    ['10.0.0.1x', '10.0.0.1'],
    ['1::2::3', '1::2:3'],
    ['1:2:3:4:5:6:7', '1:2:3:4:5:6:7:0'],
    ['1:2:3:4:5:6:7:8:9', '1:2:3:4:5:6:7:8'],
    ['1:2:3:4::5:6:7:8', '1:2:3:4:5:6:7:8'],
    ['::g', '::'],
    ['g::', '::'],
    ['::12345', '::2345'],
    ['::x1', '::1'],
    [':1', '::1'],
    ['::1.2.3.4:5', '::5'],
    ['::1.2.3', '::'],
    ['::1.2.3.256', '::1.2.3.0'],
    ['::x1.2.3.4', '::1.2.3.4'],
    ['::1.2.3.4x', '::1.2.3.4'],
    ['', '0.0.0.0'],
    [':', '::'],
  ])('%j is none, for the evaluator neither', (text, address) => {
    expect(toRange(text)).toBeNull();
    expect(inBlock(text, address)).toBe(false);
  });

  it.each([
    ['10.4.0.0/14', ['10.3.255.255', '10.4.0.0', '10.7.255.255', '10.8.0.0']],
    ['2001:db8:4::/46', ['2001:db8:3:ffff::', '2001:db8:4::', '2001:db8:7:ffff::', '2001:db8:8::']],
    ['::ffff:10.0.0.0/104', ['::ffff:9.255.255.255', '::ffff:10.0.0.0', '::ffff:a00:1', '::ffff:11.0.0.0']],
  ])('%s holds what the evaluator says it holds', (block, addresses) => {
    const range = toRange(block);
    const within = addresses.map((text) => {
      const at = toRange(text)?.first ?? -1n;
      return range !== null && range.first <= at && at <= range.last;
    });
    expect(within).toEqual(addresses.map((address) => inBlock(block, address)));
    expect(within).toEqual([false, true, true, false]);
  });

  it('reads numbers as the evaluator does', () => {
    for (const text of ['1', '-1', '+1.5', '.5', '5.', '007']) expect(toNumber(text)).toBe(asNumber(text));
  });
});
