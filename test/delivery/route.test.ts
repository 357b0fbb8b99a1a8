import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { KeyAlert } from '../../shared/alerts/alert.ts';
import { alertsSchema } from '../../shared/config/alerts-config.ts';
import { isUrgent, routeOf, type Routable } from '../../shared/delivery/route.ts';
import { severities } from '../../shared/rules/define-rule.ts';
import { deletionAlert, quietAlert } from '../support/memory-notifier.ts';

const topic = (name: string) => ({ topicArn: `arn:aws:sns:eu-west-1:111122223333:${name}` });
const channels = { ops: topic('ops'), orders: topic('orders') };
const configOf = (rest: object) => alertsSchema.parse({ channels, ...rest });
const subject: Routable = {
  severity: 'medium',
  account: '111122223333',
  rules: ['rotation-disabled'],
  tags: { team: 'orders' },
  urgent: false,
};
const toOf = (when: object, own: Partial<Routable> = {}) =>
  routeOf(configOf({ routes: [{ when, to: ['ops'] }] }), { ...subject, ...own }).to;

describe('a route fits', () => {
  test.each<[string, object]>([
    ['everything where it asks for nothing', {}],
    ['the severity and what is worse', { severity: 'medium' }],
    ['one of its accounts', { accounts: ['444455556666', '111122223333'] }],
    ['one of its rules', { rules: ['deletion-scheduled', 'rotation-disabled'] }],
    ['a tag with its value', { tags: { team: 'orders' } }],
    ['a tag with any value', { tags: { team: '*' } }],
    ['one of several tags', { tags: { owner: 'dana', team: 'orders' } }],
    ['all it asks for', { severity: 'low', accounts: ['111122223333'], tags: { team: '*' } }],
  ])('%s', (_, when) => expect(toOf(when)).toEqual(['ops']));
});

describe('the default topic hears of what no route fits', () => {
  test.each<[string, object, Partial<Routable>]>([
    ['a lesser severity', { severity: 'high' }, {}],
    ['another account', { accounts: ['444455556666'] }, {}],
    ['an account that is unknown', { accounts: ['444455556666'] }, { account: 'unknown' }],
    ['another rule', { rules: ['deletion-scheduled'] }, {}],
    ['another value of the tag', { tags: { team: 'invoices' } }, {}],
    ['no such tag', { tags: { owner: '*' } }, {}],
    ['a name that every object has', { tags: { constructor: '*' } }, {}],
  ])('%s', (_, when, own) => expect(toOf(when, own)).toEqual(['default']));
});

test('every route that fits counts, each channel once', () => {
  const routes = [{ to: ['ops', 'default'] }, { when: { tags: { team: 'orders' } }, to: ['orders', 'ops'] }];
  expect(routeOf(configOf({ routes }), subject).to).toEqual(['ops', 'default', 'orders']);
});

test('tags that are unknown leave nobody out: the default topic hears of it as well', () => {
  const routes = [{ to: ['ops'] }, { when: { tags: { team: 'orders' } }, to: ['orders'] }];
  expect(routeOf(configOf({ routes }), { ...subject, tags: null }).to).toEqual(['ops', 'default']);
});

describe('what is less severe waits for the digest', () => {
  const quiet = configOf({ quiet: { below: 'medium' } });
  test.each([
    ['info', 'digest'],
    ['low', 'digest'],
    ['medium', 'now'],
    ['critical', 'now'],
  ] as const)('%s: %s', (severity, when) => expect(routeOf(quiet, { ...subject, severity }).when).toBe(when));
  test('nothing waits where nothing is quiet', () =>
    expect(routeOf(configOf({}), { ...subject, severity: 'info' }).when).toBe('now'));
});

describe('urgent is', () => {
  test.each<[string, Partial<KeyAlert>]>([
    ['a key that is pending deletion', { keyState: 'PendingDeletion' }],
    ['a primary that waits for its replicas', { keyState: 'PendingReplicaDeletion' }],
    ['a key with a deletion date', { deletionDate: '2026-12-01T00:00:00Z' }],
    ['a key in a state that is unknown', { keyState: null }],
    ['a call that wanted it, in vain', { eventName: 'ScheduleKeyDeletion' }],
    ['a deletion that was cancelled', { outcomes: [{ remedy: 'cancelKeyDeletion', outcome: 'done', detail: '' }] }],
  ])('%s', (_, own) => expect(isUrgent(quietAlert(1, own))).toBe(true));
  test('an event that nobody could read', () =>
    expect(isUrgent({ kind: 'unreadable', eventID: null, guard: 'g', reason: 'r', excerpt: 'e' })).toBe(true));
  test('nothing else', () => expect(isUrgent(quietAlert(1))).toBe(false));
});

test('nothing about a pending deletion ever waits, whatever the routing says', () => {
  const severity = fc.constantFrom(...severities);
  const when = fc.record({
    severity,
    accounts: fc.subarray(['111122223333', '444455556666']),
    tags: fc.constantFrom({}, { team: '*' }, { team: 'orders' }),
    rules: fc.subarray(['deletion-scheduled', 'rotation-disabled']),
  });
  const to = fc.subarray(['ops', 'orders', 'default'], { minLength: 1 });
  const routes = fc.array(fc.record({ when, to }), { maxLength: 4 });
  const quiet = fc.record({ below: severity, digestHour: fc.integer({ min: 0, max: 23 }) });
  fc.assert(
    fc.property(
      routes,
      quiet,
      severity,
      fc.option(fc.constant({ team: 'x' }), { nil: null }),
      (some, hours, bad, tags) => {
        const alert = deletionAlert(1, { severity: bad });
        const urgent = isUrgent(alert);
        const routed = routeOf(configOf({ routes: some, quiet: hours }), { ...subject, severity: bad, tags, urgent });
        expect(routed.when).toBe('now');
        expect(routed.to.length).toBeGreaterThan(0);
      },
    ),
  );
});
