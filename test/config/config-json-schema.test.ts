import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { configSchema, defaultConfig } from '../../shared/config/config.ts';
import { configJsonSchema, configJsonSchemaText, keysAt, schemaAt } from '../../shared/config/config-json-schema.ts';
import { descriptions } from '../../shared/config/descriptions.ts';

const file = join(import.meta.dirname, '..', '..', 'docs', 'guard.config.schema.json');

test('docs/guard.config.schema.json is current: otherwise run "node infra/write-config-schema.ts"', () => {
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(JSON.parse(configJsonSchemaText()));
});

/** Every path with keys of its own below it; what lists and records hold has names that the reader chooses. */
const pathsBelow = (path: readonly string[]): readonly string[] =>
  Object.keys(schemaAt(path)?.properties ?? {})
    .filter((key) => key !== '$schema')
    .flatMap((key) => [[...path, key].join('.'), ...pathsBelow([...path, key])]);

test('every key has a description at every depth, every description a key', () => {
  expect(Object.keys(descriptions).sort()).toEqual([...pathsBelow([])].sort());
  expect(Object.keys(descriptions)).toEqual(expect.arrayContaining(Object.keys(defaultConfig)));
  expect(pathsBelow(['alerts'])).toContain('alerts.quiet.digestHour');
});

test('editors get the constraints of the schema, and its defaults', () => {
  expect(configJsonSchema()).toMatchObject({
    title: expect.any(String),
    type: 'object',
    additionalProperties: false,
    properties: {
      deletion: {
        description: descriptions['deletion'],
        properties: { minimumWindowInDays: { type: 'integer', minimum: 7, maximum: 30, default: 30 } },
      },
      modes: { properties: { remedies: { additionalProperties: { enum: ['observe', 'enforce'] } } } },
      waivers: { items: { required: ['rule', 'keys', 'owner', 'reason', 'expires'] } },
    },
  });
});

test('nothing is required: an empty configuration is a configuration', () => {
  expect(configSchema.safeParse({}).success).toBe(true);
  expect(configJsonSchema().required).toBeUndefined();
});

test('known keys are found at every kind of place', () => {
  expect(keysAt([])).toEqual(Object.keys(configSchema.shape));
  expect(keysAt(['modes', 'accounts', '111122223333'])).toContain('revokeGrant');
  expect(keysAt(['waivers', 3])).toEqual(['rule', 'keys', 'owner', 'reason', 'expires']);
  expect(keysAt(['rules', 'any'])).toEqual(['enabled', 'severity']);
  expect(keysAt(['deletion', 'protectedTags'])).toEqual([]);
  expect(schemaAt(['nowhere', 'at', 'all'])).toBeNull();
});
