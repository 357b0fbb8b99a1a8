import { join } from 'node:path';
import { App, Validations } from 'aws-cdk-lib';
import { rules } from '../shared/rules/index.ts';
import { addOrganization } from './add-organization.ts';
import { BundleMissing } from './constructs/guard-code.ts';
import { nagPacks } from './nag-packs.ts';
import { readConfig, Unusable } from './read-config.ts';
import { GuardStack } from './stacks/guard-stack.ts';
import { RolesStack } from './stacks/roles-stack.ts';
import { fastTimings, timings } from './timings.ts';

/**
 * `cdk synth|deploy [-c config=FILE] [-c fast=true] [-c bundles=FOLDER] [-c slackApiUrl=URL] [-c plain=true]`. `plain` adds the
 * stacks for other accounts and Regions, which go there as templates: without them `cdk deploy` has one stack and needs no name.
 */
const root = join(import.meta.dirname, '..');

const contextOf = (app: App, name: string): string | null => {
  const value: unknown = app.node.tryGetContext(name);
  return typeof value === 'string' || typeof value === 'boolean' ? `${value}` : null;
};

try {
  // Synthesis is asked for below: by itself it would also follow a configuration that was refused.
  const app = new App({ autoSynth: false });
  Validations.of(app).addPlugins(...nagPacks(app));
  const config = readConfig(contextOf(app, 'config') ?? join(root, 'guard.config.json'), {
    ruleIds: rules.map((rule) => rule.id),
    today: new Date().toISOString(),
    warn: (line) => process.stderr.write(`${line}\n`),
  });
  // A fake Slack on a laptop; never given where Slack is meant.
  const slackApiUrl = contextOf(app, 'slackApiUrl');
  new GuardStack(app, 'KmsGuard', {
    description: 'kms-guard: watches over the AWS KMS keys of this account and Region',
    rules,
    config,
    bundles: contextOf(app, 'bundles') ?? join(root, 'dist', 'functions'),
    timings: contextOf(app, 'fast') === 'true' ? fastTimings : timings,
    ...(slackApiUrl === null ? {} : { slackApiUrl }),
  });
  if (contextOf(app, 'plain') === 'true') {
    const description = 'kms-guard: passes calls about its roles on to where it lives';
    new RolesStack(app, 'KmsGuardRoles', { description, guardStack: 'KmsGuard' });
    addOrganization(app, { rules, config });
  }
  app.synth();
} catch (error) {
  if (!(error instanceof Unusable || error instanceof BundleMissing)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
