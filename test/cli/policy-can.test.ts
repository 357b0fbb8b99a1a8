import { describe, expect, it } from 'vitest';
import { allow, delegation, FOREIGN, KEY_ARN, OWN, type Part, root } from '../support/policy-fixtures.ts';
import { policy, policyFile, run } from '../support/run-policy.ts';

const partner = allow(root(FOREIGN), 'kms:Decrypt', { Sid: 'Partner' });

describe('policy can', () => {
  const asking = ['--principal', `arn:aws:iam::${FOREIGN}:role/x`, '--action', 'kms:Decrypt'];
  const pinned = { ...partner, Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-ext0000001' } } };

  it('answers yes with status 0 and no with 1, and says why', async () => {
    const path = policyFile(delegation, pinned);
    const no = await run(['can', path, ...asking, '--json']);
    expect([no.status, JSON.parse(no.out)]).toEqual([
      1,
      {
        decision: 'ImplicitDeny',
        statements: [],
        because: 'no statement allows it: Partner stops at StringEquals aws:PrincipalOrgID o-ext0000001',
        certain: true,
      },
    ]);
    const yes = await run(['can', path, ...asking, '--context', 'aws:PrincipalOrgID=o-ext0000001', '--json']);
    expect([yes.status, JSON.parse(yes.out)]).toMatchObject([0, { decision: 'Allow', statements: ['Partner'] }]);
    expect((await run(['can', path, ...asking])).out).toMatch(/^ImplicitDeny: .* cannot kms:Decrypt, because /);
  });

  it('fills in what an AWS principal always carries, from an own line of a batch', async () => {
    const own = policy(
      allow('*', 'kms:*', {
        Condition: { StringEquals: { 'kms:CallerAccount': OWN, 'aws:PrincipalArn': `arn:aws:iam::${OWN}:role/App` } },
      }),
    );
    const line = (id: string, request: Part): string =>
      JSON.stringify({ id, policy: own, request: { action: 'kms:Decrypt', resource: KEY_ARN, ...request } });
    const text = [
      line('role', { principal: `arn:aws:iam::${OWN}:role/App`, principalType: 'AWS' }),
      line('session', { principal: `arn:aws:sts::${OWN}:assumed-role/App/s`, principalType: 'AWS', context: {} }),
      line('set', {
        principal: `arn:aws:iam::${OWN}:role/App`,
        principalType: 'AWS',
        context: { 'KMS:CallerAccount': FOREIGN },
      }),
      line('service', { principal: 's3.amazonaws.com', principalType: 'Service' }),
      line('nobody', { principal: '*', context: { x: [] } }),
      line('wrong', { principal: 5 }),
    ].join('\n');
    const { status, out } = await run(['can', '--batch', '-'], text);
    expect(
      out
        .trimEnd()
        .split('\n')
        .map((answer) => JSON.parse(answer) as unknown),
    ).toEqual([
      { id: 'role', decision: 'Allow' },
      { id: 'session', decision: 'Allow' },
      { id: 'set', decision: 'ImplicitDeny' },
      { id: 'service', decision: 'ImplicitDeny' },
      { id: 'nobody', decision: 'ImplicitDeny' },
      { id: 'wrong', error: '$.request.principal: expected a string' },
    ]);
    expect(status).toBe(3);
  });

  it.each([
    [['--principal', FOREIGN], `as arn:aws:iam::${FOREIGN}:root`],
    [['--principal', 's3'], '"s3" is no ARN'],
    [['--principal', ''], '"" is no ARN'],
    [['--action', 'kms:*'], '"kms:*" is not one action'],
    [['--key', 'alias/app'], '"alias/app" is not the ARN of a key'],
  ])('a request that AWS never sends is no Deny but bad usage: %j', async (more, problem) => {
    await expect(run(['can', policyFile(delegation, partner), ...asking, ...more])).rejects.toThrow(problem);
  });

  it.each(['constructor', '__proto__', 'toString'])(
    'takes a context key %s for a name like any other',
    async (name) => {
      const path = policyFile({ ...partner, Condition: { StringEquals: { [name]: 'a' } } });
      const args = ['can', path, ...asking];
      expect((await run([...args, '--context', `${name}=a`])).out).toMatch(/^Allow/);
      const request = { principal: `arn:aws:iam::${FOREIGN}:role/x`, action: 'kms:Decrypt' };
      const context = `{"${name}":"a"}`;
      const line = JSON.stringify({
        policy: policy({ ...partner, Condition: { StringEquals: { [name]: 'a' } } }),
        request,
      });
      const { out } = await run(
        ['can', '--batch', '-'],
        line.replace('"kms:Decrypt"}', `"kms:Decrypt","context":${context}}`),
      );
      expect(out).toContain('"Allow"');
    },
  );
});
