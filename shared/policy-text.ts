import { createHash } from 'node:crypto';
import { type JsonValue, readJson } from './policy/read-json.ts';

/**
 * When two key policies are the same text to KMS: the order of statements and lists, white space, one value or a list of it,
 * the case of actions, operators and condition keys, and an account by its id or its root ARN make no difference. Sids do:
 * this is about the text; whom two texts let in is the engine's to compare.
 */
export const samePolicy = (one: string, other: string): boolean =>
  one === other || canonicalPolicy(one) === canonicalPolicy(other);

/** SHA-256 of the canonical text, 32 hex digits: the name of a policy in the ledger. */
export const policyHash = (policy: string): string =>
  createHash('sha256').update(canonicalPolicy(policy)).digest('hex').slice(0, 32);

/** The one spelling of all texts that are the same; a text that is no JSON is its own spelling. */
export const canonicalPolicy = (policy: string): string => {
  const reading = readJson(policy);
  // Of a repeated name one value would be lost: such a text, which KMS refuses, equals only itself.
  if (reading.kind === 'error' || reading.duplicates.length > 0 || !isObject(reading.value)) return policy.trim();
  const { value: document } = reading;
  const statements = listOf(document.get('Statement') ?? []).map(statementText);
  const rest = [...document].filter(([name]) => name !== 'Statement' && name !== 'Version');
  const version = document.get('Version') ?? '2008-10-17';
  return JSON.stringify([plainValue(version), plainEntries(rest), sorted(statements)]);
};

const statementText = (statement: JsonValue): string =>
  isObject(statement)
    ? JSON.stringify(sorted([...statement].map(([name, value]) => JSON.stringify([name, elementOf(name, value)]))))
    : JSON.stringify(plainValue(statement));

const elementOf = (name: string, value: JsonValue): unknown => {
  switch (name) {
    case 'Principal':
    case 'NotPrincipal':
      return isObject(value)
        ? sorted([...value].map(([kind, who]) => JSON.stringify([kind, sorted(listOf(who).map(principalText))])))
        : [JSON.stringify(['AWS', sorted(listOf(value).map(principalText))])];
    case 'Action':
    case 'NotAction':
      return sorted(listOf(value).map((action) => textOf(action).toLowerCase()));
    case 'Resource':
    case 'NotResource':
      return sorted(listOf(value).map(textOf));
    case 'Condition':
      return isObject(value) ? conditionTexts([...value]) : plainValue(value);
    default:
      return plainValue(value);
  }
};

const conditionTexts = (block: readonly (readonly [string, JsonValue])[]): readonly string[] =>
  sorted(
    block.flatMap(([operator, tests]) =>
      isObject(tests)
        ? [...tests].map(([key, values]) =>
            JSON.stringify([operator.toLowerCase(), key.toLowerCase(), sorted(listOf(values).map(textOf))]),
          )
        : [JSON.stringify([operator.toLowerCase(), plainValue(tests)])],
    ),
  );

/** KMS writes an account as its root ARN, whichever way it was put. */
const principalText = (principal: JsonValue): string =>
  textOf(principal).replace(/^arn:[a-z-]+:iam::(\d{12}):root$/, '$1');

/** A condition's value may be written as a JSON boolean or number, and means its text. */
const textOf = (value: JsonValue): string => (isScalar(value) ? String(value) : JSON.stringify(plainValue(value)));

const plainValue = (value: JsonValue): unknown => {
  if (isObject(value)) return plainEntries([...value]);
  return isList(value) ? value.map(plainValue) : value;
};

const plainEntries = (entries: readonly (readonly [string, JsonValue])[]): readonly string[] =>
  sorted(entries.map(([name, value]) => JSON.stringify([name, plainValue(value)])));

const sorted = (texts: readonly string[]): readonly string[] => [...new Set(texts)].toSorted();

const listOf = (value: JsonValue): readonly JsonValue[] => (isList(value) ? value : [value]);
const isObject = (value: JsonValue): value is ReadonlyMap<string, JsonValue> => value instanceof Map;
const isList = (value: JsonValue): value is readonly JsonValue[] => Array.isArray(value);
const isScalar = (value: JsonValue): value is string | number | boolean => value !== null && typeof value !== 'object';
