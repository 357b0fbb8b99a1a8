import { describe, expect, it } from 'vitest';
import { restoreKeyPolicy } from '../../shared/remedies/restore-key-policy.ts';
import { memoryKey } from '../support/memory-key.ts';
import { type MemoryPorts, memoryPorts } from '../support/memory-ports.ts';
import { otherPublicPolicy, publicPolicy, rootPolicy, rootPolicyRewritten } from '../support/policies.ts';
import { keyArn } from '../support/records.ts';

const target = { policy: rootPolicy, at: '2026-11-01T00:00:00.000Z', source: 'e0', good: true };
const plan = { plan: 'restore', judged: publicPolicy, target } as const;
const portsWith = (policy: string): MemoryPorts => memoryPorts({ keys: { [keyArn]: memoryKey({ policy }) } });
const run = (ports: MemoryPorts, eventID = 'e1') => restoreKeyPolicy(ports, { keyArn, plan, eventID });

describe('restoreKeyPolicy', () => {
  it('puts the policy back and reads it again', async () => {
    const ports = portsWith(publicPolicy);
    expect(await run(ports)).toEqual({
      remedy: 'restoreKeyPolicy',
      outcome: 'done',
      detail: 'the policy of 2026-11-01T00:00:00.000Z is in force again',
    });
    expect(ports.kms.writes).toEqual([`PutKeyPolicy ${keyArn}`]);
    expect(ports.kms.keys.get(keyArn)?.policy).toBe(rootPolicy);
  });

  it('writes nothing when somebody put it back first, in his own spelling', async () => {
    const ports = portsWith(rootPolicyRewritten);
    expect(await run(ports)).toMatchObject({ outcome: 'already-so' });
    expect(ports.kms.writes).toEqual([]);
  });

  it('refuses what was changed again, and does not use up its one time', async () => {
    const ports = portsWith(otherPublicPolicy);
    expect(await run(ports)).toMatchObject({ outcome: 'refused', detail: expect.stringContaining('changed again') });
    expect(ports.kms.writes).toEqual([]);
    const key = ports.kms.keys.get(keyArn);
    if (key !== undefined) key.policy = publicPolicy;
    expect(await run(ports, 'e2')).toMatchObject({ outcome: 'done' });
  });

  it('is done once for a text, and again only by the event whose attempt crashed', async () => {
    const ports = portsWith(publicPolicy);
    await run(ports);
    const key = ports.kms.keys.get(keyArn);
    if (key !== undefined) key.policy = publicPolicy;
    expect(await run(ports, 'e2')).toMatchObject({
      outcome: 'refused',
      detail: expect.stringContaining('does not fight'),
    });
    expect(await run(ports, 'e1')).toMatchObject({ outcome: 'done' });
  });

  it('refuses a plan that is none, an unreadable policy and a key that is gone', async () => {
    const none = { keyArn, plan: { plan: 'none', why: 'nothing better is known' }, eventID: 'e1' } as const;
    expect(await restoreKeyPolicy(portsWith(publicPolicy), none)).toMatchObject({
      outcome: 'refused',
      detail: 'the policy stays as it is: nothing better is known',
    });
    expect(await run(memoryPorts())).toMatchObject({ outcome: 'refused' });
    const gone = portsWith(publicPolicy);
    gone.kms.refuse.push({ ok: false, reason: 'not-found', detail: '' });
    expect(await run(gone)).toMatchObject({ outcome: 'refused', detail: 'the key no longer exists' });
  });

  it.each(['access-denied', 'failed', 'invalid-state'] as const)('fails when KMS answers %s', async (reason) => {
    const ports = portsWith(publicPolicy);
    ports.kms.refuse.push({ ok: false, reason, detail: 'kms:PutKeyPolicy: no' });
    expect(await run(ports)).toMatchObject({ outcome: 'failed', detail: 'kms:PutKeyPolicy: no' });
  });

  it('waits for KMS to show the new policy, and fails when it never does', async () => {
    const ports = portsWith(publicPolicy);
    ports.kms.refuse.push({ ok: true });
    const key = ports.kms.keys.get(keyArn);
    let looks = 0;
    ports.kms.before = (call) => {
      if (call === 'GetKeyPolicy' && ++looks === 5 && key !== undefined) key.policy = rootPolicy;
    };
    expect(await run(ports)).toMatchObject({ outcome: 'done' });
    const never = portsWith(publicPolicy);
    never.kms.refuse.push({ ok: true });
    expect(await run(never)).toMatchObject({ outcome: 'failed', detail: expect.stringContaining('not in force') });
  });

  it('does not claim success for a policy that it cannot read again', async () => {
    const ports = portsWith(publicPolicy);
    ports.kms.before = (call) => {
      if (call === 'PutKeyPolicy') {
        ports.kms.refuse.push({ ok: true });
        ports.kms.keys.delete(keyArn);
      }
    };
    expect(await run(ports)).toMatchObject({ outcome: 'failed', detail: expect.stringContaining('read again') });
  });
});
