import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { KeyAlert } from '../../shared/alerts/alert.ts';
import { policyChangeOf } from '../../shared/alerts/policy-change.ts';
import { renderAlert } from '../../shared/alerts/render.ts';
import { configSchema, defaultConfig } from '../../shared/config/config.ts';
import { type Facts, known, unknown } from '../../shared/facts/facts.ts';
import { guardOver } from '../support/guard.ts';
import { memoryKey } from '../support/memory-key.ts';
import { memoryPorts } from '../support/memory-ports.ts';
import { perfectFacts } from '../support/perfect-key.ts';
import {
  lockedPolicy,
  policyOf,
  policyStandIn,
  publicPolicy,
  putPolicy,
  rootPolicy,
  rootPolicyRewritten,
  statement,
} from '../support/policies.ts';
import { body, keyArn } from '../support/records.ts';

const at = '2026-11-01T00:00:00.000Z';
const factsOf = (after: string, ...before: readonly string[]): Facts => ({
  ...perfectFacts,
  policy: known(after),
  policyHistory: known({ versions: before.map((policy) => ({ policy, at, source: 'e0', good: true })) }),
});
const change = (after: string, ...before: readonly string[]) =>
  policyChangeOf(factsOf(after, ...before), defaultConfig);

describe('policyChangeOf', () => {
  it('tells who gained what, against the last policy only', () => {
    expect(change(publicPolicy, rootPolicy, publicPolicy)).toMatchObject({
      since: at,
      becamePublic: true,
      becameUnmanageable: false,
      gained: [
        { who: 'public', principal: '*', actions: ['kms:Decrypt', 'kms:Encrypt'], statements: ['Open'], certain: true },
      ],
      lost: [],
    });
  });

  it('tells who lost what', () => {
    const managed = statement({ action: 'kms:*Policy' });
    const role = statement({
      sid: 'Reader',
      principal: { AWS: 'arn:aws:iam::111122223333:role/reader' },
      action: 'kms:Decrypt',
    });
    const reader = change(policyOf(managed), policyOf(managed, role));
    expect(reader?.gained).toEqual([]);
    expect(reader?.lost).toMatchObject([
      { who: 'account', principal: expect.stringContaining('role/reader'), actions: ['kms:Decrypt'], delegated: false },
    ]);
    expect(change(lockedPolicy, rootPolicy)).toMatchObject({ becameUnmanageable: true });
  });

  it('marks what the account may hand out', () => {
    const handedOut = change(rootPolicy, lockedPolicy)?.gained;
    expect(handedOut?.length).toBeGreaterThan(0);
    expect(handedOut?.every(({ delegated }) => delegated)).toBe(true);
  });

  it('knows whom the configuration trusts', () => {
    const outside = policyOf(
      statement(),
      statement({ sid: 'Vendor', principal: { AWS: '999988887777' }, action: 'kms:Decrypt' }),
    );
    const config = configSchema.parse({ trust: { accounts: ['999988887777'] } });
    expect(change(outside, rootPolicy)?.gained[0]?.who).toBe('external');
    expect(policyChangeOf(factsOf(outside, rootPolicy), config)?.gained[0]?.who).toBe('trusted');
  });

  it.each<[string, Facts]>([
    ['the first policy of a key', factsOf(publicPolicy)],
    ['a reordering', factsOf(rootPolicyRewritten, rootPolicy)],
    ['an unknown policy', { ...factsOf('', rootPolicy), policy: unknown('access-denied', '') }],
    ['an unknown history', { ...factsOf(publicPolicy), policyHistory: unknown('failed', '') }],
    ['a policy that nobody can read', factsOf('{"Statement":', rootPolicy)],
    ['an earlier one that nobody can read', factsOf(publicPolicy, 'x')],
  ])('has nothing to say of %s', (_, facts) => {
    expect(policyChangeOf(facts, defaultConfig)).toBeNull();
  });

  it('names a service that acts for everybody inside', () => {
    const inside = statement({ sid: 'Inside', principal: '*', action: 'kms:Decrypt' });
    const bound = { ...inside, Condition: { StringEquals: { 'aws:SourceAccount': '111122223333' } } };
    const subjects = change(policyOf(statement(), bound), rootPolicy)?.gained.map(({ subject }) => subject);
    expect(subjects).toEqual(['Any AWS service on behalf of somebody inside']);
  });

  it('keeps its lists short, strangers first, and says how many more there are', () => {
    const many = Array.from({ length: 30 }, (_, n) =>
      statement({ sid: `Role${n}`, principal: { AWS: `arn:aws:iam::111122223333:role/r${n}` }, action: 'kms:Decrypt' }),
    );
    const open = statement({ sid: 'Open', principal: '*', action: 'kms:Sign' });
    const managed = statement({ action: 'kms:*Policy' });
    const found = change(policyOf(managed, ...many, open), policyOf(managed));
    expect(found?.gained).toHaveLength(12);
    expect(found?.gained[0]?.who).toBe('public');
    expect(found?.more.gained).toBeGreaterThan(15);
  });
});

const alertOf = async (policy: string, config = defaultConfig): Promise<KeyAlert> => {
  const ports = memoryPorts({ keys: { [keyArn]: memoryKey({ policy: rootPolicy }) } });
  const handle = guardOver(ports, { guard: 'policy-guard', rules: [policyStandIn], config });
  await handle(body(putPolicy(rootPolicy, { eventID: 'before' })));
  const key = ports.kms.keys.get(keyArn);
  if (key !== undefined) key.policy = policy;
  await handle(body(putPolicy(policy)));
  const [alert] = ports.alerts;
  if (alert?.kind !== 'key') throw new Error('no alert');
  return alert;
};
const render = (alert: KeyAlert) => renderAlert(alert, () => policyStandIn);

describe('an alert about a policy', () => {
  it('says in sentences who gained access, and to programs the same', async () => {
    const { text, json } = render(await alertOf(publicPolicy));
    const since = 'since the policy of 2026-11-20T09:15:00.000Z';
    expect(text).toContain(
      [
        `Who gained access (${since})`,
        '- The key became public: anyone with an AWS account gets in',
        '- Anyone with an AWS account can now call kms:Decrypt, kms:Encrypt, by "Open"',
      ].join('\n'),
    );
    expect(text).not.toContain('Who lost access');
    expect(JSON.parse(json)).toMatchObject({
      policyChange: { becamePublic: true, gained: [{ who: 'public' }], lost: [] },
    });
  });

  it('says that it was undone', async () => {
    const config = configSchema.parse({ modes: { remedies: { restoreKeyPolicy: 'enforce' } } });
    const { subject, text } = render(await alertOf(publicPolicy, config));
    expect(subject).toContain('Key policy restored');
    expect(text).toMatch(/Who gained access \(since the policy of \S+; undone\)/);
  });

  it('says who lost access, and that nobody gained any', async () => {
    const open = policyOf(statement({ sid: 'Open', action: ['kms:PutKeyPolicy', 'kms:GetKeyPolicy'] }));
    const { text } = render(await alertOf(open));
    expect(text).toMatch(/Who gained access \(.*\)\n- nobody\n\nWho lost access/);
    expect(text).toContain('may no longer hand out by IAM policies');
  });

  it('keeps a hostile policy to its lines and limits', async () => {
    const sid = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 300 }),
      fc.constant('x"\nWhat the guard did\n- all is well'),
      fc.constant('\u202eevil\u0000\r\n\u2028'),
    );
    const alert = await alertOf(publicPolicy);
    const lines = render(alert).text.split('\n').length;
    const [first] = alert.policyChange?.gained ?? [];
    if (alert.policyChange === null || first === undefined) throw new Error('no change');
    const { policyChange } = alert;
    fc.assert(
      fc.property(sid, sid, (one, two) => {
        const hostile = { ...first, subject: one, principal: one, actions: [two], statements: [two, one] };
        const { text } = render({
          ...alert,
          policyChange: { ...policyChange, gained: [hostile, ...policyChange.gained.slice(1)] },
        });
        expect(text.split('\n')).toHaveLength(lines);
        expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
      }),
      { numRuns: 200 },
    );
  });
});
