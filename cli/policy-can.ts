import { evaluate, explainDecision, type KeyRequest, statementName, withCallerKeys } from '../shared/policy/index.ts';
import type { JsonObject, JsonValue } from '../shared/policy/read-json.ts';
import { type ExitStatus, type Io, readArgs, UsageError } from './command.ts';
import { errorText, plain, readBatchLine, readLines, readPolicy } from './policy-input.ts';
import { decisionText } from './policy-text.ts';
import { ACCOUNT, keyOf } from './policy-zone.ts';

const COMMAND = 'policy can';

/** `policy can FILE --principal P --action kms:X`: one request against the key policy alone. */
export const policyCan = async (args: readonly string[], io: Io): Promise<ExitStatus> => {
  const { values, positionals } = readArgs(COMMAND, args, {
    principal: { type: 'string' },
    action: { type: 'string' },
    context: { type: 'string', multiple: true },
    key: { type: 'string' },
    batch: { type: 'string' },
    config: { type: 'string' },
    json: { type: 'boolean', default: false },
  });
  if (values.batch !== undefined) return batch(io, values.batch);
  const [file, ...more] = positionals;
  if (file === undefined || more.length > 0)
    throw new UsageError(`${COMMAND}: name one FILE; see "kms-guard policy --help"`);
  const { principal, action } = values;
  if (principal === undefined || action === undefined) {
    throw new UsageError(`${COMMAND}: say --principal and --action; see "kms-guard policy --help"`);
  }
  const resource = keyOf(values.key, COMMAND);
  const asked = { principal: principalOf(principal), principalType: typeOf(principal), action: actionName(action) };
  const context = contextOf(values.context ?? []);
  const { policy, text } = await readPolicy(io, file, COMMAND);
  const request = withCallerKeys({ ...asked, resource, context });
  const { decision, statements, because, certain } = explainDecision(policy, request);
  if (values.json) {
    io.stdout(`${JSON.stringify({ decision, statements: statements.map(statementName), because, certain })}\n`);
  } else {
    io.stdout(decisionText({ decision, because, request, statements }, text, io));
  }
  return decision === 'Allow' ? 0 : 1;
};

const actionName = (action: string): string => {
  if (/[*?]/.test(action))
    throw new UsageError(`${COMMAND}: --action "${action}" is not one action: a call has no wildcard`);
  return action.includes(':') ? action : `kms:${action}`;
};

/** A misspelled principal would be a plain no. */
const principalOf = (principal: string): string => {
  if (principal === '*' || /^arn:|^[a-z0-9-]+(?:\.[a-z0-9-]+)+$/.test(principal)) return principal;
  const hint = ACCOUNT.test(principal)
    ? `write the account as arn:aws:iam::${principal}:root`
    : 'give one of a user, role or session, a service such as s3.amazonaws.com, or "*"';
  throw new UsageError(`${COMMAND}: --principal "${principal}" is no ARN: ${hint}`);
};

const typeOf = (principal: string): KeyRequest['principalType'] =>
  principal === '*' || principal.startsWith('arn:') ? 'AWS' : 'Service';

/** `--context KEY=VALUE`, the same key again for a list. */
const contextOf = (pairs: readonly string[]): Record<string, string | readonly string[]> => {
  const context = new Map<string, string | readonly string[]>();
  for (const pair of pairs) {
    const at = pair.indexOf('=');
    if (at <= 0) throw new UsageError(`${COMMAND}: --context "${pair}" is not KEY=VALUE`);
    const [key, value] = [pair.slice(0, at), pair.slice(at + 1)];
    const known = context.get(key);
    context.set(key, known === undefined ? value : [known, value].flat());
  }
  return Object.fromEntries(context);
};

const batch = async (io: Io, file: string): Promise<ExitStatus> => {
  let out = '';
  let denied = false;
  let failed = false;
  for await (const line of readLines(io, file, COMMAND)) {
    const answer = batchAnswer(line);
    denied ||= 'decision' in answer && answer.decision !== 'Allow';
    failed ||= 'error' in answer;
    out += `${JSON.stringify(answer)}\n`;
    if (out.length > 65_536) {
      await io.write(out);
      out = '';
    }
  }
  await io.write(out);
  return failed ? 3 : denied ? 1 : 0;
};

type Answer = { readonly id: unknown; readonly decision: string } | { readonly id: unknown; readonly error: string };

export const batchAnswer = (line: string): Answer => {
  const read = readBatchLine(line);
  const id = plain(read.id);
  if (read.kind === 'error') return { id, error: read.error };
  // A policy that KMS refuses for what matches nobody can still be asked.
  const policy = read.policy.policy;
  if (policy === null)
    return { id, error: read.policy.kind === 'refused' ? errorText(read.policy.errors) : 'not a key policy' };
  const request = requestOf(read.fields.get('request'));
  if (typeof request === 'string') return { id, error: request };
  return { id, decision: evaluate(policy, request).decision };
};

/** The request of a batch line, or what is wrong with it. */
const requestOf = (value: JsonValue | undefined): KeyRequest | string => {
  if (!(value instanceof Map)) return '$.request: missing';
  const fields: JsonObject = value;
  const principal = fields.get('principal');
  const action = fields.get('action');
  const type = fields.get('principalType') ?? (typeof principal === 'string' ? typeOf(principal) : null);
  const resource = fields.get('resource') ?? null;
  if (typeof principal !== 'string') return '$.request.principal: expected a string';
  if (typeof action !== 'string') return '$.request.action: expected a string';
  if (type !== 'AWS' && type !== 'Service' && type !== 'Federated')
    return '$.request.principalType: AWS, Service or Federated';
  if (resource !== null && typeof resource !== 'string') return '$.request.resource: expected a string';
  const context = requestContext(fields.get('context'));
  if (typeof context === 'string') return context;
  return withCallerKeys({ principal, principalType: type, action, resource, context });
};

const requestContext = (value: JsonValue | undefined): Record<string, string | readonly string[]> | string => {
  if (value === undefined || value === null) return {};
  if (!(value instanceof Map)) return '$.request.context: expected an object';
  const object: JsonObject = value;
  const context = new Map<string, string | readonly string[]>();
  for (const [key, one] of object) {
    const list: readonly JsonValue[] = Array.isArray(one) ? one : [one];
    if (list.some((item) => item === null || typeof item === 'object'))
      return `$.request.context.${key}: expected strings`;
    const texts = list.map(String);
    context.set(key, Array.isArray(one) ? texts : (texts[0] ?? ''));
  }
  return Object.fromEntries(context);
};
