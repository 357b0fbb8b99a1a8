import type { KeyPolicy, PolicyError } from './document.ts';
import { isObject, parseStatement, type Faults } from './parse-statement.ts';
import { readJson, type JsonReading, type JsonValue } from './read-json.ts';

/** PutKeyPolicy, parameter Policy: 1 to 32,768 characters of Basic Latin and Latin-1. */
export const MAX_POLICY_SIZE = 32_768;

export type PolicyParse =
  | { readonly kind: 'policy'; readonly policy: KeyPolicy }
  /** KMS refuses this text. `policy` is what can be read of it all the same, or null when that is nothing. */
  | { readonly kind: 'refused'; readonly errors: readonly PolicyError[]; readonly policy: KeyPolicy | null };

const TOP = new Set(['Version', 'Id', 'Statement']);

/** Reads a key policy as KMS accepts it. Every error names its JSON path. Never throws, whatever the text. */
export const parsePolicy = (text: string): PolicyParse => refusedText(text) ?? parsePolicyReading(readJson(text));

/** What KMS says of a text before it reads it; null: nothing. */
export const refusedText = (text: string): PolicyParse | null => {
  const odd = firstOutsideLatin1(text.slice(0, MAX_POLICY_SIZE));
  const message =
    text.length > MAX_POLICY_SIZE
      ? `${text.length} characters: a key policy has at most ${MAX_POLICY_SIZE}`
      : odd >= 0
        ? `the character at offset ${odd} is outside Basic Latin and Latin-1`
        : null;
  return message === null ? null : { kind: 'refused', errors: [{ path: '$', message }], policy: null };
};

const parsePolicyReading = (reading: JsonReading): PolicyParse => {
  if (reading.kind === 'error') {
    const message = `not JSON: ${reading.message} (line ${reading.line})`;
    return { kind: 'refused', errors: [{ path: '$', message }], policy: null };
  }
  return parsePolicyValue(reading.value, reading.duplicates);
};

/** The same for JSON that was read as part of something bigger (a batch line, a template). */
export const parsePolicyValue = (value: JsonValue, duplicates: readonly string[]): PolicyParse => {
  const faults: Faults = {
    malformed: duplicates.map((path) => ({ path, message: 'this name appears twice' })),
    refused: [],
  };
  const policy = parseDocument(value, faults);
  const errors = [...faults.malformed, ...faults.refused];
  if (errors.length === 0 && policy !== null) return { kind: 'policy', policy };
  return { kind: 'refused', errors, policy: faults.malformed.length === 0 ? policy : null };
};

const parseDocument = (value: JsonValue, faults: Faults): KeyPolicy | null => {
  if (!isObject(value)) {
    faults.malformed.push({ path: '$', message: 'a policy is a JSON object' });
    return null;
  }
  for (const name of value.keys()) {
    if (!TOP.has(name)) faults.malformed.push({ path: `$.${name}`, message: 'not an element of a policy' });
  }
  const id = value.get('Id');
  if (id !== undefined && typeof id !== 'string') faults.malformed.push({ path: '$.Id', message: 'an Id is a string' });
  const version = value.get('Version') === undefined ? '2008-10-17' : value.get('Version');
  if (version !== '2012-10-17' && version !== '2008-10-17') {
    faults.malformed.push({ path: '$.Version', message: 'Version is "2012-10-17" or "2008-10-17"' });
    return null;
  }
  const statement = value.get('Statement');
  if (statement === undefined) {
    faults.malformed.push({ path: '$.Statement', message: 'a policy has a Statement' });
    return null;
  }
  const list: readonly JsonValue[] = Array.isArray(statement) ? statement : [statement];
  const statements = list.flatMap((entry, index) => parseStatement(entry, index, faults) ?? []);
  return { version, statements };
};

const firstOutsideLatin1 = (text: string): number => {
  for (let i = 0; i < text.length; i += 1) if (text.charCodeAt(i) > 0xff) return i;
  return -1;
};
