import { type CollectionTag, isCollection, parseDocument, type ScalarTag } from 'yaml';

/** CloudFormation's short forms: `!Name` stands for `{"Fn::Name": ...}`, but for these two. */
const plain = new Set(['Ref', 'Condition']);
const functions = (
  'Ref Condition And Base64 Cidr Equals FindInMap GetAtt GetAZs If ImportValue Join Length Not Or Select Split Sub ' +
  'ToJsonString Transform'
).split(' ');

const long = (name: string, value: unknown): Readonly<Record<string, unknown>> => ({
  [plain.has(name) ? name : `Fn::${name}`]: value,
});

/** `!GetAtt Resource.Attribute` is a list in the long form. */
const scalarValue = (name: string, value: string): unknown => {
  const dot = value.indexOf('.');
  return name === 'GetAtt' && dot > 0 ? [value.slice(0, dot), value.slice(dot + 1)] : value;
};

const tags = functions.flatMap((name): readonly (ScalarTag | CollectionTag)[] => [
  { tag: `!${name}`, resolve: (value) => long(name, scalarValue(name, value)) },
  { tag: `!${name}`, collection: 'seq', resolve: (value) => long(name, isCollection(value) ? value.toJSON() : null) },
  { tag: `!${name}`, collection: 'map', resolve: (value) => long(name, isCollection(value) ? value.toJSON() : null) },
]);

export type YamlReading =
  | { readonly yaml: 'template'; readonly json: string }
  | { readonly yaml: 'broken'; readonly problem: string }
  | { readonly yaml: 'no' };

/**
 * A CloudFormation template in YAML as JSON text, its short forms written out; `no` for text that is no such template.
 * Dates such as a policy's `2012-10-17` stay text, as in CloudFormation.
 */
export const readYamlTemplate = (text: string): YamlReading => {
  if (!/^(?:AWSTemplateFormatVersion|Resources):/m.test(text)) return { yaml: 'no' };
  const document = parseDocument(text, { customTags: [...tags], logLevel: 'silent' });
  const [error] = document.errors;
  if (error !== undefined) return { yaml: 'broken', problem: error.message.split('\n')[0] ?? 'not YAML' };
  try {
    return { yaml: 'template', json: JSON.stringify(document.toJS({ maxAliasCount: 100 })) };
  } catch (unbounded) {
    return { yaml: 'broken', problem: unbounded instanceof Error ? unbounded.message : String(unbounded) };
  }
};
