import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod/mini';

/** The published schemas of OCSF, see `test/fixtures/ocsf/README.md`. */
const record = z.record(z.string(), z.unknown());
const schema = z.looseObject({ $defs: record, properties: record, required: z.array(z.string()) });
type Schema = z.infer<typeof schema>;

const read = (name: string): Schema => {
  const file = join(import.meta.dirname, '..', 'fixtures', 'ocsf', `${name}.json`);
  return schema.parse(JSON.parse(readFileSync(file, 'utf8')));
};

const own = ['compliance', 'check', 'assessment'];
/** Attributes of both classes that name their class or its own values, and those of the profile `cloud`. */
const ofClass = [
  'class_uid',
  'type_uid',
  'activity_id',
  'compliance',
  'remediation',
  'resource',
  'resources',
  'cloud',
  'api',
];

/** Class 2003 of 1.8.0, whole, as published. */
export const complianceFinding18 = read('1.8.0-compliance_finding');

/** Class 2003 of 1.9.0: its objects, and of 1.8.0 what only this class has, which 1.9.0 left as it was. */
export const complianceFinding19 = (): Schema => {
  const detection = read('1.9.0-detection_finding');
  const { properties, required } = complianceFinding18;
  const shared = Object.keys(properties).filter((name) => name in detection.properties && !ofClass.includes(name));
  const pick = (from: Record<string, unknown>, names: readonly string[]) =>
    Object.fromEntries(names.flatMap((name) => (name in from ? [[name, from[name]]] : [])));
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    type: 'object',
    additionalProperties: false,
    required,
    properties: { ...pick(detection.properties, shared), ...pick(properties, ofClass) },
    $defs: { ...detection.$defs, ...pick(complianceFinding18.$defs, own) },
  };
};
