import { isJsonObject } from './json-object.ts';
import type { JsonObject } from './json-object.ts';

/** CloudTrail leaves these out (KDG: logging-using-cloudtrail). */
const SECRET = new Set([
  'EncryptedKeyMaterial',
  'GrantToken',
  'GrantTokens',
  'ImportToken',
  'KeyStorePassword',
  'XksProxyAuthenticationCredential',
]);
/** Maps whose keys the caller chose: they are data, not field names. */
const VERBATIM = new Set(['EncryptionContext', 'EncryptionContextEquals', 'EncryptionContextSubset']);
const DATES = new Set(['CreationDate', 'DeletionDate', 'ValidTo']);
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** API fields as KMS writes them into CloudTrail: lowerCamelCase names, dates as locale strings, no secrets. */
export function asRecorded(object: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(object)
      .filter(([name, value]) => !SECRET.has(name) && value !== null && value !== undefined)
      .map(([name, value]) => [name.charAt(0).toLowerCase() + name.slice(1), valueAsRecorded(name, value)]),
  );
}

function valueAsRecorded(name: string, value: unknown): unknown {
  if (VERBATIM.has(name)) return value;
  if (DATES.has(name) && typeof value === 'number') return localeDate(value);
  if (Array.isArray(value)) return value.map((item: unknown) => valueAsRecorded('', item));
  return isJsonObject(value) ? asRecorded(value) : value;
}

/** `Nov 27, 2026, 9:14:07 AM`, UTC, from seconds since 1970: the newer of the two formats that KMS has written. */
export function localeDate(seconds: number): string {
  const at = new Date(seconds * 1000);
  const hours = at.getUTCHours();
  const pad = (part: number) => String(part).padStart(2, '0');
  const day = `${MONTHS[at.getUTCMonth()] ?? ''} ${at.getUTCDate()}, ${at.getUTCFullYear()}`;
  const time = `${hours % 12 === 0 ? 12 : hours % 12}:${pad(at.getUTCMinutes())}:${pad(at.getUTCSeconds())}`;
  return `${day}, ${time} ${hours < 12 ? 'AM' : 'PM'}`;
}
