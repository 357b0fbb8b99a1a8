import {
  analyze,
  encryptionContextFindings,
  type KeyPolicy,
  type PolicyAnalysis,
  type TrustZone,
  zoneOf,
} from '../shared/policy/index.ts';
import type { JsonObject, JsonValue } from '../shared/policy/read-json.ts';
import { type ExitStatus, type Io, readArgs, UsageError } from './command.ts';
import { errorText, plain, policyFrom, readBatchLine, readLines, readText } from './policy-input.ts';
import { type CheckedKey, checkTemplate } from './policy-template.ts';
import { analysisText, templateText } from './policy-text.ts';
import { accountOf, buildZone, type ZoneInput, zoneOptions, zoneProblem } from './policy-zone.ts';
import { readConfig } from './read-config.ts';
import { readYamlTemplate } from './yaml-template.ts';

const COMMAND = 'policy check';

/** `policy check FILE --account ID`: who gets in, can the key still be managed, what is bad practice. */
export const policyCheck = async (args: readonly string[], io: Io): Promise<ExitStatus> => {
  const { values, positionals } = readArgs(COMMAND, args, {
    ...zoneOptions,
    batch: { type: 'string' },
    'encryption-context': { type: 'boolean', default: false },
  });
  if (values.batch !== undefined) return batch(io, values.batch);
  const [file, ...more] = positionals;
  if (file === undefined || more.length > 0)
    throw new UsageError(`${COMMAND}: name one FILE; see "kms-guard policy --help"`);
  const account = accountOf(values.account, values.key, COMMAND);
  const zone = await zoneFrom(io, values.config, { account, org: values.org ?? null, trust: values.trust ?? [] });
  const text = await readText(io, file, COMMAND);
  const { deletion } = await readConfig(io, values.config);
  const scope = { zone, keyArn: values.key ?? null, minimumWindowInDays: deletion.minimumWindowInDays };
  const keys = checkTemplate(templateIn(text, file), scope);
  if (keys !== null) return printKeys(io, keys, values.json);
  const policy = policyFrom(text, file, COMMAND);
  const analysis = analyze(policy, zone, { keyArn: values.key ?? null });
  const result = shape(policy, analysis, values['encryption-context']);
  const { findings } = result;
  io.stdout(values.json ? `${JSON.stringify(result)}\n` : analysisText({ analysis, findings, policy, text }, io));
  return findings.length > 0 ? 1 : 0;
};

/** The template as JSON text; anything that is no template in YAML as it is. */
const templateIn = (text: string, file: string): string => {
  const reading = readYamlTemplate(text);
  if (reading.yaml === 'broken')
    throw new UsageError(`${COMMAND}: ${file}: the YAML cannot be read: ${reading.problem}`);
  return reading.yaml === 'template' ? reading.json : text;
};

/** A template: every key of it, each as one policy is printed. */
const printKeys = (io: Io, keys: readonly CheckedKey[], json: boolean): ExitStatus => {
  if (json) {
    const lines = keys.map(({ name, analysis, findings }) => ({
      name,
      ...(analysis === null ? {} : verdicts(analysis)),
      findings,
    }));
    io.stdout(`${JSON.stringify({ keys: lines })}\n`);
  } else {
    io.stdout(
      keys.length === 0
        ? 'There is no KMS key in this template.\n'
        : keys.map((key) => templateText(key, io)).join('\n'),
    );
  }
  return keys.some(({ findings }) => findings.length > 0) ? 1 : 0;
};

/** The zone of the command line on top of what the configuration trusts. */
export const zoneFrom = async (io: Io, config: string | undefined, input: ZoneInput): Promise<TrustZone> => {
  const problem = zoneProblem(input);
  if (problem !== null) throw new UsageError(`policy: ${problem}`);
  const { trust } = await readConfig(io, config);
  return buildZone(input, {
    account: input.account,
    org: trust.organization,
    orgAccounts: trust.memberAccounts,
    accounts: trust.accounts,
    orgs: trust.organizations,
    orgPaths: trust.organizationPaths,
    services: trust.services,
    networks: trust.networks,
  });
};

const verdicts = (analysis: PolicyAnalysis) => ({
  public: analysis.public,
  crossAccount: analysis.crossAccount,
  service: analysis.service,
  manageable: analysis.manageable,
  access: analysis.access,
});

const shape = (policy: KeyPolicy, analysis: PolicyAnalysis, encryptionContext: boolean) => ({
  ...verdicts(analysis),
  findings: [...analysis.findings, ...(encryptionContext ? encryptionContextFindings(policy) : [])],
  complete: analysis.complete,
});

const batch = async (io: Io, file: string): Promise<ExitStatus> => {
  let flagged = false;
  let failed = false;
  for await (const line of readLines(io, file, COMMAND)) {
    const answer = batchAnswer(line);
    flagged ||= 'findings' in answer && answer.findings.length > 0;
    failed ||= 'error' in answer;
    await io.write(`${JSON.stringify(answer)}\n`);
  }
  return failed ? 3 : flagged ? 1 : 0;
};

type Answer = ({ readonly id: unknown } & ReturnType<typeof shape>) | { readonly id: unknown; readonly error: string };

/** A batch line carries its own zone, so the configuration has no say in it. */
export const batchAnswer = (line: string): Answer => {
  const read = readBatchLine(line);
  const id = plain(read.id);
  if (read.kind === 'error') return { id, error: read.error };
  if (read.policy.kind === 'refused') return { id, error: errorText(read.policy.errors) };
  const key = textOf(read.fields, 'key');
  const input = {
    account: textOf(read.fields, 'account') ?? key?.split(':')[4] ?? '',
    org: textOf(read.fields, 'org'),
    trust: listOf(read.fields.get('trust')),
  };
  const problem = zoneProblem(input);
  if (problem !== null) return { id, error: problem };
  const { policy } = read.policy;
  const analysis = analyze(policy, buildZone(input, zoneOf(input.account)), { keyArn: key });
  return { id, ...shape(policy, analysis, false) };
};

const textOf = (fields: JsonObject, name: string): string | null => {
  const value = fields.get(name);
  return typeof value === 'string' && value !== '' ? value : null;
};

const listOf = (value: JsonValue | undefined): readonly string[] =>
  (Array.isArray(value) ? value : value === undefined || value === null ? [] : [value]).map(String);
