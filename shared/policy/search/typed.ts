import type { Comparison } from '../document.ts';

/** Numbers, dates and addresses as the search reads them. The evaluator reads them with code of its own. */

/** A decimal number; exponents and blanks are not numbers. */
export const toNumber = (text: string): number =>
  /^[-+]?(\d+\.?\d*|\.\d+)$/.test(text) ? Number.parseFloat(text) : Number.NaN;

/** Epoch milliseconds, or NaN. Accepts ISO 8601 from the year down, and epoch seconds (five digits or more). */
export const toInstant = (text: string): number => {
  if (/^\d{5,}(\.\d+)?$|^\d{1,3}(\.\d+)?$|^\d{4}\.\d+$/.test(text)) return Number.parseFloat(text) * 1000;
  const shape = /^\d{4}(-\d\d(-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[-+]\d\d:\d\d)?)?)?)?$/;
  if (!shape.test(text)) return Number.NaN;
  const zoned = !text.includes('T') || /(Z|[-+]\d\d:\d\d)$/.test(text);
  return Date.parse(zoned ? text : `${text}Z`);
};

export const fromInstant = (instant: number): string => new Date(instant).toISOString().replace('.000Z', 'Z');

export const ordered = (left: number, comparison: Comparison, right: number): boolean => {
  if (Number.isNaN(left) || Number.isNaN(right)) return false;
  if (left === right) return comparison === 'equals' || comparison === 'lessOrEqual' || comparison === 'greaterOrEqual';
  return left < right ? comparison.startsWith('less') : comparison.startsWith('greater');
};

/** Addresses from `first` to `last`, both in. */
export type Range = { readonly v6: boolean; readonly first: bigint; readonly last: bigint };

/** A CIDR block or a single address; null when it is neither. */
export const toRange = (text: string): Range | null => {
  const [address = '', length, ...rest] = text.split('/');
  const v6 = address.includes(':');
  const value = v6 ? v6Value(address) : v4Value(address);
  const width = v6 ? 128 : 32;
  if (value === null || rest.length > 0) return null;
  if (length !== undefined && !/^\d{1,3}$/.test(length)) return null;
  const prefix = length === undefined ? width : Number(length);
  if (prefix > width) return null;
  const size = 1n << BigInt(width - prefix);
  const first = value - (value % size);
  return { v6, first, last: first + size - 1n };
};

const v4Value = (text: string): bigint | null => {
  const found = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text);
  if (found === null) return null;
  const bytes = found.slice(1).map(Number);
  return bytes.some((byte) => byte > 255) ? null : bytes.reduce((sum, byte) => sum * 256n + BigInt(byte), 0n);
};

const v6Value = (text: string): bigint | null => {
  const tail = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(text);
  if (tail !== null) {
    const low = v4Value(tail[2] ?? '');
    if (low === null) return null;
    return v6Value(`${tail[1] ?? ''}${(low >> 16n).toString(16)}:${(low & 0xffffn).toString(16)}`);
  }
  const at = text.indexOf('::');
  if (at !== text.lastIndexOf('::')) return null;
  const left = (at < 0 ? text : text.slice(0, at)).split(':').filter((part, _, all) => all.length > 1 || part !== '');
  const right =
    at < 0
      ? []
      : text
          .slice(at + 2)
          .split(':')
          .filter((part, _, all) => all.length > 1 || part !== '');
  const gap = 8 - left.length - right.length;
  if (at < 0 ? gap !== 0 : gap < 1) return null;
  const parts = [...left, ...Array.from({ length: gap }, () => '0'), ...right];
  if (!parts.every((part) => /^[0-9a-fA-F]{1,4}$/.test(part))) return null;
  return parts.reduce((sum, part) => sum * 65_536n + BigInt(`0x${part}`), 0n);
};

/** The text of an address. IPv6 in full, without `::`: it is for reading back, not for beauty. */
export const addressText = (value: bigint, v6: boolean): string => {
  const [parts, width, radix] = v6 ? [8, 16n, 16] : [4, 8n, 10];
  return Array.from({ length: parts }, (_, i) => (value >> (BigInt(parts - 1 - i) * width)) & ((1n << width) - 1n))
    .map((part) => part.toString(radix))
    .join(v6 ? ':' : '.');
};
