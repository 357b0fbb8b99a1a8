import { describe, expect, test } from 'vitest';
import type { Delivery } from '../../../local/bridge/kms-exchange.ts';
import { lookupEvents } from '../../../local/bridge/lookup-events.ts';

const PLACE = { account: '111122223333', region: 'eu-west-1' };
const ARN = 'arn:aws:kms:eu-west-1:111122223333:key/0a1b2c3d-1111-2222-3333-444455556666';

function written(eventName: string, eventTime: string, at: Partial<Delivery> = {}): Delivery {
  const userIdentity = { arn: 'arn:aws:sts::111122223333:assumed-role/PlatformAdmin/dana@example.com' };
  const resources = [{ ARN, type: 'AWS::KMS::Key', accountId: PLACE.account }];
  const record = { eventID: eventName, eventName, eventTime, readOnly: false, userIdentity, resources };
  return { ...PLACE, detailType: 'AWS API Call via CloudTrail', record, ...at };
}

const RECORDS = [
  written('CreateKey', '2026-11-20T09:00:00Z'),
  written('DisableKey', '2026-11-20T10:00:00Z'),
  written('EnableKey', '2026-11-20T11:00:00Z', { region: 'us-east-2' }),
  written('ScheduleKeyDeletion', '2026-11-20T12:00:00Z'),
];
const names = (request: object) => {
  const { Events } = lookupEvents(RECORDS, PLACE, { ...request });
  return Array.isArray(Events) ? Events.map((event: { EventName: string }) => event.EventName) : Events;
};
const by = (AttributeKey: string, AttributeValue: string) => ({ LookupAttributes: [{ AttributeKey, AttributeValue }] });

describe('lookupEvents', () => {
  test('lists the newest first, of this Region', () => {
    expect(names({})).toEqual(['ScheduleKeyDeletion', 'DisableKey', 'CreateKey']);
  });

  test.each([
    [by('EventName', 'DisableKey'), ['DisableKey']],
    [by('ResourceName', ARN), ['ScheduleKeyDeletion', 'DisableKey', 'CreateKey']],
    [by('ResourceName', `${ARN}0`), []],
    [by('Username', 'dana@example.com'), ['ScheduleKeyDeletion', 'DisableKey', 'CreateKey']],
    [{ StartTime: Date.parse('2026-11-20T10:00:00Z') / 1000 }, ['ScheduleKeyDeletion', 'DisableKey']],
    [{ EndTime: Date.parse('2026-11-20T10:00:00Z') / 1000 }, ['DisableKey', 'CreateKey']],
  ])('%o finds %o', (request, found) => expect(names(request)).toEqual(found));

  test('gives pages', () => {
    expect(lookupEvents(RECORDS, PLACE, { MaxResults: 2 })).toMatchObject({ NextToken: '2' });
    expect(names({ MaxResults: 2, NextToken: '2' })).toEqual(['CreateKey']);
    expect(lookupEvents(RECORDS, PLACE, { MaxResults: 2, NextToken: '2' })).not.toHaveProperty('NextToken');
  });

  test('carries the whole record as text', () => {
    const { Events } = lookupEvents(RECORDS, PLACE, by('EventName', 'CreateKey'));
    expect(Events).toMatchObject([{ CloudTrailEvent: JSON.stringify(RECORDS[0]?.record), ReadOnly: 'false' }]);
  });
});
