import { describe, expect, it } from 'vitest';
import { configSchema } from '../shared/config/config.ts';
import { guardOver } from './support/guard.ts';
import { memoryKey } from './support/memory-key.ts';
import { type MemoryPorts, memoryPorts } from './support/memory-ports.ts';
import {
  createGrant,
  grantId,
  policyOf,
  publicPolicy,
  putPolicy,
  rootPolicy,
  rootPolicyRewritten,
  statement,
} from './support/policies.ts';
import { body, guardRole, keyArn, record } from './support/records.ts';

/** policy-guard with its real rules, from the record to the key. */
const config = configSchema.parse({ modes: { remedies: { restoreKeyPolicy: 'enforce', revokeGrant: 'enforce' } } });
const handle = (ports: MemoryPorts) => guardOver(ports, { guard: 'policy-guard', config });
const inForce = ({ kms }: MemoryPorts): string => kms.keys.get(keyArn)?.policy ?? '';

const vendorStatement = statement({
  sid: 'Vendor',
  principal: { AWS: 'arn:aws:iam::999988887777:root' },
  action: 'kms:Decrypt',
});
const vendor = policyOf(statement(), vendorStatement);
const vendorRewritten = policyOf(vendorStatement, statement());
const guardLockedOut = policyOf(
  statement(),
  statement({ sid: 'NoGuard', effect: 'Deny', principal: { AWS: guardRole }, action: 'kms:CancelKeyDeletion' }),
);

/** A key that was made with this policy, under the eyes of the guard. */
const madeWith = async (policy: string): Promise<MemoryPorts> => {
  const ports = memoryPorts({ keys: { [keyArn]: memoryKey({ policy }) } });
  await handle(ports)(body(record({ eventName: 'CreateKey', eventID: 'made' })));
  ports.alerts.length = 0;
  return ports;
};
const put = async (ports: MemoryPorts, policy: string, eventID: string, some: object = {}) => {
  const key = ports.kms.keys.get(keyArn);
  if (key !== undefined) key.policy = policy;
  return handle(ports)(body(putPolicy(policy, { eventID, ...some })));
};

describe('in enforce mode', () => {
  it.each([
    ['a public policy', publicPolicy, 'policy-public'],
    ['a foreign account that was not let in before', vendor, 'policy-cross-account'],
    ['a policy that keeps the guard from saving the key', guardLockedOut, 'policy-guard-locked-out'],
  ])('%s is undone', async (_, policy, rule) => {
    const ports = await madeWith(rootPolicy);
    const handled = await put(ports, policy, 'e1');
    expect(handled).toMatchObject({ outcomes: [{ remedy: 'restoreKeyPolicy', outcome: 'done' }] });
    expect(inForce(ports)).toBe(rootPolicy);
    expect(ports.alerts).toMatchObject([{ decision: { action: 'remedy' } }]);
    expect([...ports.ledger.findings.values()].find((each) => each.rule === rule)?.status).toBe('resolved');
  });

  it("every finding about the policy is resolved once the guard's own call is seen", async () => {
    const ports = await madeWith(rootPolicy);
    await put(ports, publicPolicy, 'e1');
    await put(ports, rootPolicy, 'own', { role: guardRole.split(':role/')[1] });
    const findings = [...ports.ledger.findings.values()];
    expect(findings.length).toBeGreaterThan(1);
    expect(new Set(findings.map(({ status }) => status))).toEqual(new Set(['resolved']));
  });

  it('a key with access of long standing is still saved from worse', async () => {
    const ports = await madeWith(vendor);
    const handled = await put(
      ports,
      policyOf(statement(), vendorStatement, statement({ sid: 'Open', principal: '*', action: 'kms:Decrypt' })),
      'e1',
    );
    expect(handled).toMatchObject({ outcomes: [{ remedy: 'restoreKeyPolicy', outcome: 'done' }] });
    expect(inForce(ports)).toBe(vendor);
  });

  it('a policy that was to be undone is never gone back to', async () => {
    const ports = await madeWith(publicPolicy);
    const other = policyOf(statement(), statement({ sid: 'Other', principal: '*', action: 'kms:Encrypt' }));
    const handled = await put(ports, other, 'e1');
    expect(handled).toMatchObject({ outcomes: [{ remedy: 'restoreKeyPolicy', outcome: 'refused' }] });
    expect(inForce(ports)).toBe(other);
  });

  it('access that somebody may rely on is only alerted, however it is written again', async () => {
    const ports = await madeWith(vendor);
    await put(ports, vendorRewritten, 'e1');
    expect(ports.kms.writes).toEqual([]);
    expect(ports.alerts).toMatchObject([{ decision: { action: 'alert', remedy: null }, policyChange: null }]);
  });

  it('a grant to a stranger is revoked', async () => {
    const ports = await madeWith(rootPolicy);
    ports.kms.keys.get(keyArn)?.grants.push({
      grantId,
      name: null,
      granteePrincipal: 'arn:aws:iam::999988887777:role/stranger',
      granteeServicePrincipal: null,
      retiringPrincipal: null,
      operations: ['Decrypt'],
      issuingAccount: null,
      creationDate: null,
      constraints: null,
    });
    const handled = await handle(ports)(body(createGrant({ eventID: 'e1' })));
    expect(handled).toMatchObject({ outcomes: [{ remedy: 'revokeGrant', outcome: 'done' }] });
    expect(ports.kms.keys.get(keyArn)?.grants).toEqual([]);
  });
});

it('a harmless reordering says nothing', async () => {
  const ports = await madeWith(rootPolicy);
  const handled = await put(ports, rootPolicyRewritten, 'e1');
  expect(handled).toMatchObject({ intent: { decision: { action: 'ignore' } } });
  expect(ports.alerts).toEqual([]);
});
