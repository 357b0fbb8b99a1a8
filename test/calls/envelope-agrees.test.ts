import { describe, expect, it } from 'vitest';
import { parseCall } from '../../shared/calls/parse.ts';
import { fixture } from './fixtures.ts';

const event = (changes: Record<string, unknown>): unknown => fixture('event-schedule-key-deletion', changes);

describe('an event is believed about the account and Region that it comes from', () => {
  it('reads one whose envelope says what its record says', () => {
    expect(parseCall(event({}))).toMatchObject({ unreadable: false });
  });

  it('reads a record without its envelope, as from a file', () => {
    expect(parseCall(event({ account: undefined, region: undefined }))).toMatchObject({ unreadable: false });
  });

  it.each([
    ['account', '999988887777', '111122223333'],
    ['region', 'us-east-1', 'eu-west-1'],
  ])('reports one of another %s as forged', (name, sent, told) => {
    expect(parseCall(event({ [name]: sent }))).toEqual({
      unreadable: true,
      reason: `$.${name}: forged, it comes from "${sent}" and tells of ${told}`,
      eventID: expect.any(String),
    });
  });

  it('reports one whose envelope is malformed', () => {
    expect(parseCall(event({ account: 7 }))).toMatchObject({
      unreadable: true,
      reason: expect.stringMatching(/^\$\.account: forged/),
    });
  });
});
