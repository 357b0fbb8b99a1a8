import { assert, constantFrom, integer, jsonValue, property } from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ParsedCall } from '../../shared/calls/call.ts';
import { parseCall } from '../../shared/calls/parse.ts';
import { fixtures } from './fixtures.ts';
import { mutate, seededRandom } from './mutate.ts';

const records = [...fixtures.values()];

/** What holds for anything that comes in. */
const isSound = (parsed: ParsedCall): boolean => {
  if (parsed.unreadable) return /^\$[^\n]{1,300}$/.test(parsed.reason);
  const { account, region, keyArn, time, eventID } = parsed.call;
  const whole = /^\d{12}$/.test(account) && /^[a-z0-9-]{6,40}$/.test(region) && Number.isFinite(time);
  return (
    whole && /^[\x21-\x7e]{1,128}$/.test(eventID) && (keyArn === null || /^arn:aws[a-z-]*:kms:[^\s]+$/.test(keyArn))
  );
};

describe('parseCall never throws, and what it reads is sound', () => {
  it('for any JSON', () => {
    assert(
      property(jsonValue(), (value) => {
        expect(isSound(parseCall(value))).toBe(true);
      }),
      { numRuns: 4_000 },
    );
  });

  it('for any JSON in the place of a record, an event or an item', () => {
    const places = [
      (value: unknown) => ({ eventSource: 'kms.amazonaws.com', ...Object(value) }),
      (detail: unknown) => ({ 'detail-type': 'AWS API Call via CloudTrail', detail }),
      (detail: unknown) => ({ 'detail-type': 'KMS CMK Deletion', source: 'aws.kms', detail }),
      (value: unknown) => ({ CloudTrailEvent: JSON.stringify(value) }),
    ];
    assert(
      property(constantFrom(...places), jsonValue(), (place, value) => {
        expect(isSound(parseCall(place(value)))).toBe(true);
      }),
      { numRuns: 4_000 },
    );
  });

  it('for mutated records', () => {
    assert(
      property(constantFrom(...records), integer(), (record, seed) => {
        expect(isSound(parseCall(mutate(record, seededRandom(seed))))).toBe(true);
      }),
      { numRuns: 12_000 },
    );
  });
});
