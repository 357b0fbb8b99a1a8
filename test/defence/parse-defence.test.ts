import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseDefence, parseDefenceBody } from '../../shared/defence/parse-defence.ts';
import { watchedServices } from '../../shared/defence/watched.ts';
import { defenceEvent } from '../support/defence-records.ts';
import { envelope, record } from '../support/records.ts';

const stop = defenceEvent({ service: 'cloudtrail' }, { name: 'StopLogging' }, { request: { name: 'main' } });
const detailOf = (event: Record<string, unknown>): Record<string, unknown> => Object(event['detail']);

describe('reads', () => {
  test('a call of the table', () => {
    expect(parseDefence(stop)).toMatchObject({
      unreadable: false,
      call: {
        eventName: 'StopLogging',
        account: '111122223333',
        region: 'eu-west-1',
        resources: ['main'],
        errorCode: null,
        actor: { type: 'AssumedRole', arn: expect.stringContaining('PlatformAdmin') },
      },
    });
  });

  test.each(['Name', 'name', 'NAME'])('a name whose field is written %s', (field) => {
    const event = defenceEvent({ service: 'scheduler' }, { name: 'DeleteSchedule' }, { request: { [field]: 'mine' } });
    expect(parseDefence(event)).toMatchObject({ call: { resources: ['mine'] } });
  });

  test('nothing of what is not in the table', () => {
    const others = [
      envelope(record({ eventName: 'ScheduleKeyDeletion' })),
      defenceEvent({ service: 'cloudtrail' }, { name: 'StartLogging' }),
      // A name of another service's.
      defenceEvent({ service: 'sqs' }, { name: 'StopLogging' }),
      { ...stop, detail: {} },
    ];
    for (const event of others) expect(parseDefence(event)).toEqual({ unreadable: false, call: null });
  });

  test('an error that is no text as an attempt, never as a deed', () => {
    const event = { ...stop, detail: { ...detailOf(stop), errorCode: { code: 1 } } };
    expect(parseDefence(event)).toMatchObject({ call: { errorCode: 'unknown' } });
  });
});

test.each([
  ['account', '999988887777'],
  ['region', 'us-east-1'],
])('an event of another %s than it comes from is forged', (name, sent) => {
  expect(parseDefence({ ...stop, [name]: sent })).toMatchObject({
    unreadable: true,
    reason: expect.stringMatching(/forged/),
  });
});

test.each([
  ['no object', 7, /not an object/],
  ['no detail', { detail: null }, /\$\.detail/],
  [
    'no account',
    { ...stop, detail: { ...detailOf(stop), recipientAccountId: undefined } },
    /recipientAccountId: missing/,
  ],
  ['a malformed id', { ...stop, detail: { ...detailOf(stop), eventID: 'a b' } }, /eventID: malformed/],
])('says what is wrong with %s', (_, event, reason) => {
  expect(parseDefence(event)).toMatchObject({ unreadable: true, reason: expect.stringMatching(reason) });
});

test('never throws, and never takes more than an alert has room for', () => {
  const part = fc.oneof(fc.jsonValue(), fc.constantFrom('main', ['a'.repeat(2_000)], Array(100).fill('b')));
  const fieldNames = ['name', 'userIdentity', 'requestParameters', 'responseElements', 'errorCode', 'eventID'];
  const service = fc.constantFrom(...watchedServices);
  fc.assert(
    fc.property(service, fc.constantFrom(...fieldNames), part, fc.string(), (of, field, value, body) => {
      const [event = { name: '' }] = of.events;
      const made = defenceEvent(of, event, { request: { [of.namedBy[0] ?? '']: value } });
      const parsed = parseDefence({ ...made, detail: { ...detailOf(made), [field]: value } });
      if (!parsed.unreadable && parsed.call !== null) {
        expect(parsed.call.resources.length).toBeLessThanOrEqual(20);
        for (const name of parsed.call.resources) expect(name.length).toBeLessThanOrEqual(512);
      }
      parseDefence(value);
      parseDefence({ detail: value });
      parseDefenceBody(body);
    }),
    { numRuns: 300 },
  );
});
