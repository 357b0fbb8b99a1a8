/** What CDK appends to a logical id, so that no two are alike. */
const withoutHash = (id: string): string => id.replace(/[0-9A-F]{8}$/, '');

/** Intrinsic functions as text: `${Ref}`, `${Resource.Attribute}`, joined; logical ids without their hash. */
export const plainText = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(plainText);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  const [name, inner]: readonly [string, unknown] = entries.length === 1 && entries[0] ? entries[0] : ['', null];
  if (name === 'Ref') return `\${${withoutHash(String(inner))}}`;
  if (name === 'Fn::GetAtt' && Array.isArray(inner)) {
    const [id, ...attribute] = inner.map(String);
    return `\${${[withoutHash(id ?? ''), ...attribute].join('.')}}`;
  }
  if (name === 'Fn::Join' && Array.isArray(inner)) {
    const parts: unknown = plainText(inner[1]);
    return Array.isArray(parts) ? parts.join(String(inner[0])) : parts;
  }
  return Object.fromEntries(entries.map(([key, part]) => [key, plainText(part)]));
};
