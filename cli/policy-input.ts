import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { type KeyPolicy, parsePolicy, type PolicyError, type PolicyParse } from '../shared/policy/index.ts';
import { parsePolicyValue, refusedText } from '../shared/policy/parse.ts';
import { type JsonObject, type JsonReading, type JsonValue, readJson } from '../shared/policy/read-json.ts';
import { type Io, UsageError } from './command.ts';

/** Windows puts it before a text: it is no part of it. */
const withoutMark = (text: string): string => (text.startsWith('\uFEFF') ? text.slice(1) : text);

/** The text of FILE, or of standard input for `-`. */
export const readText = async (io: Io, file: string, command: string): Promise<string> => {
  if (file === '-') return withoutMark(await io.readStdin());
  try {
    return withoutMark(await io.readFile(file));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new UsageError(`${command}: ${file}: cannot be read (${why})`, { cause: error });
  }
};

/** A key policy from FILE. @throws UsageError as `policyFrom` does. */
export const readPolicy = async (
  io: Io,
  file: string,
  command: string,
): Promise<{ readonly policy: KeyPolicy; readonly text: string }> => {
  const text = await readText(io, file, command);
  return { policy: policyFrom(text, file, command), text };
};

/** @throws UsageError with the file and the JSON path when KMS would refuse the policy. */
export const policyFrom = (text: string, file: string, command: string): KeyPolicy => {
  const parsed = parsePolicy(text);
  if (parsed.kind === 'policy') return parsed.policy;
  throw new UsageError(`${command}: ${file}: ${whyNot(readJson(text), parsed.errors)}`);
};

const whyNot = (reading: JsonReading, errors: readonly PolicyError[]): string => {
  if (reading.kind === 'error') return `not JSON: ${reading.message} (line ${reading.line})`;
  if (reading.value instanceof Map && reading.value.has('Policy'))
    return 'the policy stands inside, in Policy: "aws kms get-key-policy ... --query Policy --output text" prints it alone';
  return `KMS refuses this policy: ${errorText(errors)}`;
};

export const errorText = (errors: readonly PolicyError[]): string => {
  const [first, ...more] = errors;
  const rest = more.length === 0 ? '' : ` (and ${more.length} more)`;
  return first === undefined ? 'not a key policy' : `${first.path}: ${first.message}${rest}`;
};

/** Lines of a batch file, as a stream; empty ones are left out. */
export const readLines = async function* (io: Io, file: string, command: string): AsyncGenerator<string> {
  if (file === '-') {
    for (const line of withoutMark(await io.readStdin()).split('\n')) if (line.trim() !== '') yield line;
    return;
  }
  const stream = createReadStream(file, 'utf8');
  try {
    for await (const line of createInterface({ input: stream, crlfDelay: Infinity }))
      if (line.trim() !== '') yield withoutMark(line);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new UsageError(`${command}: ${file}: cannot be read (${why})`, { cause: error });
  }
};

export type BatchLine =
  | { readonly kind: 'line'; readonly id: JsonValue; readonly fields: JsonObject; readonly policy: PolicyParse }
  | { readonly kind: 'error'; readonly id: JsonValue; readonly error: string };

/** One line of a batch: `id` and `policy` (an object or a string) and whatever else it holds. */
export const readBatchLine = (line: string): BatchLine => {
  const reading = readJson(line);
  if (reading.kind === 'error') return { kind: 'error', id: null, error: `not JSON: ${reading.message}` };
  if (!(reading.value instanceof Map)) return { kind: 'error', id: null, error: 'a line is a JSON object' };
  const fields: JsonObject = reading.value;
  const id = fields.get('id') ?? null;
  const value = fields.get('policy');
  if (value === undefined) return { kind: 'error', id, error: '$.policy: missing' };
  if (typeof value === 'string') return { kind: 'line', id, fields, policy: parsePolicy(value) };
  const span = reading.spans.get('$.policy');
  const refused = span === undefined ? null : refusedText(line.slice(span.start, span.end));
  if (refused !== null) return { kind: 'line', id, fields, policy: refused };
  const duplicates = reading.duplicates.flatMap((path) =>
    path.startsWith('$.policy.') ? [`$${path.slice('$.policy'.length)}`] : [],
  );
  return { kind: 'line', id, fields, policy: parsePolicyValue(value, duplicates) };
};

/** A JSON value that `JSON.stringify` can write: Maps become objects. */
export const plain = (value: JsonValue): unknown => {
  if (value instanceof Map) return Object.fromEntries([...value].map(([key, inner]) => [key, plain(inner)]));
  return Array.isArray(value) ? value.map(plain) : value;
};
