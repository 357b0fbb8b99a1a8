import { describe, expect, it } from 'vitest';
import { foundByC7n, foundByGuard, foundByProwler } from '../../../bench/sweep-peers/found.ts';

const arn = (id: string): string => `arn:aws:kms:eu-west-1:111122223333:key/${id}`;
const expected = { unrotated: ['a', 'b'], open: ['c'], pending: ['d'] };

describe('what each tool found', () => {
  it('reads violations and states of kms-guard, and no undetermined verdict', () => {
    const finding = (rule: string, id: string, verdict = 'violation') => ({ rule, verdict, keyArn: arn(id) });
    const findings = [
      finding('rotation-disabled', 'b'),
      finding('policy-public', 'c'),
      finding('rotation-disabled', 'a'),
      finding('rotation-disabled', 'e', 'undetermined'),
      { ...finding('trail-blind', 'f'), keyArn: null },
    ];
    const keyRows = [
      { keyArn: arn('d'), state: 'PendingDeletion' },
      { keyArn: arn('a'), state: 'Enabled' },
      { keyArn: arn('e'), state: null },
    ];
    expect(foundByGuard(JSON.stringify({ findings, keyRows }))).toEqual(expected);
  });

  it('reads the resources of each policy of c7n', () => {
    const of = (...ids: readonly string[]): string =>
      JSON.stringify(ids.map((KeyId) => ({ KeyId, KeyState: 'Enabled' })));
    expect(foundByC7n({ unrotated: of('b', 'a'), open: of('c'), pending: of('d') })).toEqual(expected);
  });

  it('reads what fails from the report of Prowler', () => {
    const rows = [
      `kms_cmk_rotation_enabled;FAIL;"off; for ""long""";${arn('b')}`,
      `kms_cmk_rotation_enabled;FAIL;off;${arn('a')}`,
      `kms_cmk_rotation_enabled;PASS;on;${arn('c')}`,
      `kms_key_not_publicly_accessible;FAIL;open;${arn('c')}`,
      `kms_cmk_not_deleted_unintentionally;FAIL;going;${arn('d')}`,
      `kms_key_not_publicly_accessible;MANUAL;unread;${arn('a')}`,
    ];
    expect(foundByProwler(['CHECK_ID;STATUS;STATUS_EXTENDED;RESOURCE_UID', ...rows].join('\n'))).toEqual(expected);
  });

  it('throws where a report has another shape', () => {
    expect(() => foundByGuard('{"findings":[]}')).toThrow('keyRows');
    expect(() => foundByC7n({ unrotated: '{}', open: '[]', pending: '[]' })).toThrow('array');
  });
});
