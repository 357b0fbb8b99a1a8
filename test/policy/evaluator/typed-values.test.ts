import { describe, expect, it } from 'vitest';
import { asBool, asInstant, asNumber, compares, inBlock } from '../../../shared/policy/evaluator/typed-values.ts';

describe('numbers and booleans', () => {
  it.each([
    ['10', 10],
    ['-3', -3],
    ['+.5', 0.5],
    ['1.', 1],
    ['10.25', 10.25],
    ['1e1', null],
    ['x10', null],
    ['10x', null],
    ['.', null],
    ['', null],
  ])('%j is %j', (text, wanted) => {
    expect(asNumber(text)).toBe(wanted);
  });

  it.each([
    ['TRUE', true],
    ['False', false],
    ['yes', null],
    ['', null],
  ])('%j as a boolean is %j', (text, wanted) => {
    expect(asBool(text)).toBe(wanted);
  });

  it.each([
    ['equals', [false, true, false]],
    ['less', [true, false, false]],
    ['lessOrEqual', [true, true, false]],
    ['greater', [false, false, true]],
    ['greaterOrEqual', [false, true, true]],
  ] as const)('%s', (comparison, wanted) => {
    expect([1, 2, 3].map((left) => compares(comparison, left, 2))).toEqual(wanted);
  });
});

describe('instants', () => {
  it.each([
    ['2030', '2030-01-01T00:00:00Z'],
    ['2030-02', '2030-02-01T00:00:00Z'],
    ['2030-02-03', '2030-02-03T00:00:00Z'],
    ['2030-02-03T04:05', '2030-02-03T04:05:00Z'],
    ['2030-02-03T04:05:06', '2030-02-03T04:05:06Z'],
    ['2030-02-03T04:05:06.5Z', '2030-02-03T04:05:06.500Z'],
    ['2030-02-03T04:05:06-01:30', '2030-02-03T05:35:06Z'],
  ])('%s', (text, wanted) => {
    expect(asInstant(text)).toBe(Date.parse(wanted));
  });

  it('of epoch seconds, once there are more than four digits', () => {
    expect([asInstant('20300'), asInstant('1893456000.5'), asInstant('123')]).toEqual([
      20_300_000, 1_893_456_000_500, 123_000,
    ]);
  });

  it.each(['soon', '2030-13', '2030-2-3', 'x2030', '2030x', '-1', '1893456000x', 'x1893456000', '1.', ''])(
    'none: %j',
    (text) => {
      expect(asInstant(text)).toBeNull();
    },
  );
});

describe('blocks of addresses', () => {
  it.each([
    ['203.0.113.7', ['203.0.113.7'], ['203.0.113.6', '8.0.113.7']],
    ['10.0.0.0/8', ['10.255.1.2'], ['11.0.0.0']],
    ['10.0.0.0/9', ['10.127.255.255'], ['10.128.0.0']],
    ['10.1.2.3/32', ['10.1.2.3'], ['10.1.2.2']],
    ['0.0.0.0/0', ['255.255.255.255'], ['::']],
    ['2001:db8::1', ['2001:db8:0:0:0:0:0:1', '2001:DB8::0.0.0.1'], ['2001:db8::2']],
    ['2001:db8::/32', ['2001:db8:ffff::'], ['2001:db9::']],
    ['::/0', ['::1', 'fe80::1'], ['0.0.0.0']],
    ['1:2:3:4:5:6:7::', ['1:2:3:4:5:6:7:0'], ['1:2:3:4:5:6:7:1']],
    ['1:2:3:4:5:6:7:8', ['1:2:3:4:5:6:0.7.0.8'], ['1:2:3:4:5:6:8:7']],
  ])('%s', (block, inside, outside) => {
    expect(inside.map((address) => inBlock(block, address))).toEqual(inside.map(() => true));
    expect(outside.map((address) => inBlock(block, address))).toEqual(outside.map(() => false));
  });

  it.each([
    ['10.0.0.0/33', '10.0.0.0'],
    ['10.0.0.0/', '10.0.0.0'],
    ['10.0.0.0/x8', '10.0.0.0'],
    ['10.0.0.0/8x', '10.0.0.0'],
    ['10.0.0.0/-1', '10.0.0.0'],
    ['/10.0.0.0', '10.0.0.0'],
    ['10.0.0', '10.0.0'],
    ['10.0.0.0.0', '10.0.0.0.0'],
    ['10.0.0.256', '10.0.0.256'],
    ['10.0.0.0001', '10.0.0.1'],
    ['10.0.0.x', '10.0.0.x'],
    ['10.0.0.x1', '10.0.0.x1'],
    ['10.0.0.1x', '10.0.0.1x'],
    ['1::2::3', '1::2::3'],
    ['1:2:3:4:5:6:7', '1:2:3:4:5:6:7'],
    ['1:2:3:4:5:6:7:8:9', '1:2:3:4:5:6:7:8:9'],
    ['1:2:3:4::5:6:7:8', '1:2:3:4:5:6:7:8'],
    ['::g', '::'],
    ['g::', '::'],
    ['::12345', '::2345'],
    ['::x1', '::1'],
    ['::1.2.3.4:5', '::1.2.3.4:5'],
    ['::1.2.3', '::1.2.3'],
  ])('%s is no block with %s in it', (block, address) => {
    expect(inBlock(block, address)).toBe(false);
    expect(inBlock('0.0.0.0/0', block) || inBlock('::/0', block)).toBe(false);
  });
});
