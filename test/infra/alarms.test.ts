import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import * as z from 'zod/mini';
import { heartbeatSource } from '../../shared/heartbeat.ts';
import { metricUnits } from '../../shared/metrics.ts';
import { envelope } from '../support/records.ts';
import { matchesPattern } from '../support/event-pattern.ts';
import { guardTemplates, ofType, only, plain } from '../support/guard-template.ts';

const { synthesize, dispose } = guardTemplates();
afterAll(dispose);

const slack = {
  signingSecretArn: 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:kms-guard/slack-signing-AbCdEf',
  users: { U012DANA: { name: 'Dana', principals: ['arn:aws:sts::*:assumed-role/*/dana@example.com'] } },
  approvers: ['U012DANA'],
};
const organization = { id: 'o-a1b2c3d4e5', externalId: 'an-external-id-1' };
const whole = synthesize({ config: { organization, slack }, sweep: true });
const silent = synthesize({ config: { organization }, sweep: true });

const alarmsOf = (template: typeof whole) => ofType(template, 'AWS::CloudWatch::Alarm');
const shape = z.looseObject({
  Namespace: z.string(),
  MetricName: z.string(),
  Dimensions: z.array(z.object({ Name: z.string(), Value: z.string() })),
  AlarmActions: z.array(z.unknown()).check(z.minLength(1)),
});
const alarms = alarmsOf(whole).map(({ id, Properties }) => ({ id, ...shape.parse(plain(Properties)) }));
const alarmNamed = (prefix: string) => {
  const found = alarms.filter(({ id }) => id.startsWith(prefix));
  expect({ prefix, found: found.length }).toEqual({ prefix, found: 1 });
  return found[0];
};

/** Ids of all that stands in `value` as `${Id}` or `${Id.Attribute}`. */
const named = (value: unknown): readonly string[] =>
  [...JSON.stringify(plain(value) ?? null).matchAll(/\$\{(\w+)(?:\.\w+)?\}/g)].map(([, id = '']) => id);

const queues = ofType(whole, 'AWS::SQS::Queue').map(({ id }) => id);
const mappings = ofType(whole, 'AWS::Lambda::EventSourceMapping').map(({ Properties }) => ({
  queue: named(Properties['EventSourceArn'])[0] ?? '',
  handler: named(Properties['FunctionName'])[0] ?? '',
}));
const read = new Set(mappings.map(({ queue }) => queue));
const counted = new Set(
  named(only(whole, 'AWS::Lambda::Function', 'DefenceSelfGuard').Properties['Environment']).filter(
    (id) => queues.includes(id) && id.includes('DeadLetters'),
  ),
);

/** Each failure, the alarm that tells it (its id begins so), and what that looks at. docs/operations.md has the same table. */
const failures: readonly (readonly [failure: string, alarm: string, looksAt: string])[] = [
  ['guard silent', 'HeartbeatMissingdeletionguard', 'heartbeat.deletion-guard'],
  ['guard silent', 'HeartbeatMissingrotationguard', 'heartbeat.rotation-guard'],
  ['guard silent', 'HeartbeatMissingpolicyguard', 'heartbeat.policy-guard'],
  ['self-guard silent', 'HeartbeatMissingselfguard', 'heartbeat.self-guard'],
  ['dead letter', 'DefenceAlarmsDeadLetters', 'deadLetters'],
  ['alert stuck', 'NotifierAlarmsQueueAge', 'ApproximateAgeOfOldestMessage of OutboxQueue'],
  ['sweep failed', 'SweepAlarmsFailed', 'ExecutionsFailed of SweepSteps'],
  ['sweep missing', 'SweepAlarmsMissing', 'ExecutionsSucceeded of SweepSteps'],
  ['door of Slack tried', 'SlackActionsAlarmsRefused', 'Url4xxCount of SlackActionsReceiver'],
  ['click lost', 'SlackActionsAlarmsActionErrors', 'Errors of SlackActionsReceiver'],
  ['click lost', 'SlackActionsAlarmsActionThrottles', 'Throttles of SlackActionsReceiver'],
  ['answer stuck', 'SlackActionsAlarmsQueueAge', 'ApproximateAgeOfOldestMessage of SlackActionsAnswers'],
];

describe('every failure has its alarm', () => {
  test.each(failures)('%s: %s looks at %s', (_, id, looksAt) => {
    const alarm = alarmNamed(id);
    const [name = '', of] = looksAt.split(' of ');
    expect(alarm?.MetricName).toBe(name);
    if (of === undefined) expect(alarm?.Namespace).toBe('KmsGuard');
    else expect(alarm?.Dimensions.map(({ Value }) => named(Value)[0] ?? '')).toEqual([expect.stringMatching(`^${of}`)]);
  });

  test('and no alarm is without a failure', () => {
    for (const { id } of alarms) {
      expect({ id, told: failures.some(([, prefix]) => id.startsWith(prefix)) }).toEqual({ id, told: true });
    }
  });

  test('the page for operations says the same', () => {
    const operations = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'operations.md'), 'utf8');
    const rows = operations.split('\n').filter((line) => line.startsWith('| '));
    for (const [, id] of failures) {
      const [, part = '', word = ''] = /^(\w*?(?:Alarms|Missing))(\w*)$/.exec(id) ?? [];
      const row = rows.find(
        (line) => line.includes(`\`${part}\``) && (part === 'HeartbeatMissing' || line.includes(`\`${word}\``)),
      );
      expect({ id, told: row !== undefined }).toEqual({ id, told: true });
    }
  });
});

describe('what is given up is counted', () => {
  test('every queue is read by a function, or its letters are counted', () => {
    expect([...read, ...counted].toSorted()).toEqual(queues.toSorted());
    expect(counted.size).toBe(8);
  });

  test('wherever a queue, a rule, a schedule or a function puts what fails', () => {
    const targets = whole.resources.flatMap(({ id, Type, Properties }) => {
      const { RedrivePolicy, Targets, Target, DestinationConfig } = Properties;
      const dead = {
        'AWS::SQS::Queue': RedrivePolicy,
        'AWS::Events::Rule': z
          .optional(z.array(z.looseObject({ DeadLetterConfig: z.unknown() })))
          .parse(Targets)
          ?.map(({ DeadLetterConfig }) => DeadLetterConfig),
        'AWS::Scheduler::Schedule': z.optional(z.looseObject({})).parse(Target)?.['DeadLetterConfig'],
        'AWS::Lambda::EventInvokeConfig': DestinationConfig,
      };
      const [, found] = Object.entries(dead).find(([type]) => type === Type) ?? [];
      return named(found ?? null).map((queue) => ({ id, queue }));
    });
    expect(targets.length).toBeGreaterThan(20);
    for (const { id, queue } of targets) expect({ id, counted: counted.has(queue) }).toEqual({ id, counted: true });
    // Nobody reads a queue whose messages are not given up at some time.
    for (const queue of read) expect(targets.map(({ id }) => id)).toContain(queue);
  });

  test('by a role that may', () => {
    const policy = only(whole, 'AWS::IAM::Policy', 'DefenceRole').Properties['PolicyDocument'];
    const statement = z
      .object({ Statement: z.array(z.looseObject({ Sid: z.string(), Resource: z.unknown() })) })
      .parse(plain(policy))
      .Statement.find(({ Sid }) => Sid === 'CountDeadLetters');
    expect(new Set(named(statement?.Resource))).toEqual(counted);
  });
});

describe('a silent function is told', () => {
  test('heartbeats go to every queue that a guard reads, and each that comes has an alarm', () => {
    const beats = ofType(whole, 'AWS::Events::Rule').filter(({ Properties }) =>
      matchesPattern(Properties['EventPattern'], { ...envelope({}), source: heartbeatSource }),
    );
    const beaten = beats.flatMap(({ Properties }) =>
      named(
        z
          .array(z.looseObject({ Arn: z.unknown() }))
          .parse(Properties['Targets'])
          .map(({ Arn }) => Arn),
      ),
    );
    const aged = alarms
      .filter(({ MetricName }) => MetricName === 'ApproximateAgeOfOldestMessage')
      .flatMap(({ Dimensions }) => named(Dimensions));
    expect([...beaten, ...aged].toSorted()).toEqual([...read].toSorted());
    expect(alarms.filter(({ MetricName }) => MetricName.startsWith('heartbeat.'))).toHaveLength(beaten.length);
  });

  test.each(alarms.filter(({ id }) => /^Heartbeat|^SweepAlarmsMissing/.test(id)).map((alarm) => [alarm.id, alarm]))(
    '%s: missing data is bad news',
    (_, alarm) => {
      expect(alarm).toMatchObject({
        TreatMissingData: 'breaching',
        ComparisonOperator: 'LessThanThreshold',
        Threshold: 1,
      });
    },
  );
});

describe('for little money', () => {
  test('ten alarms are free: none without Slack is paid, and two with it', () => {
    for (const template of [silent, whole]) {
      for (const { Properties } of alarmsOf(template)) expect(Properties).not.toHaveProperty('Metrics');
    }
    expect(alarmsOf(silent).length).toBeLessThanOrEqual(10);
    expect(alarmsOf(whole).length).toBeLessThanOrEqual(12);
  });

  test('ten metrics are free: there are no more', () => {
    expect(Object.keys(metricUnits).length).toBeLessThanOrEqual(10);
  });
});
