import type {
  Condition,
  PatternElement,
  PolicyError,
  PrincipalElement,
  PrincipalEntry,
  Statement,
} from './document.ts';
import { readOperator } from './operators.ts';
import { readAwsPrincipal, readServicePrincipal } from './parse-principal.ts';
import type { JsonObject, JsonValue } from './read-json.ts';

/** Errors found on the way. `malformed`: the text is no policy. `refused`: readable, but KMS does not accept it. */
export type Faults = { readonly malformed: PolicyError[]; readonly refused: PolicyError[] };

const ELEMENTS = new Set([
  'Sid',
  'Effect',
  'Principal',
  'NotPrincipal',
  'Action',
  'NotAction',
  'Resource',
  'NotResource',
  'Condition',
]);

export const isObject = (value: JsonValue | undefined): value is JsonObject => value instanceof Map;

/** Null when the statement cannot be read at all; the faults say why. */
export const parseStatement = (value: JsonValue, index: number, faults: Faults): Statement | null => {
  const path = `$.Statement[${index}]`;
  if (!isObject(value)) {
    faults.malformed.push({ path, message: 'a statement is a JSON object' });
    return null;
  }
  for (const name of value.keys()) {
    if (!ELEMENTS.has(name))
      faults.malformed.push({ path: `${path}.${name}`, message: 'not an element of a statement' });
  }
  const effect = value.get('Effect');
  if (effect !== 'Allow' && effect !== 'Deny') {
    faults.malformed.push({ path: `${path}.Effect`, message: 'Effect is "Allow" or "Deny", spelled like that' });
  }
  const sid = value.get('Sid');
  if (sid !== undefined && typeof sid !== 'string') {
    faults.malformed.push({ path: `${path}.Sid`, message: 'a Sid is a string' });
  }
  return {
    index,
    sid: typeof sid === 'string' && sid !== '' ? sid : null,
    effect: effect === 'Deny' ? 'Deny' : 'Allow',
    principal: parsePrincipal(value, path, faults),
    action: parsePatterns(value, 'Action', { path, faults }),
    resource: parsePatterns(value, 'Resource', { path, faults }),
    conditions: parseConditions(value.get('Condition'), `${path}.Condition`, faults),
  };
};

type At = { readonly path: string; readonly faults: Faults };

const parsePatterns = (statement: JsonObject, name: 'Action' | 'Resource', at: At): PatternElement | null => {
  const { path, faults } = at;
  const plain = statement.get(name);
  const not = statement.get(`Not${name}`);
  if (plain !== undefined && not !== undefined) {
    faults.malformed.push({ path: `${path}.Not${name}`, message: `a statement has ${name} or Not${name}, not both` });
  }
  if (plain === undefined && not === undefined) return null;
  const negated = plain === undefined;
  const where = `${path}.${negated ? 'Not' : ''}${name}`;
  const patterns = strings(plain ?? not ?? null, where, faults);
  if (name === 'Action') {
    for (const [i, pattern] of patterns.entries()) {
      if (pattern !== '*' && !pattern.includes(':')) {
        faults.refused.push({ path: `${where}[${i}]`, message: `"${pattern}" is not an action such as kms:Decrypt` });
      }
    }
  }
  return { negated, patterns };
};

const strings = (value: JsonValue, path: string, faults: Faults): readonly string[] => {
  const list = Array.isArray(value) ? value : [value];
  if (list.length === 0) faults.refused.push({ path, message: 'an empty list' });
  return list.flatMap((entry, i) => {
    if (typeof entry === 'string') return [entry];
    faults.malformed.push({ path: Array.isArray(value) ? `${path}[${i}]` : path, message: 'expected a string' });
    return [];
  });
};

const parsePrincipal = (statement: JsonObject, path: string, faults: Faults): PrincipalElement => {
  const plain = statement.get('Principal');
  const not = statement.get('NotPrincipal');
  const negated = plain === undefined && not !== undefined;
  const value = plain ?? not;
  const where = `${path}.${negated ? 'Not' : ''}Principal`;
  if (plain !== undefined && not !== undefined) {
    faults.malformed.push({
      path: `${path}.NotPrincipal`,
      message: 'a statement has Principal or NotPrincipal, not both',
    });
  }
  if (value === '*') return { negated, entries: [{ kind: 'everyone', text: '*' }] };
  if (!isObject(value) || value.size === 0) {
    const message = value === undefined ? 'a key policy statement names a Principal' : 'Principal is "*" or an object';
    faults.malformed.push({ path: where, message });
    return { negated, entries: [] };
  }
  return {
    negated,
    entries: [...value].flatMap(([type, list]) => entriesOf(type, list, { path: `${where}.${type}`, faults })),
  };
};

const entriesOf = (type: string, value: JsonValue, at: At): readonly PrincipalEntry[] => {
  const { path, faults } = at;
  const nobody = (text: string, where: string, message: string): PrincipalEntry => {
    faults.refused.push({ path: where, message: `"${text.slice(0, 200)}": ${message}` });
    return { kind: 'nobody', text };
  };
  return strings(value, path, faults).map((text, i) => {
    const where = Array.isArray(value) ? `${path}[${i}]` : path;
    if (type !== 'AWS' && type !== 'Service') {
      return nobody(text, where, `${type} is not a type of principal in a key policy`);
    }
    const entry = type === 'AWS' ? readAwsPrincipal(text) : readServicePrincipal(text);
    return 'refused' in entry ? nobody(text, where, entry.refused) : entry;
  });
};

const parseConditions = (value: JsonValue | undefined, path: string, faults: Faults): readonly Condition[] => {
  if (value === undefined) return [];
  if (!isObject(value)) {
    faults.malformed.push({ path, message: 'Condition is an object of operators' });
    return [];
  }
  return [...value].flatMap(([operatorText, keys]) => {
    const where = `${path}.${operatorText}`;
    const operator = readOperator(operatorText);
    if (operator.family === 'unknown') faults.refused.push({ path: where, message: 'not a condition operator' });
    if (!isObject(keys)) {
      faults.malformed.push({ path: where, message: 'an operator holds an object of condition keys' });
      return [];
    }
    return [...keys].map(([key, values]) => {
      const at = `${where}.${key}`;
      if (operator.qualifier === 'allValues' && SINGLE_VALUED.test(key)) {
        faults.refused.push({ path: at, message: 'KMS refuses ForAllValues with this key: it has one value' });
      }
      return { operator, key, name: key.toLowerCase(), values: scalars(values, at, faults) };
    });
  });
};

/** AWS KMS Developer Guide, conditions-kms: ForAllValues with these makes CreateKey and PutKeyPolicy fail. */
const SINGLE_VALUED = /^(?:kms:EncryptionContext:|aws:RequestTag\/)/i;

/** Booleans and numbers are legal without quotes: the KMS documentation writes them so. */
const scalars = (value: JsonValue, path: string, faults: Faults): readonly string[] => {
  const list = Array.isArray(value) ? value : [value];
  return list.flatMap((entry, i) => {
    if (typeof entry === 'string' || typeof entry === 'number' || typeof entry === 'boolean') return [String(entry)];
    const where = Array.isArray(value) ? `${path}[${i}]` : path;
    faults.malformed.push({ path: where, message: 'a condition value is a string, a number or a boolean' });
    return [];
  });
};
