import { describe, expect, it } from 'vitest';
import { configSchema, defaultConfig, type GuardConfig } from '../shared/config/config.ts';
import { guardOver } from './support/guard.ts';
import { memoryKey } from './support/memory-key.ts';
import { type MemoryPorts, memoryPorts } from './support/memory-ports.ts';
import { createGrant, grantId, policyOf, putPolicy, readerPolicy, rootPolicy, statement } from './support/policies.ts';
import { body, keyArn, record } from './support/records.ts';

const minute = 60_000;
const day = 24 * 60 * minute;
const remedies = { restoreKeyPolicy: 'enforce', revokeGrant: 'enforce' };
const enforce = configSchema.parse({ modes: { remedies } });
const trusted = configSchema.parse({ modes: { remedies }, trust: { accounts: ['999988887777'] } });
const killed = () => Promise.reject(new Error('killed'));

const handle = (ports: MemoryPorts, config: GuardConfig = enforce) =>
  guardOver(ports, { guard: 'policy-guard', config });
const inForce = ({ kms }: MemoryPorts): string => kms.keys.get(keyArn)?.policy ?? '';
const setPolicy = ({ kms }: MemoryPorts, policy: string): void => {
  const key = kms.keys.get(keyArn);
  if (key !== undefined) key.policy = policy;
};
const versions = ({ ledger }: MemoryPorts) => (ledger.policyVersions.get(keyArn) ?? []).map(({ policy }) => policy);

const vendor = policyOf(
  statement(),
  statement({ sid: 'Vendor', principal: { AWS: 'arn:aws:iam::999988887777:root' }, action: 'kms:Decrypt' }),
);
const putVendor = body(putPolicy(vendor, { eventID: 'vendor' }));

/** The guard saw a good policy, decided to undo another one, and died: before it wrote, or before it told. */
const decided = async (dies: 'before writing' | 'before telling'): Promise<MemoryPorts> => {
  const ports = memoryPorts({ keys: { [keyArn]: memoryKey({ policy: rootPolicy }) } });
  await handle(ports)(body(record({ eventName: 'CreateKey', eventID: 'made', eventTime: '2026-11-20T09:00:00Z' })));
  ports.alerts.length = 0;
  setPolicy(ports, vendor);
  const dying =
    dies === 'before telling'
      ? { ...ports, alerter: { send: killed } }
      : { ...ports, writer: { ...ports.writer, putKeyPolicy: killed } };
  await expect(handle(dying)(putVendor)).rejects.toThrow('killed');
  ports.clock.time += day;
  return ports;
};

const theirs = async (ports: MemoryPorts, policy: string, eventID: string, config: GuardConfig): Promise<void> => {
  setPolicy(ports, policy);
  const eventTime = new Date(ports.clock.time).toISOString();
  await handle(ports, config)(body(putPolicy(policy, { eventID, eventTime })));
  ports.clock.time += minute;
};

describe('a policy that was to be put back long ago', () => {
  it('is put back when nothing has changed', async () => {
    const ports = await decided('before writing');
    await handle(ports)(putVendor);
    expect(inForce(ports)).toBe(rootPolicy);
    expect(ports.alerts).toMatchObject([{ outcomes: [{ outcome: 'done' }] }]);
  });

  it.each([
    ['whom it lets in is trusted now', trusted],
    ['it was left to people, in observe mode', defaultConfig],
  ])('stays where %s, and that is told', async (_, config) => {
    const ports = await decided('before writing');
    await handle(ports, config)(putVendor);
    expect(inForce(ports)).toBe(vendor);
    expect(ports.kms.writes).toEqual([]);
    expect(ports.alerts).toMatchObject([{ outcomes: [{ remedy: 'restoreKeyPolicy', outcome: 'refused' }] }]);
    expect(ports.ledger.entries).toHaveLength(2);
  });

  it.each([
    ['and that was judged', true, 'it would not be done'],
    ['whose own event is still to come', false, 'changed since'],
  ])('stays where somebody changed it since and put it again, %s', async (_, heard, why) => {
    const ports = await decided('before writing');
    await theirs(ports, readerPolicy, 'between', defaultConfig);
    if (heard) await theirs(ports, vendor, 'again', defaultConfig);
    else setPolicy(ports, vendor);
    ports.alerts.length = 0;
    await handle(ports)(putVendor);
    expect(inForce(ports)).toBe(vendor);
    expect(ports.alerts).toMatchObject([{ outcomes: [{ outcome: 'refused', detail: expect.stringContaining(why) }] }]);
  });

  it('is told as put back where that was done before', async () => {
    const ports = await decided('before telling');
    await handle(ports, defaultConfig)(putVendor);
    expect(ports.kms.writes).toHaveLength(1);
    expect(ports.alerts).toMatchObject([{ outcomes: [{ remedy: 'restoreKeyPolicy', outcome: 'already-so' }] }]);
  });

  it('is learned as of then: what was put since stays the newest', async () => {
    const ports = await decided('before writing');
    await theirs(ports, readerPolicy, 'since', enforce);
    await handle(ports)(putVendor);
    expect(versions(ports)).toEqual([readerPolicy, vendor, rootPolicy]);
    expect(inForce(ports)).toBe(readerPolicy);
  });
});

describe('a grant that was to be revoked long ago', () => {
  const granting = body(createGrant({ eventID: 'grant' }));
  const decidedOnGrant = async (dies: 'revokeGrant' | 'send'): Promise<MemoryPorts> => {
    const ports = memoryPorts({ keys: { [keyArn]: memoryKey({ policy: rootPolicy }) } });
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
    const dying =
      dies === 'send'
        ? { ...ports, alerter: { send: killed } }
        : { ...ports, writer: { ...ports.writer, revokeGrant: killed } };
    await expect(handle(dying)(granting)).rejects.toThrow('killed');
    ports.clock.time += day;
    return ports;
  };

  it.each([
    ['goes when nothing has changed', enforce, 'done', 0],
    ['stays where whom it lets in is trusted now', trusted, 'refused', 1],
    ['stays in observe mode', defaultConfig, 'refused', 1],
  ])('%s, and that is told', async (_, config, outcome, left) => {
    const ports = await decidedOnGrant('revokeGrant');
    await handle(ports, config)(granting);
    expect(ports.kms.keys.get(keyArn)?.grants).toHaveLength(left);
    expect(ports.alerts).toMatchObject([{ outcomes: [{ remedy: 'revokeGrant', outcome }] }]);
  });

  it('is told as gone where that was done before', async () => {
    const ports = await decidedOnGrant('send');
    await handle(ports, defaultConfig)(granting);
    expect(ports.kms.writes).toHaveLength(1);
    expect(ports.alerts).toMatchObject([{ outcomes: [{ remedy: 'revokeGrant', outcome: 'already-so' }] }]);
  });
});
