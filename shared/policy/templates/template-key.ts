import type { PolicyError, KeyPolicy } from '../document.ts';
import { parsePolicyValue, refusedText } from '../parse.ts';
import { isObject } from '../parse-statement.ts';
import { type JsonObject, type JsonValue, writeJson } from '../read-json.ts';

/** A key as an infrastructure template declares it, before AWS has seen it. */
export type TemplateKey = {
  /** Logical id, or Terraform address. */
  readonly name: string;
  readonly policy: TemplatePolicy;
  /** Null: the template leaves it to something that is known only at deployment. */
  readonly rotation: boolean | null;
  /** Symmetric, with material of KMS: only such a key can rotate by itself. */
  readonly rotates: boolean;
  readonly windowInDays: number | null;
  /** `unknown`: the format does not tell (Terraform plans leave `prevent_destroy` out). */
  readonly retained: 'yes' | 'no' | 'unknown';
};

export type TemplatePolicy =
  | {
      readonly kind: 'policy';
      readonly policy: KeyPolicy;
      /** JSON paths of values that only the deployment knows. Their statements are left out of `policy`. */
      readonly unknown: readonly string[];
    }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'refused'; readonly errors: readonly PolicyError[] };

export const objectAt = (value: JsonValue | undefined, name: string): JsonObject | null => {
  const inner = isObject(value) ? value.get(name) : undefined;
  return isObject(inner) ? inner : null;
};

export const listAt = (value: JsonValue | undefined, name: string): readonly JsonValue[] => {
  const inner = isObject(value) ? value.get(name) : undefined;
  return Array.isArray(inner) ? inner : [];
};

/**
 * Reads a policy in which values may be unknown: the statements that hold one are set aside, and named. `written`: the text
 * of it and the names that stand in it twice, when the template has it as a text.
 */
export const templatePolicy = (
  document: JsonValue,
  isUnknown: (value: JsonValue) => boolean,
  written: { readonly text: string; readonly duplicates: readonly string[] } | null = null,
): TemplatePolicy => {
  const statement = isObject(document) ? document.get('Statement') : undefined;
  const list: readonly JsonValue[] = Array.isArray(statement) ? statement : statement === undefined ? [] : [statement];
  const unknown = list.flatMap((one, i) => pathsOf(one, `$.Statement[${i}]`, isUnknown));
  const known = list.filter((one) => pathsOf(one, '', isUnknown).length === 0);
  const rest: JsonValue =
    isObject(document) && unknown.length > 0 ? new Map([...document, ['Statement', known]]) : document;
  const parsed = refusedText(written?.text ?? writeJson(rest)) ?? parsePolicyValue(rest, written?.duplicates ?? []);
  if (parsed.kind === 'refused') return { kind: 'refused', errors: parsed.errors };
  return { kind: 'policy', policy: parsed.policy, unknown };
};

const pathsOf = (value: JsonValue, path: string, isUnknown: (value: JsonValue) => boolean): readonly string[] => {
  if (isUnknown(value)) return [path === '' ? '$' : path];
  if (Array.isArray(value)) {
    const list: readonly JsonValue[] = value;
    return list.flatMap((one, i) => pathsOf(one, `${path}[${i}]`, isUnknown));
  }
  if (!isObject(value)) return [];
  return [...value].flatMap(([name, one]) => pathsOf(one, `${path}.${name}`, isUnknown));
};

/** The policy that KMS gives a key that is created without one. */
export const defaultPolicy = (account: string, partition: string): TemplatePolicy => ({
  kind: 'policy',
  unknown: [],
  policy: {
    version: '2012-10-17',
    statements: [
      {
        index: 0,
        sid: 'Enable IAM policies',
        effect: 'Allow',
        principal: {
          negated: false,
          entries: [{ kind: 'account', text: `arn:${partition}:iam::${account}:root`, partition, account }],
        },
        action: { negated: false, patterns: ['kms:*'] },
        resource: { negated: false, patterns: ['*'] },
        conditions: [],
      },
    ],
  },
});
