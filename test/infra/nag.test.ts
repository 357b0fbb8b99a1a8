import { App, type Environment, Validations } from 'aws-cdk-lib';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { afterAll, describe, expect, test } from 'vitest';
import { addOrganization } from '../../infra/add-organization.ts';
import { nagPacks } from '../../infra/nag-packs.ts';
import { GuardStack } from '../../infra/stacks/guard-stack.ts';
import { RolesStack } from '../../infra/stacks/roles-stack.ts';
import { rules } from '../../shared/rules/index.ts';
import { configOf, enforced, guardTemplates, ofType, plain } from '../support/guard-template.ts';

const { bundles, synthesize, dispose } = guardTemplates();
afterAll(dispose);

const stackIn = (app: App, config: unknown = {}, env: Environment = {}) =>
  new GuardStack(app, 'KmsGuard', { rules, bundles, config: configOf(config), env });

const violations = (app: App): readonly string[] =>
  nagPacks(app).flatMap((pack) => pack.validateScope(app).violations.map(({ ruleName }) => ruleName));

const organization = {
  id: 'o-a1b2c3d4e5',
  externalId: 'an-external-id-1',
  importFindings: true,
  stackSet: { organizationalUnits: ['r-ab12'], regions: ['eu-west-1'] },
};
const slack = {
  signingSecretArn: 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:slack-signing-AbCdEf',
  users: { U012DANA: { name: 'Dana', principals: ['arn:aws:iam::111122223333:role/Dana'] } },
};

const madrid = { account: '111122223333', region: 'eu-south-2' };

test.each([
  ['observe mode', {}, {}],
  ['enforce mode', enforced, {}],
  ['a stack that knows its account and Region', enforced, madrid],
  [
    'reports that are signed, locked and imported',
    {
      organization,
      reports: {
        schedules: ['daily', 'monthly'],
        objectLock: { mode: 'GOVERNANCE', days: 30 },
        signingKeyArn: 'arn:aws:kms:eu-west-1:111122223333:key/0a1b2c3d-0000-4000-a000-000000000001',
        securityHub: true,
      },
    },
    {},
  ],
  ['a guard without sweep and reports', { sweep: { enabled: false }, reports: { schedules: [] } }, {}],
  [
    'answers from Slack, and a topic for Amazon Q',
    { ...enforced, slack, alerts: { channels: { chat: { amazonQ: true } } } },
    {},
  ],
])('AwsSolutions, NIST 800-53 and PCI DSS have nothing to say in %s', (_, config, env) => {
  const app = new App();
  stackIn(app, config, env);
  expect(violations(app)).toEqual([]);
});

test.each([
  ['observe', {}],
  ['enforce', enforced],
])('nor in the stacks of an organization, %s mode', (_, modes) => {
  const app = new App();
  const config = configOf({ ...modes, organization });
  stackIn(app, { ...modes, organization });
  addOrganization(app, { rules, config });
  expect(app.node.children.map(({ node }) => node.id)).toEqual(expect.arrayContaining(['KmsGuard', 'KmsGuardMember']));
  expect(violations(app)).toEqual([]);
});

test('nor in the stack where calls of IAM are delivered', () => {
  const app = new App();
  new RolesStack(app, 'KmsGuardRoles', { guardStack: 'KmsGuard' });
  expect(violations(app)).toEqual([]);
});

test('it would speak up: a queue without TLS and dead letters', () => {
  const app = new App();
  new Queue(stackIn(app), 'Sloppy');
  new Topic(app.node.findChild('KmsGuard'), 'Open');
  expect(violations(app)).toEqual(
    expect.arrayContaining([
      'AwsSolutions-SQS3',
      'AwsSolutions-SQS4',
      'NIST.800.53.R5-SNSEncryptedKMS',
      'PCI.DSS.321-SNSEncryptedKMS',
    ]),
  );
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
    // What the two other packs are answered stands on single resources, by their type.
    const decided = /NIST|PCI/.test(said);
    if (!decided) expect(path).toMatch(/GuardRole\/Role$|\/(Sweep|Reports)\/|Notifier\/Permissions\/Role$/);
    expect(said).toMatch(
      decided ? /"[^"]*(NIST\.800\.53\.R5|PCI\.DSS\.321)-[A-Z]\w+":/ : /AwsSolutions-(IAM5\[|S1|SQS3)/,
    );
    expect(said).toMatch(/[A-Za-z: ]{30,}/);
  }
});

describe('what suppressions say is so', () => {
  const template = synthesize({ sweep: true, config: { reports: { schedules: ['daily'] } } });
  const named = (type: string) => ofType(template, type);

  test('a Lambda that is invoked asynchronously has a destination for what fails', () => {
    const functions = named('AWS::Lambda::Function').map(({ id }) => `\${${id}.Arn}`);
    const started = [
      ...named('AWS::Scheduler::Schedule').map(({ Properties }) => plain(Properties['Target'])),
      ...named('AWS::Events::Rule').flatMap(({ Properties }) => plain(Properties['Targets'])),
      ...named('AWS::SNS::Subscription').map(({ Properties }) => plain(Properties['Endpoint'])),
    ].flatMap((target) => functions.filter((arn) => JSON.stringify(target).includes(arn)));
    expect(started).toHaveLength(1);
    const kept = named('AWS::Lambda::EventInvokeConfig').map(({ Properties }) => JSON.stringify(plain(Properties)));
    for (const arn of started) {
      const id = arn.slice(2, -'.Arn}'.length);
      expect(kept.some((config) => config.includes(`"\${${id}}"`) && config.includes('"OnFailure"'))).toBe(true);
    }
  });

  test('the ledger has point-in-time recovery, and buckets keep versions', () => {
    for (const { Properties } of named('AWS::DynamoDB::Table'))
      expect(Properties['PointInTimeRecoverySpecification']).toMatchObject({ PointInTimeRecoveryEnabled: true });
    for (const { Properties } of named('AWS::S3::Bucket'))
      expect(Properties['VersioningConfiguration']).toEqual({ Status: 'Enabled' });
  });
});
