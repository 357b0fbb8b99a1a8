import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { vi } from 'vitest';
import * as z from 'zod/mini';
import { GuardStack } from '../../infra/stacks/guard-stack.ts';
import { fastTimings, type Timings, timings } from '../../infra/timings.ts';
import { configSchema, type GuardConfig } from '../../shared/config/config.ts';
import { remedyNames } from '../../shared/remedies/remedy-names.ts';
import type { Rule } from '../../shared/rules/define-rule.ts';
import { rules as everyRule } from '../../shared/rules/index.ts';

const fields = z.record(z.string(), z.unknown());
const resourceSchema = z.object({
  Type: z.string(),
  Properties: z._default(fields, {}),
  DeletionPolicy: z.optional(z.string()),
  UpdateReplacePolicy: z.optional(z.string()),
});
const templateSchema = z.object({
  Resources: z.record(z.string(), resourceSchema),
  Outputs: z.record(z.string(), z.object({ Value: z.unknown() })),
});

export type Resource = { readonly id: string } & z.infer<typeof resourceSchema>;
export type GuardTemplate = {
  readonly resources: readonly Resource[];
  readonly outputs: Readonly<Record<string, unknown>>;
  readonly stack: GuardStack;
  /** The cloud assembly. */
  readonly outdir: string;
};

type Input = {
  readonly config?: unknown;
  readonly rules?: readonly Rule[];
  readonly timings?: Timings;
  /** With the nightly sweep, whatever the configuration says. @default false */
  readonly sweep?: boolean;
};

export const configOf = (config: unknown): GuardConfig => configSchema.parse(config);

/** Every remedy enforced, in all accounts. */
export const enforced = {
  modes: { remedies: Object.fromEntries(remedyNames.map((remedy) => [remedy, 'enforce'])) },
};

const functionsFolder = join(import.meta.dirname, '..', '..', 'functions');

/** Every folder with a handler: what `npm run build` bundles. */
const functionNames = (): readonly string[] =>
  readdirSync(functionsFolder).filter((name) => existsSync(join(functionsFolder, name, 'handler.ts')));

/** Synthesizes the real stack over stand-in bundles in a folder of its own; `dispose` removes it. */
export const guardTemplates = () => {
  // Synthesis takes a tenth of a second on an idle machine, and many times that on a busy one.
  vi.setConfig({ testTimeout: 60_000 });
  const scratch = mkdtempSync(join(tmpdir(), 'kms-guard-infra-'));
  const bundles = join(scratch, 'bundles');
  for (const guard of functionNames()) {
    mkdirSync(join(bundles, guard), { recursive: true });
    writeFileSync(
      join(bundles, guard, 'index.mjs'),
      'export const handler = async () => ({ batchItemFailures: [] });\n',
    );
    writeFileSync(join(bundles, guard, 'index.mjs.map'), '{}\n');
  }
  const synthesize = ({ rules = everyRule, timings: pace = timings, sweep = false, ...input }: Input = {}) => {
    const given = configOf(input.config ?? {});
    const config = { ...given, sweep: { ...given.sweep, enabled: sweep } };
    const outdir = mkdtempSync(join(scratch, 'out-'));
    const app = new App({ outdir });
    const stack = new GuardStack(app, 'KmsGuard', { rules, bundles, config, timings: pace });
    const { Resources, Outputs } = templateSchema.parse(Template.fromStack(stack).toJSON());
    const template: GuardTemplate = {
      resources: Object.entries(Resources).map(([id, resource]) => ({ id, ...resource })),
      outputs: Object.fromEntries(Object.entries(Outputs).map(([name, { Value }]) => [name, plain(Value)])),
      stack,
      outdir,
    };
    return template;
  };
  return { bundles, synthesize, dispose: () => rmSync(scratch, { recursive: true, force: true }) };
};

export const fast = fastTimings;

export const ofType = ({ resources }: GuardTemplate, type: string): readonly Resource[] =>
  resources.filter((resource) => resource.Type === type);

/** The one resource of a type whose id starts so. */
export const only = (template: GuardTemplate, type: string, prefix = ''): Resource => {
  const found = ofType(template, type).filter(({ id }) => id.startsWith(prefix));
  const [first, ...others] = found;
  if (first === undefined || others.length > 0) throw new Error(`${found.length} of ${type} ${prefix}*, not one`);
  return first;
};

/** Intrinsic functions as readable text: `${Ref}`, `${Resource.Attribute}`, joined. */
export const plain = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  const [name, inner]: readonly [string, unknown] = entries.length === 1 && entries[0] ? entries[0] : ['', null];
  if (name === 'Ref') return `\${${String(inner)}}`;
  if (name === 'Fn::GetAtt' && Array.isArray(inner)) return `\${${inner.join('.')}}`;
  if (name === 'Fn::Join' && Array.isArray(inner)) {
    const parts: unknown = plain(inner[1]);
    return Array.isArray(parts) ? parts.join(String(inner[0])) : parts;
  }
  return Object.fromEntries(entries.map(([key, part]) => [key, plain(part)]));
};

const statementSchema = z.object({
  Sid: z.optional(z.string()),
  Effect: z.string(),
  Action: z.union([z.string(), z.array(z.string())]),
  Resource: z.union([z.string(), z.array(z.string())]),
  Principal: z.optional(z.unknown()),
  Condition: z.optional(z.unknown()),
});
const documentSchema = z.object({ Statement: z.array(statementSchema) });

export type Statement = {
  readonly sid: string | null;
  readonly effect: string;
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly principal: unknown;
  readonly condition: unknown;
};

/** The statements of a policy document, one value or many read alike. */
export const statementsOf = (document: unknown): readonly Statement[] =>
  documentSchema.parse(plain(document)).Statement.map((statement) => ({
    sid: statement.Sid ?? null,
    effect: statement.Effect,
    actions: [statement.Action].flat(),
    resources: [statement.Resource].flat(),
    principal: statement.Principal ?? null,
    condition: statement.Condition ?? null,
  }));

/** What a guard's role may do. */
export const permissionsOf = (
  template: GuardTemplate,
  guard: 'DeletionGuard' | 'RotationGuard' | 'PolicyGuard',
): readonly Statement[] =>
  statementsOf(only(template, 'AWS::IAM::Policy', `${guard}Role`).Properties['PolicyDocument']);
