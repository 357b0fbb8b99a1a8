import { App } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { afterAll, describe, expect, test } from 'vitest';
import { GuardStack } from '../../infra/stacks/guard-stack.ts';
import { slackActionsEnvSchema, slackAnswersEnvSchema } from '../../shared/config/slack-env.ts';
import { rules } from '../../shared/rules/index.ts';
import { configOf, enforced, guardTemplates, ofType, only, plain, statementsOf } from '../support/guard-template.ts';
import { slackPeople } from '../support/slack-people.ts';

const { bundles, synthesize, dispose } = guardTemplates();
afterAll(dispose);

const slack = slackPeople;
const observing = synthesize({ config: { slack } });
const enforcing = synthesize({ config: { ...enforced, slack } });

const linesOf = (template: typeof observing, prefix: string): readonly string[] =>
  statementsOf(only(template, 'AWS::IAM::Policy', prefix).Properties['PolicyDocument']).map(
    ({ sid, actions, resources }) => `${sid}: ${actions.join(' ')} on ${resources.join(' ')}`,
  );
const table = '${LedgerTable9343E4AA.Arn}';
const keys = 'arn:${AWS::Partition}:kms:${AWS::Region}:${AWS::AccountId}:key/*';
const isSlack = ({ id }: { readonly id: string }): boolean => id.startsWith('Slack');

test('without Slack in the configuration there is nothing of it', () => {
  const template = synthesize();
  expect(template.resources.filter(isSlack)).toEqual([]);
  expect(ofType(template, 'AWS::Lambda::Url')).toEqual([]);
});

describe('the door', () => {
  test('is one function URL without IAM, for the signature is what lets in', () => {
    const [url, ...others] = ofType(observing, 'AWS::Lambda::Url');
    expect(others).toEqual([]);
    expect(url?.Properties).toEqual({
      AuthType: 'NONE',
      TargetFunctionArn: { 'Fn::GetAtt': [expect.stringMatching(/^SlackActionsReceiverFunction/), 'Arn'] },
    });
    expect(observing.outputs['SlackActionsUrl']).toBeDefined();
  });

  test('may be passed by everybody, and only through the URL', () => {
    const permissions = ofType(observing, 'AWS::Lambda::Permission').filter(isSlack);
    expect(permissions.length).toBeGreaterThan(0);
    for (const { Properties } of permissions) {
      expect(Properties['Principal']).toBe('*');
      expect([Properties['FunctionUrlAuthType'], Properties['InvokedViaFunctionUrl']]).toContainEqual(
        Properties['Action'] === 'lambda:InvokeFunctionUrl' ? 'NONE' : true,
      );
    }
  });

  test('takes little of the account, and answers within seconds or not at all', () => {
    const { Properties } = only(observing, 'AWS::Lambda::Function', 'SlackActionsReceiver');
    expect(Properties).toMatchObject({ ReservedConcurrentExecutions: 5, Timeout: 10, Runtime: 'nodejs24.x' });
  });

  test('can read its secret, remember a request and pass an answer on, and nothing else', () => {
    expect(linesOf(observing, 'SlackActionsReceiverRole')).toEqual([
      `ReadSigningSecret: secretsmanager:GetSecretValue on ${slack.signingSecretArn}`,
      `TakeOnce: dynamodb:PutItem on ${table}`,
      expect.stringMatching(/^PassAnswersOn: sqs:SendMessage on \$\{SlackActionsAnswers\w+\.Arn\}$/),
      expect.stringMatching(
        /^WriteLogs: logs:CreateLogStream logs:PutLogEvents on \$\{SlackActionsReceiverLogs\w+\.Arn\}$/,
      ),
    ]);
    const policy = only(observing, 'AWS::IAM::Policy', 'SlackActionsReceiverRole').Properties['PolicyDocument'];
    expect(statementsOf(policy).find(({ sid }) => sid === 'TakeOnce')?.condition).toEqual({
      'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['SLACK#*'] },
    });
    expect(linesOf(enforcing, 'SlackActionsReceiverRole')).toEqual(linesOf(observing, 'SlackActionsReceiverRole'));
  });
});

describe('whoever does what was clicked', () => {
  const own = [
    `ReadLedger: dynamodb:GetItem on ${table}`,
    `WriteLedger: dynamodb:PutItem dynamodb:UpdateItem on ${table}`,
    `FindEntries: dynamodb:Query on ${table}`,
    expect.stringMatching(/^PutAlerts: sqs:SendMessage on \$\{OutboxQueue\w+\.Arn\}$/),
    expect.stringMatching(/^ReceiveAnswers: sqs:DeleteMessage sqs:GetQueueAttributes sqs:ReceiveMessage on /),
    expect.stringMatching(/^WriteLogs: logs:CreateLogStream logs:PutLogEvents on /),
  ];
  const reads = [
    `ReadKeys: kms:DescribeKey kms:ListResourceTags on ${keys}`,
    'ReadAccount: cloudtrail:LookupEvents kms:ListAliases on *',
  ];

  test('writes to no key in observe mode', () => {
    expect(linesOf(observing, 'SlackAnswersGuardRole')).toEqual([...reads, ...own]);
  });

  test('saves keys as a guard does in enforce mode', () => {
    expect(linesOf(enforcing, 'SlackAnswersGuardRole')).toEqual([
      ...reads,
      `RemedyKeys: kms:CancelKeyDeletion kms:EnableKey on ${keys}`,
      ...own,
    ]);
  });

  test('is one of the guard to every guard: what it does is not acted upon', () => {
    const role = '${SlackAnswersGuardRole';
    for (const name of ['DeletionGuardFunction', 'SlackActionsWorkerFunction']) {
      const { Properties } = only(enforcing, 'AWS::Lambda::Function', name);
      expect(JSON.stringify(plain(Properties['Environment']))).toContain(role);
    }
    const { Properties } = only(synthesize(), 'AWS::Lambda::Function', 'DeletionGuardFunction');
    expect(JSON.stringify(plain(Properties['Environment']))).not.toContain(role);
  });

  test('gets one answer at a time; what five attempts cannot do is set aside', () => {
    const { Properties } = only(observing, 'AWS::Lambda::EventSourceMapping', 'SlackActionsWorker');
    expect(Properties).toMatchObject({ BatchSize: 1, FunctionResponseTypes: ['ReportBatchItemFailures'] });
    expect(only(observing, 'AWS::SQS::Queue', 'SlackActionsAnswers').Properties['RedrivePolicy']).toMatchObject({
      maxReceiveCount: 5,
    });
  });
});

test('each environment is what its handler reads', () => {
  const environment = (name: string) => {
    const parsed = only(enforcing, 'AWS::Lambda::Function', name).Properties['Environment'];
    return typeof parsed === 'object' && parsed !== null && 'Variables' in parsed
      ? Object.keys(parsed.Variables ?? {})
      : [];
  };
  expect(environment('SlackActionsReceiverFunction').sort()).toEqual(Object.keys(slackActionsEnvSchema.shape).sort());
  const local = ['SLACK_HOOKS_ORIGIN'];
  expect([...environment('SlackActionsWorkerFunction'), ...local].sort()).toEqual(
    Object.keys(slackAnswersEnvSchema.shape).sort(),
  );
});

test('it says so when the door is tried, when clicks are lost at it, and when answers wait', () => {
  const alarms = ofType(observing, 'AWS::CloudWatch::Alarm').filter(isSlack);
  expect(alarms.map(({ Properties: { MetricName, Threshold } }) => [MetricName, Threshold])).toEqual([
    ['Url4xxCount', 20],
    ['Errors', 0],
    ['Throttles', 0],
    ['ApproximateAgeOfOldestMessage', 900],
  ]);
  for (const { Properties } of alarms.slice(0, 3)) {
    expect(plain(Properties['Dimensions'])).toMatchObject([
      { Name: 'FunctionName', Value: expect.stringMatching(/^\$\{SlackActionsReceiverFunction/) },
    ]);
  }
});

test.each([
  ['observe', { slack }],
  ['enforce', { ...enforced, slack }],
])('cdk-nag has nothing to say in %s mode', (_, config) => {
  const app = new App();
  new GuardStack(app, 'KmsGuard', { rules, bundles, config: configOf(config) });
  expect(new AwsSolutionsChecks(app).validateScope(app).violations).toEqual([]);
});
