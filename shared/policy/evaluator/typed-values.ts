import type { Comparison } from '../document.ts';

const DECIMAL = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)$/;
const ISO = /^(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d:\d\d(?::\d\d(?:\.\d+)?)?)(Z|[+-]\d\d:\d\d)?)?)?)?$/;
const EPOCH = /^\d+(?:\.\d+)?$/;

export const asNumber = (text: string): number | null => (DECIMAL.test(text) ? Number(text) : null);

/** Epoch milliseconds of an ISO 8601 date (without a zone: UTC) or of epoch seconds; four digits are a year. */
export const asInstant = (text: string): number | null => {
  const iso = ISO.exec(text);
  if (iso !== null) {
    const [, year = '', month = '01', day = '01', time = '00:00', zone = 'Z'] = iso;
    const instant = Date.parse(`${year}-${month}-${day}T${time}${zone}`);
    return Number.isNaN(instant) ? null : instant;
  }
  return EPOCH.test(text) ? Number(text) * 1000 : null;
};

export const compares = (comparison: Comparison, left: number, right: number): boolean => {
  switch (comparison) {
    case 'equals':
      return left === right;
    case 'less':
      return left < right;
    case 'lessOrEqual':
      return left <= right;
    case 'greater':
      return left > right;
    case 'greaterOrEqual':
      return left >= right;
  }
};

/** `true` or `false` in any case; null for everything else, which never matches. */
export const asBool = (text: string): boolean | null => {
  const lower = text.toLowerCase();
  return lower === 'true' ? true : lower === 'false' ? false : null;
};

/** Whether an address lies in a CIDR block (no prefix: the address itself). IPv4 and IPv6 never match each other. */
export const inBlock = (block: string, address: string): boolean => {
  const slash = block.indexOf('/');
  const network = octets(slash < 0 ? block : block.slice(0, slash));
  const value = octets(address);
  if (network === null || value === null || network.length !== value.length) return false;
  const bits = network.length * 8;
  const prefixText = slash < 0 ? String(bits) : block.slice(slash + 1);
  if (!/^\d{1,3}$/.test(prefixText) || Number(prefixText) > bits) return false;
  const prefix = Number(prefixText);
  return network.every((octet, i) => {
    const kept = Math.min(8, Math.max(0, prefix - i * 8));
    const mask = (0xff << (8 - kept)) & 0xff;
    return (octet & mask) === ((value[i] ?? 0) & mask);
  });
};

/** 4 or 16 octets. */
const octets = (text: string): readonly number[] | null => (text.includes(':') ? octets6(text) : octets4(text));

const octets4 = (text: string): readonly number[] | null => {
  const parts = text.split('.');
  if (parts.length !== 4 || !parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) < 256)) return null;
  return parts.map(Number);
};

const octets6 = (text: string): readonly number[] | null => {
  const halves = text.split('::');
  if (halves.length > 2) return null;
  const [head, tail] = [groups(halves[0] ?? ''), groups(halves[1] ?? '')];
  if (head === null || tail === null) return null;
  const missing = 16 - head.length - tail.length;
  if (halves.length === 1 ? missing !== 0 : missing < 2) return null;
  return [...head, ...Array.from({ length: missing }, () => 0), ...tail];
};

const groups = (text: string): readonly number[] | null => {
  if (text === '') return [];
  const out: number[] = [];
  const parts = text.split(':');
  for (const [i, part] of parts.entries()) {
    const v4 = i === parts.length - 1 && part.includes('.') ? octets4(part) : null;
    if (v4 !== null) out.push(...v4);
    else if (/^[0-9a-f]{1,4}$/i.test(part)) out.push(Number.parseInt(part, 16) >> 8, Number.parseInt(part, 16) & 0xff);
    else return null;
  }
  return out;
};
