import { describe, expect, it } from 'vitest';
import { configSchema } from '../../shared/config/config.ts';
import { type Grant, known, unknown } from '../../shared/facts/facts.ts';
import { grantToRevoke, revokeGrant } from '../../shared/remedies/revoke-grant.ts';
import { crashing } from '../support/crashing.ts';
import { guardOver } from '../support/guard.ts';
import { memoryKey } from '../support/memory-key.ts';
import { type MemoryPorts, memoryPorts } from '../support/memory-ports.ts';
import { createGrant, grantId, grantStandIn } from '../support/policies.ts';
import { body, callOf, keyArn } from '../support/records.ts';

const grant = (id: string): Grant => ({
  grantId: id,
  name: null,
  granteePrincipal: 'arn:aws:iam::999988887777:role/stranger',
  granteeServicePrincipal: null,
  retiringPrincipal: null,
  operations: ['Decrypt'],
  issuingAccount: null,
  creationDate: null,
  constraints: null,
});
const other = grant('other');
const portsWith = (...grants: Grant[]): MemoryPorts => memoryPorts({ keys: { [keyArn]: memoryKey({ grants }) } });
const left = ({ kms }: MemoryPorts) => kms.keys.get(keyArn)?.grants.map((each) => each.grantId);

describe('grantToRevoke', () => {
  it('is the grant that the call made, and none of an attempt, a dry run or another call', () => {
    expect(grantToRevoke(callOf(createGrant()))).toBe(grantId);
    expect(grantToRevoke(callOf(createGrant({ errorCode: 'AccessDenied' })))).toBeNull();
    expect(grantToRevoke({ ...callOf(createGrant()), dryRun: true })).toBeNull();
    expect(grantToRevoke(callOf(createGrant({ eventName: 'RevokeGrant' })))).toBeNull();
    expect(grantToRevoke(null)).toBeNull();
  });
});

describe('revokeGrant', () => {
  it('revokes this grant and no other, and looks again', async () => {
    const ports = portsWith(other, grant(grantId));
    expect(await revokeGrant(ports, keyArn, grantId)).toMatchObject({ outcome: 'done' });
    expect(left(ports)).toEqual(['other']);
  });

  it('writes nothing when the grant is gone or unknown, or the grants cannot be read', async () => {
    const ports = portsWith(other);
    expect(await revokeGrant(ports, keyArn, grantId)).toMatchObject({ outcome: 'already-so' });
    expect(await revokeGrant(ports, keyArn, null)).toMatchObject({ outcome: 'refused' });
    const blind = { ...ports, reader: { ...ports.kms, grants: async () => unknown('access-denied', 'denied') } };
    expect(await revokeGrant(blind, keyArn, grantId)).toMatchObject({ outcome: 'refused' });
    expect(ports.kms.writes).toEqual([]);
  });

  it('is not fooled by a list too long to be read whole', async () => {
    const ports = portsWith(other, grant(grantId));
    const reader = { ...ports.kms, grants: async () => known([other], 'only these were read') };
    expect(await revokeGrant({ ...ports, reader }, keyArn, grantId)).toMatchObject({
      outcome: 'done',
      detail: expect.stringContaining('only these were read'),
    });
    expect(left(ports)).toEqual(['other']);
    expect(await revokeGrant({ ...ports, reader }, keyArn, grantId)).toMatchObject({ outcome: 'already-so' });
  });

  it('fails when KMS denies it, when the grant stays, and when nobody can look', async () => {
    const ports = portsWith(grant(grantId));
    ports.kms.refuse.push({ ok: false, reason: 'access-denied', detail: 'kms:RevokeGrant is denied' }, { ok: true });
    expect(await revokeGrant(ports, keyArn, grantId)).toMatchObject({
      outcome: 'failed',
      detail: 'kms:RevokeGrant is denied',
    });
    expect(await revokeGrant(ports, keyArn, grantId)).toMatchObject({
      outcome: 'failed',
      detail: expect.stringContaining('still there'),
    });
    ports.kms.before = (call) => {
      if (call === 'RevokeGrant') ports.kms.refuse.push({ ok: true });
      if (call === 'RevokeGrant') ports.kms.keys.delete(keyArn);
    };
    expect(await revokeGrant(ports, keyArn, grantId)).toMatchObject({
      outcome: 'failed',
      detail: expect.stringContaining('read again'),
    });
  });
});

describe('a grant that must not stand', () => {
  const config = configSchema.parse({ modes: { remedies: { revokeGrant: 'enforce' } } });
  const handle = (ports: MemoryPorts) => guardOver(ports, { guard: 'policy-guard', rules: [grantStandIn], config });

  it('is revoked, whichever step a first attempt died at', async () => {
    let total = 0;
    await handle(crashing(portsWith(other, grant(grantId)), () => void (total += 1)))(body(createGrant()));
    expect(total).toBeGreaterThan(15);
    for (let step = 1; step <= total; step += 1) {
      const ports = portsWith(other, grant(grantId));
      let count = 0;
      const dying = crashing(ports, () => {
        count += 1;
        if (count === step) throw new Error('killed');
      });
      await expect(handle(dying)(body(createGrant()))).rejects.toThrow('killed');
      ports.clock.time += 120_000;
      await handle(ports)(body(createGrant()));
      expect(left(ports), `step ${step}`).toEqual(['other']);
      expect(ports.kms.writes, `step ${step}`).toHaveLength(1);
      expect(ports.alerts.at(-1), `step ${step}`).toMatchObject({ decision: { remedy: 'revokeGrant' } });
      expect([...ports.ledger.findings.values()], `step ${step}`).toMatchObject([{ status: 'resolved' }]);
    }
  });

  it('is waited for: right after the call KMS may not list it yet', async () => {
    const ports = portsWith(other);
    let looks = 0;
    ports.kms.before = (call) => {
      if (call === 'ListGrants' && ++looks === 3) ports.kms.keys.get(keyArn)?.grants.push(grant(grantId));
    };
    await handle(ports)(body(createGrant()));
    expect(left(ports)).toEqual(['other']);
  });
});
