import { isObject } from '../parse-statement.ts';
import { type JsonObject, type JsonValue, readJson } from '../read-json.ts';
import { type Deployment, isIntrinsic, resolve } from './intrinsics.ts';
import { defaultPolicy, objectAt, type TemplateKey, type TemplatePolicy, templatePolicy } from './template-key.ts';

const TYPES = new Set(['AWS::KMS::Key', 'AWS::KMS::ReplicaKey']);

/** Keys of a CloudFormation template (JSON, as `cdk synth` writes it); null: it is none. */
export const cloudFormationKeys = (
  template: JsonValue,
  where: Omit<Deployment, 'resources'>,
): readonly TemplateKey[] | null => {
  const resources = objectAt(template, 'Resources');
  if (resources === null) return null;
  const deployment: Deployment = { ...where, resources };
  return [...resources].flatMap(([name, resource]) => {
    if (name.startsWith('Fn::ForEach::')) return makesKeys(resource) ? [madeInLoop(name)] : [];
    const type = isObject(resource) ? resource.get('Type') : undefined;
    return typeof type === 'string' && TYPES.has(type) && isObject(resource) ? [keyOf(name, resource, deployment)] : [];
  });
};

/** Whether a loop of the transform AWS::LanguageExtensions holds a key. */
const makesKeys = (value: JsonValue): boolean => {
  if (isObject(value)) {
    const type = value.get('Type');
    return (typeof type === 'string' && TYPES.has(type)) || [...value.values()].some(makesKeys);
  }
  const list: readonly JsonValue[] = Array.isArray(value) ? value : [];
  return list.some(makesKeys);
};

const madeInLoop = (name: string): TemplateKey => ({
  name,
  policy: { kind: 'unknown' },
  rotation: null,
  rotates: false,
  windowInDays: null,
  retained: 'unknown',
});

const keyOf = (name: string, resource: JsonObject, deployment: Deployment): TemplateKey => {
  const properties = objectAt(resource, 'Properties') ?? new Map<string, JsonValue>();
  const value = (key: string): JsonValue => resolve(properties.get(key) ?? null, deployment);
  const replica = resource.get('Type') === 'AWS::KMS::ReplicaKey';
  const rotation = value('EnableKeyRotation');
  const window = value('PendingWindowInDays');
  const spec = value('KeySpec') ?? 'SYMMETRIC_DEFAULT';
  const origin = value('Origin') ?? 'AWS_KMS';
  const kept = resource.get('DeletionPolicy');
  return {
    name,
    policy: policyOf(properties.get('KeyPolicy'), deployment),
    rotation: isIntrinsic(rotation) ? null : rotation === true || rotation === 'true',
    rotates: !replica && spec === 'SYMMETRIC_DEFAULT' && origin === 'AWS_KMS',
    windowInDays: typeof window === 'number' ? window : typeof window === 'string' ? Number(window) : null,
    retained: kept === 'Retain' || kept === 'RetainExceptOnCreate' ? 'yes' : kept instanceof Map ? 'unknown' : 'no',
  };
};

const policyOf = (value: JsonValue | undefined, deployment: Deployment): TemplatePolicy => {
  if (value === undefined) return defaultPolicy(deployment.account, deployment.partition);
  const resolved = resolve(value, deployment);
  if (isIntrinsic(resolved)) return { kind: 'unknown' };
  if (typeof resolved !== 'string') return templatePolicy(resolved, isIntrinsic);
  const reading = readJson(resolved);
  return reading.kind === 'error'
    ? { kind: 'refused', errors: [{ path: '$', message: reading.message }] }
    : templatePolicy(reading.value, isIntrinsic, { text: resolved, duplicates: reading.duplicates });
};
