import { describe, expect, it } from 'vitest';
import { unreadableLine } from '../../cli/replay-output.ts';
import { visible } from '../../cli/visible.ts';
import { allow, delegation, FOREIGN, OWN } from '../support/policy-fixtures.ts';
import { file, policy, policyFile, run } from '../support/run-policy.ts';

const open = allow('*', 'kms:Decrypt', { Sid: 'Open' });

it('writes out what a terminal would obey or hide, and leaves everything else', () => {
  expect(visible('a\u001B[31m\r\u202E\u{E0001}')).toBe('a\\u001b[31m\\u000d\\u202e\\ue0001');
  expect(visible('\tÄ 漢 😀\n')).toBe('\tÄ 漢 😀\n');
});

it('an unreadable file is named without its control characters', () => {
  const line = unreadableLine({ file: 'a\u001B[8m.gz', record: 1, reason: 'not JSON' }, false);
  expect(line).toBe('unreadable  a\\u001b[8m.gz, record 1: not JSON\n');
});

describe('what a person reads', () => {
  const evil = '\u001B[8m\u0007\u009B\u00AD';
  const statement = allow('*', 'kms:Decrypt', {
    Sid: `a${evil}`,
    Condition: { StringEquals: { [`aws:PrincipalTag/x${evil}`]: evil } },
  });
  const pinned = {
    ...statement,
    Condition: { StringEquals: { 'aws:PrincipalOrgID': `o-${evil}`, 'kms:CallerAccount': OWN } },
  };
  const request = ['--principal', `arn:aws:iam::${FOREIGN}:role/${evil}`, '--action', 'Decrypt'];
  // Raw, as JSON permits it of what lies above the first 32.
  const raw = file(JSON.stringify(policy(delegation, statement)).replace('"Sid":"a', '"Sid":"\u009Ba'));
  const key = { Type: 'AWS::KMS::Key', Properties: { KeyPolicy: policy({ ...statement, Effect: evil }) } };

  it.each([
    ['check', ['check', raw, '--account', OWN]],
    ['check of a stranger kept out', ['check', file(JSON.stringify(policy(pinned))), '--account', OWN]],
    ['check of a template', ['check', file(JSON.stringify({ Resources: { [`K${evil}`]: key } })), '--account', OWN]],
    ['can', ['can', raw, ...request]],
    ['diff', ['diff', policyFile(delegation), raw, '--account', OWN]],
  ])('%s: nothing in a policy steers the terminal', async (_name, args) => {
    const { out } = await run(args);
    expect(out).toContain('\\u');
    expect(out).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}]/u);
  });

  it('keeps lines that end in a carriage return, and tabs', async () => {
    const text = JSON.stringify(policy(delegation, open), null, '\t').replaceAll('\n', '\r\n');
    const { out } = await run(['check', file(text), '--account', OWN]);
    expect(out).toMatch(/\| \t+"Sid": "Open"$/m);
    expect(out).not.toContain('\\u');
  });
});
