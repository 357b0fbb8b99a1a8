import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { configSchema, defaultConfig } from '../shared/config/config.ts';
import { policyHash } from '../shared/policy-text.ts';
import { compliant, notApplicable } from '../shared/rules/define-rule.ts';
import { crashing } from './support/crashing.ts';
import { guardOver } from './support/guard.ts';
import { memoryKey } from './support/memory-key.ts';
import { type MemoryPorts, memoryPorts } from './support/memory-ports.ts';
import {
  guardDenied,
  lockedPolicy,
  otherPublicPolicy,
  policyStandIn,
  publicPolicy,
  putPolicy,
  readerPolicy,
  rootPolicy,
  rootPolicyRewritten,
} from './support/policies.ts';
import { body, guardRole, keyArn, record } from './support/records.ts';

const enforce = configSchema.parse({ modes: { remedies: { restoreKeyPolicy: 'enforce', revokeGrant: 'enforce' } } });
const own = { role: guardRole.split(':role/')[1] ?? '', session: 'policy-guard' };

const guard = (ports: MemoryPorts, config = enforce) =>
  guardOver(ports, { guard: 'policy-guard', rules: [policyStandIn], config });

/** Somebody puts a policy, and the guard hears of it. */
const put = async (
  ports: MemoryPorts,
  policy: string,
  input: Partial<Parameters<typeof putPolicy>[1]> & { readonly eventID: string },
  handle = guard(ports),
) => {
  const key = ports.kms.keys.get(keyArn);
  if (key !== undefined && input.role === undefined) key.policy = policy;
  ports.clock.time += 60_000;
  return handle(body(putPolicy(policy, { eventTime: new Date(ports.clock.time - 1000).toISOString(), ...input })));
};

const inForce = ({ kms }: MemoryPorts): string => kms.keys.get(keyArn)?.policy ?? '';
const known = ({ ledger }: MemoryPorts) =>
  (ledger.policyVersions.get(keyArn) ?? []).map(({ policy, good }) => [policy, good] as const);

/** A key whose policy the guard has seen and found good. */
const guarded = async (good = rootPolicy): Promise<MemoryPorts> => {
  const ports = memoryPorts({ keys: { [keyArn]: memoryKey({ policy: good }) } });
  await put(ports, good, { eventID: 'made' });
  return ports;
};

describe('a policy that must not stand', () => {
  it('is undone: put back, verified, alerted, recorded, learned', async () => {
    const ports = await guarded();
    const handled = await put(ports, publicPolicy, { eventID: 'e1' });
    expect(handled).toMatchObject({ handled: 'judged', outcomes: [{ remedy: 'restoreKeyPolicy', outcome: 'done' }] });
    expect(inForce(ports)).toBe(rootPolicy);
    expect(ports.kms.writes).toEqual([`PutKeyPolicy ${keyArn}`]);
    expect(ports.alerts).toMatchObject([{ severity: 'critical', policyChange: { becamePublic: true } }]);
    expect([...ports.ledger.findings.values()]).toMatchObject([{ rule: 'policy-stand-in', status: 'resolved' }]);
    expect(known(ports)).toEqual([
      [rootPolicy, true],
      [publicPolicy, false],
      [rootPolicy, true],
    ]);
  });

  it('is only alerted in observe mode, with what enforce would do, and learned as bad', async () => {
    const ports = await guarded();
    await put(ports, publicPolicy, { eventID: 'e1' }, guard(ports, defaultConfig));
    expect(ports.kms.writes).toEqual([]);
    expect(ports.alerts).toMatchObject([{ decision: { action: 'alert', wouldRemedy: 'restoreKeyPolicy' } }]);
    expect(known(ports)[0]).toEqual([publicPolicy, false]);
  });

  it.each([
    ['nothing better is known', [], 'no earlier policy'],
    ['the account would be locked out', [lockedPolicy], 'lock the account out'],
    ['the guard would be locked out', [guardDenied], 'lock the guard out of kms:PutKeyPolicy'],
  ])('stays, and the alert says why, when %s', async (_, before, why) => {
    const ports = memoryPorts({ keys: { [keyArn]: memoryKey() } });
    for (const [n, policy] of before.entries()) await put(ports, policy, { eventID: `before-${n}` });
    const handled = await put(ports, publicPolicy, { eventID: 'e1' });
    expect(handled).toMatchObject({ outcomes: [{ outcome: 'refused', detail: expect.stringContaining(why) }] });
    expect(ports.kms.writes).toEqual([]);
    expect(ports.alerts).toHaveLength(1);
    expect([...ports.ledger.findings.values()]).toMatchObject([{ status: 'open' }]);
  });

  it('goes back over other bad ones to the last good one', async () => {
    const ports = await guarded(rootPolicy);
    await put(ports, readerPolicy, { eventID: 'e1' });
    await put(ports, otherPublicPolicy, { eventID: 'e2' }, guard(ports, defaultConfig));
    await put(ports, publicPolicy, { eventID: 'e3' });
    expect(inForce(ports)).toBe(readerPolicy);
  });
});

describe('no loops', () => {
  it("the guard's own call is not judged, but known", async () => {
    const ports = await guarded();
    await put(ports, publicPolicy, { eventID: 'e1' });
    const before = known(ports);
    const handled = await put(ports, rootPolicy, { eventID: 'own', ...own });
    expect(handled).toMatchObject({ intent: { decision: { action: 'ignore', reasons: [{ id: 'own-actor' }] } } });
    expect(known(ports)).toEqual(before);
    expect(ports.alerts).toHaveLength(1);
  });

  it('the same policy put again is undone once, then only alerted; another one is undone again', async () => {
    const ports = await guarded();
    await put(ports, publicPolicy, { eventID: 'e1' });
    const again = await put(ports, publicPolicy, { eventID: 'e2' });
    expect(again).toMatchObject({
      outcomes: [{ outcome: 'refused', detail: expect.stringContaining('does not fight') }],
    });
    expect(inForce(ports)).toBe(publicPolicy);
    expect(ports.alerts).toHaveLength(2);
    await put(ports, otherPublicPolicy, { eventID: 'e3' });
    expect(inForce(ports)).toBe(rootPolicy);
    expect(ports.kms.writes).toHaveLength(2);
  });

  it('what somebody else put while the guard put its own is still news to its own event', async () => {
    const ports = await guarded();
    await put(ports, publicPolicy, { eventID: 'e1' });
    const key = ports.kms.keys.get(keyArn);
    if (key !== undefined) key.policy = otherPublicPolicy;
    await put(ports, rootPolicy, { eventID: 'own', ...own });
    expect(known(ports).map(([policy]) => policy)).not.toContain(otherPublicPolicy);
    await put(ports, otherPublicPolicy, { eventID: 'e2' });
    expect(inForce(ports)).toBe(rootPolicy);
  });
});

describe('the policy in force counts', () => {
  it('a policy that was changed again since it was judged is left to its own event', async () => {
    const ports = await guarded();
    const takeRemedySlot = async () => {
      const key = ports.kms.keys.get(keyArn);
      if (key !== undefined) key.policy = readerPolicy;
      return { granted: true } as const;
    };
    const between = { ...ports, ledger: { ...ports.ledger, takeRemedySlot } };
    const handled = await put(between, publicPolicy, { eventID: 'e1' });
    expect(handled).toMatchObject({
      outcomes: [{ outcome: 'refused', detail: expect.stringContaining('changed again') }],
    });
    expect(ports.kms.writes).toEqual([]);
  });

  it('a look that still shows the policy before is taken again, before judging and before acting', async () => {
    const ports = await guarded();
    let looks = 0;
    const stale = new Set([1, 3, 4]);
    const read = ports.kms.policy;
    const policy: typeof read = async (arn) => {
      looks += 1;
      return stale.has(looks) ? { known: true, value: rootPolicy } : read(arn);
    };
    const slow = { ...ports, reader: { ...ports.kms, policy } };
    await put(slow, publicPolicy, { eventID: 'e1' });
    expect(inForce(ports)).toBe(rootPolicy);
    expect(ports.kms.writes).toHaveLength(1);
    expect(looks).toBeGreaterThan(5);
  });

  it('a harmless reordering says nothing and adds nothing', async () => {
    const ports = await guarded();
    const before = known(ports);
    const handled = await put(ports, rootPolicyRewritten, { eventID: 'e1' });
    expect(handled).toMatchObject({ intent: { decision: { action: 'ignore' } } });
    expect(ports.alerts).toEqual([]);
    expect(known(ports)).toEqual(before);
  });

  it.each([
    ['an attempt that was denied', { errorCode: 'AccessDenied' }],
    ['a call that no rule about policies judges', { eventName: 'TagResource' }],
  ])('%s teaches nothing about the policy', async (_, some) => {
    const ports = memoryPorts({ keys: { [keyArn]: memoryKey({ policy: publicPolicy }) } });
    await guard(ports)(body(putPolicy(rootPolicy, some)));
    expect(known(ports)).toEqual([]);
  });

  it('an attempt teaches nothing even where a rule has a word on it', async () => {
    const ports = memoryPorts({ keys: { [keyArn]: memoryKey({ policy: publicPolicy }) } });
    const rule = { ...policyStandIn, judge: () => compliant };
    const attempt = body(putPolicy(rootPolicy, { errorCode: 'AccessDenied' }));
    await guardOver(ports, { guard: 'policy-guard', rules: [rule] })(attempt);
    expect(known(ports)).toEqual([]);
  });

  it("the guard's own call alone does not make a policy good: a rule must have found it so", async () => {
    const ports = memoryPorts({ keys: { [keyArn]: memoryKey({ policy: rootPolicy }) } });
    const silent = { ...policyStandIn, judge: () => notApplicable };
    await guardOver(ports, { guard: 'policy-guard', rules: [silent] })(body(putPolicy(rootPolicy, own)));
    expect(known(ports)).toEqual([[rootPolicy, false]]);
  });

  it('a new key teaches its first policy', async () => {
    const ports = memoryPorts({ keys: { [keyArn]: memoryKey({ policy: rootPolicy }) } });
    await guard(ports)(body(record({ eventName: 'CreateKey' })));
    expect(known(ports)).toEqual([[rootPolicy, true]]);
  });
});

describe('handling twice equals once', () => {
  it('for any shuffle of events and duplicates about one bad policy', async () => {
    const events = ['e1', 'e2', 'e3'].map((eventID) => body(putPolicy(publicPolicy, { eventID })));
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray([...events, ...events], { minLength: 6 }), async (list) => {
        const ports = await guarded();
        const key = ports.kms.keys.get(keyArn);
        if (key !== undefined) key.policy = publicPolicy;
        for (const event of list) await guard(ports)(event);
        expect(ports.kms.writes).toEqual([`PutKeyPolicy ${keyArn}`]);
        expect(inForce(ports)).toBe(rootPolicy);
        expect(ports.ledger.entries).toHaveLength(4);
      }),
      { numRuns: 20 },
    );
  });
});

describe('a crash at any step', () => {
  const event = { eventID: 'e1' };

  it('leaves the comparison as it was, and makes the second attempt wait for nothing', async () => {
    const ports = await guarded();
    await put(ports, otherPublicPolicy, { eventID: 'e0' }, guard(ports, defaultConfig));
    const [before] = ports.ledger.policyVersions.get(keyArn) ?? [];
    const mute = { ...ports, alerter: { send: () => Promise.reject(new Error('killed')) } };
    await expect(put(mute, publicPolicy, event)).rejects.toThrow('killed');
    ports.clock.time += 66_000;
    const start = ports.clock.time;
    await guard(ports)(body(putPolicy(publicPolicy, { ...event, eventTime: new Date(start - 60_000).toISOString() })));
    expect(ports.alerts.at(-1)).toMatchObject({ policyChange: { since: before?.at } });
    expect(ports.clock.time - start).toBeLessThan(5_000);
  });

  it('is taken up again: policy restored once, alerted with the change, recorded and learned once', async () => {
    const counting = await guarded();
    let total = 0;
    await put(counting, publicPolicy, event, guard(crashing(counting, () => void (total += 1))));
    expect(total).toBeGreaterThan(25);
    for (let step = 1; step <= total; step += 1) {
      const ports = await guarded();
      let count = 0;
      const dying = crashing(ports, () => {
        count += 1;
        if (count === step) throw new Error(`killed at step ${step}`);
      });
      await expect(put(ports, publicPolicy, event, guard(dying))).rejects.toThrow('killed');
      ports.clock.time += 66_000;
      await guard(ports)(body(putPolicy(publicPolicy, event)));
      expect(inForce(ports), `step ${step}`).toBe(rootPolicy);
      expect(ports.kms.writes, `step ${step}`).toHaveLength(1);
      expect(ports.alerts.at(-1), `step ${step}`).toMatchObject({
        severity: 'critical',
        decision: { action: 'remedy' },
        policyChange: { becamePublic: true },
      });
      expect(ports.ledger.entries.length, `step ${step}`).toBe(2);
      expect(known(ports), `step ${step}`).toEqual([
        [rootPolicy, true],
        [publicPolicy, false],
        [rootPolicy, true],
      ]);
      const taken = { keyArn, policyHash: policyHash(publicPolicy), eventID: 'another', now: ports.clock.time };
      expect(await ports.ledger.claimRestore(taken), `step ${step}`).toBe(false);
    }
  });
});
