import { describe, expect, it } from 'vitest';
import { apiOf } from '../../../bench/sweep-peers/api-of.ts';

describe('apiOf', () => {
  it.each([
    ['TrentService.DescribeKey', 'DescribeKey'],
    ['com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.LookupEvents', 'LookupEvents'],
  ])('takes the operation of %s from the header, whatever the body', (target, api) => {
    expect(apiOf({ 'x-amz-target': target }, Buffer.from('Action=Other'))).toBe(api);
  });

  it('takes the action of the query protocol from the form', () => {
    expect(apiOf({}, Buffer.from('Version=2011-06-15&Action=GetCallerIdentity'))).toBe('GetCallerIdentity');
  });

  it('counts what names no operation all the same', () => {
    expect(apiOf({}, Buffer.from('{}'))).toBe('unknown');
  });
});
