import * as z from 'zod/mini';
import { configSchema } from './config.ts';
import { descriptions } from './descriptions.ts';

export type JsonSchema = z.core.JSONSchema.BaseSchema;

/** Of what may also be null, the schema of what it else is. */
const asSchema = (part: JsonSchema | boolean | undefined): JsonSchema | null => {
  if (typeof part !== 'object') return null;
  return part.anyOf?.find((choice) => typeof choice === 'object' && choice.type !== 'null') === undefined
    ? part
    : asSchema(part.anyOf.find((choice) => typeof choice === 'object' && choice.type !== 'null'));
};

const plainSchema = (): JsonSchema => z.toJSONSchema(configSchema, { io: 'input' });

/** The schema of what stands at a path of the configuration; null where nothing may stand. */
export const schemaAt = (path: readonly PropertyKey[]): JsonSchema | null => {
  let schema: JsonSchema | null = plainSchema();
  for (const step of path) {
    if (schema === null) return null;
    if (typeof step === 'number') {
      schema = Array.isArray(schema.items) ? null : asSchema(schema.items);
      continue;
    }
    schema = asSchema(schema.properties?.[String(step)]) ?? asSchema(schema.additionalProperties);
  }
  return schema;
};

/** The keys that may stand at a path: of an object its own, of a record its possible names. */
export const keysAt = (path: readonly PropertyKey[]): readonly string[] => {
  const schema = schemaAt(path);
  if (schema?.properties !== undefined) return Object.keys(schema.properties);
  return asSchema(schema?.propertyNames)?.enum?.filter((name) => typeof name === 'string') ?? [];
};

/** JSON Schema of `guard.config.json`, for editors. */
export const configJsonSchema = (): JsonSchema => {
  const schema = plainSchema();
  for (const [path, description] of Object.entries(descriptions)) {
    const found = path.split('.').reduce<JsonSchema | null>((at, key) => asSchema(at?.properties?.[key]), schema);
    if (found === null) throw new Error(`no "${path}" in the configuration: correct its description`);
    found.description = description;
  }
  return { ...schema, title: 'Configuration of kms-guard' };
};

/** The text of `docs/guard.config.schema.json`. */
export const configJsonSchemaText = (): string => `${JSON.stringify(configJsonSchema(), null, 2)}\n`;
