import { App, type Environment, Validations } from 'aws-cdk-lib';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { AwsSolutionsChecks } from 'cdk-nag';
import { afterAll, expect, test } from 'vitest';
import { GuardStack } from '../../infra/stacks/guard-stack.ts';
import { rules } from '../../shared/rules/index.ts';
import { configOf, enforced, guardTemplates } from '../support/guard-template.ts';

const { bundles, dispose } = guardTemplates();
afterAll(dispose);

const stackIn = (app: App, config: unknown = {}, env: Environment = {}) =>
  new GuardStack(app, 'KmsGuard', { rules, bundles, config: configOf(config), env });

const madrid = { account: '111122223333', region: 'eu-south-2' };

test.each([
  ['observe mode', {}, {}],
  ['enforce mode', enforced, {}],
  ['a stack that knows its account and Region', enforced, madrid],
])('cdk-nag has nothing to say in %s', (_, config, env) => {
  const app = new App();
  stackIn(app, config, env);
  const report = new AwsSolutionsChecks(app).validateScope(app);
  expect(report.violations).toEqual([]);
  expect(report.success).toBe(true);
});

test('it would speak up: a queue without TLS and dead letters', () => {
  const app = new App();
  new Queue(stackIn(app), 'Sloppy');
  const said = new AwsSolutionsChecks(app).validateScope(app).violations.map(({ ruleName }) => ruleName);
  expect(said).toEqual(expect.arrayContaining(['AwsSolutions-SQS3', 'AwsSolutions-SQS4']));
});

test('each suppression names one finding and a reason, and stands on what it is about', () => {
  const app = new App();
  const suppressions = stackIn(app)
    .node.findAll()
    .flatMap((construct) =>
      construct.node.metadata
        .filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY)
        .map(({ data }) => ({ path: construct.node.path, said: JSON.stringify(data) })),
    );
  expect(suppressions.length).toBeGreaterThan(0);
  for (const { path, said } of suppressions) {
    expect(path).toMatch(/GuardRole\/Role$|\/Sweep\/|Notifier\/Permissions\/Role$/);
    expect(said).toMatch(/AwsSolutions-(IAM5\[|S1|SQS3)/);
    expect(said).toMatch(/[A-Za-z: ]{30,}/);
  }
});
