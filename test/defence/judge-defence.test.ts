import { describe, expect, test } from 'vitest';
import { judgeDefence } from '../../shared/defence/judge-defence.ts';
import { type DefenceCall, parseDefence } from '../../shared/defence/parse-defence.ts';
import { watchedServices } from '../../shared/defence/watched.ts';
import { defenceEvent, resourcesOf } from '../support/defence-records.ts';

const machine = 'arn:aws:states:eu-west-1:111122223333:stateMachine:SweepStepsMachine1A2B-Zz9';
const names = ['KmsGuard', 'KmsGuardMember', 'StackSet-KmsGuard*', 'kms-guard-responder', machine];

const callOf = (event: unknown): DefenceCall => {
  const parsed = parseDefence(event);
  if (parsed.unreadable || parsed.call === null) throw new Error(`not read: ${JSON.stringify(parsed)}`);
  return parsed.call;
};
const judged = (...event: Parameters<typeof defenceEvent>) => judgeDefence(callOf(defenceEvent(...event)), names);
const severityOf = (...event: Parameters<typeof defenceEvent>): string => {
  const verdict = judged(...event);
  return verdict.own ? verdict.severity : 'none';
};

const every = watchedServices.flatMap((service) =>
  service.events.map((event) => [service.service, event.name, { service, event }] as const),
);
const guards = every.filter(([, , { service }]) => !service.anybodys);

describe.each(guards)('%s %s', (of, _, { service, event }) => {
  const { own, other } = resourcesOf(of);

  test('about the guard is critical, whoever it was', () => {
    expect(judged(service, event, { request: own })).toEqual({
      own: true,
      severity: 'critical',
      reasons: [{ id: 'by-somebody' }],
    });
  });

  test("about somebody else's is nobody's business", () => {
    expect(judged(service, event, { request: other })).toEqual({ own: false });
    expect(judged(service, event, { request: {} })).toEqual({ own: false });
  });

  test('is an attempt where it failed', () => {
    expect(judged(service, event, { request: own, errorCode: 'AccessDenied' })).toEqual({
      own: true,
      severity: 'high',
      reasons: [{ id: 'by-somebody' }, { id: 'attempt', errorCode: 'AccessDenied' }],
    });
  });

  test('is said more quietly of a deployment', () => {
    const by = 'cloudformation.amazonaws.com';
    expect(severityOf(service, event, { request: own, by })).toBe(event.effect === 'removes' ? 'high' : 'medium');
    expect(severityOf(service, event, { request: own, by, errorCode: 'Throttling' })).toBe('medium');
  });
});

describe('who deploys is told by AWS', () => {
  const events = { service: 'events' };
  const put = { name: 'PutTargets' };
  const request = { rule: 'KmsGuard-Rule' };

  test.each(['cloudformation.amazonaws.com', 'member.org.stacksets.cloudformation.amazonaws.com'])('%s', (by) => {
    expect(severityOf(events, put, { request, by })).toBe('medium');
  });

  test.each(['cloudformation.amazonaws.com.evil.example', 'evil-cloudformation.amazonaws.com', '198.51.100.23'])(
    'not %s',
    (by) => {
      expect(severityOf(events, put, { request, by })).toBe('critical');
    },
  );

  test('a role that calls itself so is no deployment', () => {
    const role = 'cdk-hnb659fds-cfn-exec-role-111122223333-eu-west-1';
    expect(severityOf(events, put, { request, role })).toBe('critical');
  });
});

describe('what the guard is called', () => {
  const about = (roleName: string) => judged({ service: 'iam' }, { name: 'DeleteRole' }, { request: { roleName } }).own;

  test.each([
    'KmsGuard-DeletionGuardRole1A2B-Zz9',
    'KmsGuardMember-ForwardingRole1A2B-Zz9',
    'StackSet-KmsGuardOrganiz-ForwardingRole1A2B-Zz9',
    'kms-guard-responder',
  ])('%s', (name) => expect(about(name)).toBe(true));

  test.each(['KmsGuardOther-Role', 'MyKmsGuard-Role', 'Kms', 'StackSet-Kms', 'kms-guard', ''])('not %s', (name) =>
    expect(about(name)).toBe(false),
  );

  test('a stack by its own name, a state machine by its ARN', () => {
    const stack = (stackName: string) =>
      judged({ service: 'cloudformation' }, { name: 'DeleteStack' }, { request: { stackName } }).own;
    expect(stack('KmsGuard')).toBe(true);
    expect(stack('arn:aws:cloudformation:eu-west-1:111122223333:stack/KmsGuard/0a1b2c3d')).toBe(true);
    expect(stack('KmsGuardian')).toBe(false);
    const state = (stateMachineArn: string) =>
      judged({ service: 'states' }, { name: 'DeleteStateMachine' }, { request: { stateMachineArn } }).own;
    expect(state(machine)).toBe(true);
    expect(state(`${machine}a`)).toBe(false);
  });

  test('a rule of another name on a bus of the guard, a mapping by what it answers', () => {
    const rule = { name: 'mine', eventBusName: 'KmsGuard-members' };
    expect(judged({ service: 'events' }, { name: 'PutRule' }, { request: rule }).own).toBe(true);
    const mapping = (functionArn: string) => {
      const some = { request: { uUID: '0a1b2c3d' }, response: { functionArn } };
      return judged({ service: 'lambda' }, { name: 'DeleteEventSourceMapping20150331' }, some).own;
    };
    expect(mapping('arn:aws:lambda:eu-west-1:111122223333:function:KmsGuard-DeletionGuard')).toBe(true);
    expect(mapping('arn:aws:lambda:eu-west-1:111122223333:function:Other-KmsGuard')).toBe(false);
  });
});

describe('names that stand elsewhere in the record', () => {
  const arn = (of: string, resource: string): string => `arn:aws:${of}:eu-west-1:111122223333:${resource}`;
  const ledger = (name: string) => ({ resourceArn: arn('dynamodb', `table/${name}`), policy: '{}' });
  const topic = (name: string) => ({ resourceArn: arn('sns', name) });
  const subscription = (name: string) => ({
    subscriptionArn: `${arn('sns', name)}:0a1b2c3d-1111-2222-3333-444455556666`,
    attributeName: 'FilterPolicy',
  });
  const muted = (name: string) => ({ name: 'night', muteTargets: { alarmNames: ['other', name] } });
  const group = (name: string) => ({ resourceIdentifier: arn('logs', `log-group:${name}`) });

  test.each([
    ['dynamodb', 'PutResourcePolicy', ledger],
    ['sns', 'PutDataProtectionPolicy', topic],
    ['sns', 'SetSubscriptionAttributes', subscription],
    ['monitoring', 'PutAlarmMuteRule', muted],
    ['logs', 'AssociateKmsKey', group],
  ])('%s %s', (service, name, request) => {
    const own = (resource: string) => judged({ service }, { name }, { request: request(resource) }).own;
    expect(own('KmsGuard-Thing1A2B-Zz9')).toBe(true);
    expect(own('KmsGuardian-Thing1A2B-Zz9')).toBe(false);
  });
});

describe('a trail, whoever it belongs to', () => {
  const trail = { service: 'cloudtrail' };
  const basic = (selector: object) => ({ trailName: 'main', eventSelectors: [selector] });
  const advanced = (...fieldSelectors: object[]) => ({ advancedEventSelectors: [{ fieldSelectors }] });
  const management = { field: 'eventCategory', equals: ['Management'] };
  const all = { readWriteType: 'All', includeManagementEvents: true };

  test.each([
    ['stopped', 'StopLogging', { name: 'main' }, 'critical'],
    ['deleted', 'DeleteTrail', { name: 'main' }, 'critical'],
    ['changed', 'UpdateTrail', { name: 'main', s3BucketName: 'logs' }, 'high'],
    ['cut to one Region', 'UpdateTrail', { name: 'main', isMultiRegionTrail: false }, 'critical'],
    ['made wider', 'UpdateTrail', { name: 'main', isMultiRegionTrail: true }, 'high'],
    ['of everything', 'PutEventSelectors', basic(all), 'high'],
    [
      'without KMS',
      'PutEventSelectors',
      basic({ ...all, excludeManagementEventSources: ['kms.amazonaws.com'] }),
      'critical',
    ],
    [
      'without RDS',
      'PutEventSelectors',
      basic({ ...all, excludeManagementEventSources: ['rdsdata.amazonaws.com'] }),
      'high',
    ],
    ['of reads only', 'PutEventSelectors', basic({ ...all, readWriteType: 'ReadOnly' }), 'critical'],
    ['of no management events', 'PutEventSelectors', basic({ ...all, includeManagementEvents: false }), 'critical'],
    ['of nothing', 'PutEventSelectors', { trailName: 'main' }, 'critical'],
    ['advanced, of everything', 'PutEventSelectors', advanced(management), 'high'],
    [
      'advanced, without KMS',
      'PutEventSelectors',
      advanced(management, { field: 'eventSource', notEquals: ['kms.amazonaws.com'] }),
      'critical',
    ],
    ['advanced, of data only', 'PutEventSelectors', advanced({ field: 'eventCategory', equals: ['Data'] }), 'critical'],
  ])('%s', (_, name, request, severity) => {
    expect(severityOf(trail, { name }, { request })).toBe(severity);
  });

  test('an attempt is high, a deployment that blinds is not quiet', () => {
    expect(severityOf(trail, { name: 'StopLogging' }, { errorCode: 'AccessDenied' })).toBe('high');
    const by = 'cloudformation.amazonaws.com';
    expect(severityOf(trail, { name: 'UpdateTrail' }, { request: { isMultiRegionTrail: false }, by })).toBe('high');
    expect(severityOf(trail, { name: 'UpdateTrail' }, { request: {}, by })).toBe('medium');
  });
});
