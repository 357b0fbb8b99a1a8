/**
 * Narrowing of parsed JSON, one field at a time. A field of the wrong kind reads as absent:
 * what CloudTrail did not write, nobody may act upon.
 */
export type Fields = Readonly<Record<string, unknown>>;

const none: Fields = Object.freeze({});

export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const fields = (value: unknown): Fields => (isFields(value) ? value : none);

/** An empty text says as little as none. */
export const text = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);

export const items = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

export const texts = (value: unknown): readonly string[] => items(value).filter((item) => typeof item === 'string');

/** A whole number, also where a log pipeline wrote it as text. */
export const wholeNumber = (value: unknown): number | null => {
  if (typeof value === 'string') return /^\d{1,9}$/.test(value) ? Number(value) : null;
  return typeof value === 'number' && Number.isSafeInteger(value) ? value : null;
};

/** CloudTrail writes some flags as the text "true". */
export const flag = (value: unknown): boolean => value === true || value === 'true';

/** True, false, or null where the record does not tell. */
export const maybeFlag = (value: unknown): boolean | null => {
  if (flag(value)) return true;
  return value === false || value === 'false' ? false : null;
};

/** A piece of unknown input, quoted for a one-line reason: printable ASCII, at most 60 characters. */
export const quoted = (value: unknown): string => {
  if (typeof value !== 'string') return value === null ? 'null' : Array.isArray(value) ? 'an array' : typeof value;
  const cut = value.slice(0, 60).replace(/[^\x20-\x7e]/g, '?');
  return `"${cut}${value.length > 60 ? '...' : ''}"`;
};
