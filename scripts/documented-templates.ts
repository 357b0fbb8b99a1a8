import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import * as z from 'zod/mini';
import { addOrganization } from '../infra/add-organization.ts';
import { GuardStack } from '../infra/stacks/guard-stack.ts';
import { RolesStack } from '../infra/stacks/roles-stack.ts';
import { configSchema, type GuardConfig } from '../shared/config/config.ts';
import { remedyNames } from '../shared/remedies/remedy-names.ts';
import { rules } from '../shared/rules/index.ts';

/** The templates that pages under `docs/` speak of, synthesized over stand-in bundles: no build is needed. */

const resource = z.object({
  Type: z.string(),
  Properties: z._default(z.record(z.string(), z.unknown()), {}),
  Condition: z.optional(z.string()),
});
const templateSchema = z.object({
  Resources: z.record(z.string(), resource),
  Conditions: z._default(z.record(z.string(), z.unknown()), {}),
});

export type Template = z.infer<typeof templateSchema>;

const enforce = { remedies: Object.fromEntries(remedyNames.map((remedy) => [remedy, 'enforce'])) };
const secret = (name: string) => `arn:aws:secretsmanager:eu-west-1:111122223333:secret:${name}-AbCdEf`;

/** An organization in Slack, with all that costs a permission. */
const everything = {
  organization: {
    id: 'o-a1b2c3d4e5',
    externalId: 'an-external-id-1',
    importFindings: true,
    stackSet: { organizationalUnits: ['r-ab12'], regions: ['eu-west-1'] },
  },
  sweep: { accounts: 'organization' },
  alerts: { slackTokenSecretArn: secret('slack-token'), channels: { security: { slackChannel: 'C012AB3CD' } } },
  slack: {
    signingSecretArn: secret('slack-signing'),
    users: { U012DANA: { name: 'Dana', principals: ['arn:aws:sts::*:assumed-role/*/dana@example.com'] } },
    approvers: ['U012DANA'],
  },
};

export const documentedConfigs = {
  observe: configSchema.parse({}),
  enforce: configSchema.parse({ modes: enforce }),
  organization: configSchema.parse({ ...everything, modes: enforce }),
  organizationObserve: configSchema.parse(everything),
} satisfies Readonly<Record<string, GuardConfig>>;

const functionsFolder = join(import.meta.dirname, '..', 'functions');

/** Runs `use` with a folder of empty bundles, which it removes. */
export const withStandIns = <T>(use: (bundles: string) => T): T => {
  const bundles = mkdtempSync(join(tmpdir(), 'kms-guard-bundles-'));
  try {
    for (const name of readdirSync(functionsFolder)) {
      if (!existsSync(join(functionsFolder, name, 'handler.ts'))) continue;
      mkdirSync(join(bundles, name));
      writeFileSync(join(bundles, name, 'index.mjs'), 'export const handler = async () => null;\n');
    }
    return use(bundles);
  } finally {
    rmSync(bundles, { recursive: true, force: true });
  }
};

/** The template of the stack `id`, by an app of its own. */
const synthesized = (id: string, make: (app: App) => void): unknown => {
  const outdir = mkdtempSync(join(tmpdir(), 'kms-guard-out-'));
  try {
    const app = new App({ outdir, analyticsReporting: false, context: { '@aws-cdk/aws-iam:minimizePolicies': true } });
    make(app);
    const template: unknown = app.synth().getStackByName(id).template;
    return template;
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
};

/** The stacks that `infra/app.ts` makes of a configuration. */
const inApp = (config: GuardConfig) => (bundles: string) => (app: App) => {
  new GuardStack(app, 'KmsGuard', { rules, bundles, config });
  new RolesStack(app, 'KmsGuardRoles', { guardStack: 'KmsGuard' });
  addOrganization(app, { rules, config });
};

type StackName = 'KmsGuard' | 'KmsGuardMember' | 'KmsGuardRoles';

/** A stack's whole template, as CloudFormation gets it. */
export const wholeTemplate = (stack: StackName, config: GuardConfig): unknown =>
  withStandIns((bundles) => synthesized(stack, inApp(config)(bundles)));

export const guardTemplate = (config: GuardConfig): Template => templateSchema.parse(wholeTemplate('KmsGuard', config));

export const memberTemplateOf = (config: GuardConfig): Template =>
  templateSchema.parse(wholeTemplate('KmsGuardMember', config));

export const rolesTemplate = (): Template =>
  templateSchema.parse(wholeTemplate('KmsGuardRoles', documentedConfigs.observe));
