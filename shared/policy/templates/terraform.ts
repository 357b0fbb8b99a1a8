import { parsePolicy } from '../parse.ts';
import { isObject } from '../parse-statement.ts';
import type { JsonObject, JsonValue } from '../read-json.ts';
import { defaultPolicy, listAt, objectAt, type TemplateKey, type TemplatePolicy } from './template-key.ts';

type Owner = { readonly account: string; readonly partition: string };

/** Resources that hold a key policy, and whether KMS rotates the key by itself. */
const TYPES: ReadonlyMap<string, boolean> = new Map([
  ['aws_kms_key', true],
  ['aws_kms_external_key', false],
  ['aws_kms_replica_key', false],
  ['aws_kms_replica_external_key', false],
  ['aws_kms_key_policy', false],
]);

/** Keys of a Terraform plan or state, as `terraform show -json` prints it; null: it is none. */
export const terraformKeys = (document: JsonValue, owner: Owner): readonly TemplateKey[] | null => {
  if (!isObject(document) || !document.has('format_version')) return null;
  const values = objectAt(document, 'planned_values') ?? objectAt(document, 'values');
  const unknown = new Map(
    listAt(document, 'resource_changes').flatMap((change) => {
      const address = textOf(change, 'address');
      const after = objectAt(objectAt(change, 'change') ?? null, 'after_unknown');
      return address === null || after === null ? [] : [[address, after] as const];
    }),
  );
  return resourcesOf(objectAt(values ?? null, 'root_module')).flatMap(
    (resource) => keyOf(resource, unknown, owner) ?? [],
  );
};

const resourcesOf = (module: JsonValue | null): readonly JsonValue[] =>
  module === null
    ? []
    : [...listAt(module, 'resources'), ...listAt(module, 'child_modules').flatMap((child) => resourcesOf(child))];

const textOf = (value: JsonValue | undefined, name: string): string | null => {
  const inner = isObject(value) ? value.get(name) : undefined;
  return typeof inner === 'string' ? inner : null;
};

const keyOf = (resource: JsonValue, unknown: ReadonlyMap<string, JsonObject>, owner: Owner): TemplateKey | null => {
  const rotating = TYPES.get(textOf(resource, 'type') ?? '');
  const name = textOf(resource, 'address') ?? '';
  if (rotating === undefined || textOf(resource, 'mode') === 'data') return null;
  const values = objectAt(resource, 'values') ?? new Map<string, JsonValue>();
  const later = (key: string): boolean => unknown.get(name)?.get(key) === true;
  const spec = textOf(values, 'customer_master_key_spec') ?? 'SYMMETRIC_DEFAULT';
  // AWS KMS rotates no key of a custom key store (Developer Guide, rotate-keys).
  const ownStore = textOf(values, 'custom_key_store_id') !== null;
  const window = values.get('deletion_window_in_days');
  return {
    name,
    policy: policyOf(textOf(values, 'policy'), later('policy'), owner),
    rotation: later('enable_key_rotation') ? null : values.get('enable_key_rotation') === true,
    rotates: rotating && spec === 'SYMMETRIC_DEFAULT' && !ownStore,
    windowInDays: typeof window === 'number' ? window : null,
    retained: 'unknown',
  };
};

const policyOf = (text: string | null, later: boolean, { account, partition }: Owner): TemplatePolicy => {
  if (text === null || text === '') return later ? { kind: 'unknown' } : defaultPolicy(account, partition);
  const parsed = parsePolicy(text);
  if (parsed.kind === 'refused') return { kind: 'refused', errors: parsed.errors };
  return { kind: 'policy', policy: parsed.policy, unknown: [] };
};
