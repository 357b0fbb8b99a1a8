import { describe, expect, it } from 'vitest';
import { renderAlert } from '../shared/alerts/render.ts';
import { configSchema, defaultConfig, type GuardConfig } from '../shared/config/config.ts';
import { RetryableFault } from '../shared/ports.ts';
import { ruleById } from '../shared/rules/index.ts';
import { approvalOf } from './support/approval-book-contract.ts';
import { crashing } from './support/crashing.ts';
import { enforceAll, guardOver } from './support/guard.ts';
import { memoryKey, pending } from './support/memory-key.ts';
import { type MemoryPorts, memoryPorts } from './support/memory-ports.ts';
import { body, keyArn, record, scheduleDeletion } from './support/records.ts';
import { ledgerWaiver } from './support/waiver-book-contract.ts';

const minute = 60_000;
const day = 24 * 60 * minute;
const enabledBefore = [{ state: 'Enabled' as const, at: '2026-01-10T08:00:00Z', actorArn: null, source: 'created' }];
const doomed = (): MemoryPorts => memoryPorts({ keys: { [keyArn]: memoryKey({ changes: enabledBefore }, pending) } });
const stateOf = ({ kms }: MemoryPorts) => kms.keys.get(keyArn)?.metadata.keyState;
const killed = () => Promise.reject(new Error('killed'));

/** An attempt that decided, and died before it changed anything; then so much time passes. */
const decidedOnly = async (milliseconds: number): Promise<MemoryPorts> => {
  const ports = doomed();
  const dying = { ...ports, writer: { ...ports.writer, cancelKeyDeletion: killed } };
  await expect(guardOver(dying)(body(scheduleDeletion()))).rejects.toThrow('killed');
  ports.clock.time += milliseconds;
  return ports;
};

const redrive = (ports: MemoryPorts, config: GuardConfig = enforceAll) =>
  guardOver(ports, { config })(body(scheduleDeletion()));

const waiver = (rule: string) => ({
  rule,
  keys: [keyArn],
  owner: 'orders',
  reason: 'the service was retired',
  expires: '2026-12-31',
});
const waived = ['deletion-scheduled', 'deletion-window-short'];
const mayGo = [
  ['approved', (ports: MemoryPorts) => ports.approvals.add(approvalOf()), enforceAll, 'approved'],
  [
    'waived in the ledger',
    async ({ waivers }: MemoryPorts) => {
      for (const rule of waived) await waivers.add(ledgerWaiver({ ...waiver(rule), id: rule }));
    },
    enforceAll,
    'waived',
  ],
  [
    'waived in the configuration',
    async () => undefined,
    configSchema.parse({ ...enforceAll, waivers: waived.map(waiver) }),
    'waived',
  ],
  ['left to people, in observe mode', async () => undefined, defaultConfig, 'open'],
] as const;

describe('a saved rescue that is taken up long after', () => {
  it.each(mayGo)('is not made when the deletion was %s since, and that is told', async (_, since, config, status) => {
    const ports = await decidedOnly(15 * minute + 1);
    await since(ports);
    await redrive(ports, config);
    expect(ports.kms.writes).toEqual([]);
    expect(stateOf(ports)).toBe('PendingDeletion');
    const refused = { remedy: 'cancelKeyDeletion', outcome: 'refused', detail: expect.stringContaining('09:15:00') };
    expect(ports.alerts).toMatchObject([
      { severity: 'critical', decision: { action: 'alert' }, outcomes: [refused], keyState: 'PendingDeletion' },
    ]);
    expect(ports.ledger.entries).toMatchObject([{ decision: { remedy: null }, outcomes: [{ outcome: 'refused' }] }]);
    expect(ports.ledger.findings.get([...ports.ledger.findings.keys()][0] ?? '')?.status).toBe(status);
  });

  it.each(mayGo)('is made within a quarter of an hour, though it was %s', async (_, since, config) => {
    const ports = await decidedOnly(15 * minute);
    await since(ports);
    await redrive(ports, config);
    expect(ports.kms.writes).toContain(`CancelKeyDeletion ${keyArn}`);
    expect(ports.alerts).toMatchObject([{ decision: { remedy: 'cancelKeyDeletion' } }]);
  });

  it('is not made of a rule that was switched off', async () => {
    const ports = await decidedOnly(day);
    await redrive(ports, configSchema.parse({ ...enforceAll, rules: { 'deletion-scheduled': { enabled: false } } }));
    expect(ports.kms.writes).toEqual([]);
    expect(ports.alerts).toMatchObject([{ outcomes: [{ outcome: 'refused' }] }]);
  });

  it('is made when nobody decided otherwise, with the decision of then', async () => {
    const ports = await decidedOnly(5 * day);
    await redrive(ports);
    expect(stateOf(ports)).toBe('Enabled');
    expect(ports.alerts).toMatchObject([{ keyState: 'Enabled', decision: { remedy: 'cancelKeyDeletion' } }]);
  });

  it('is made though no look at the key and no question to the ledger is answered any more', async () => {
    const ports = await decidedOnly(day);
    const silent = () => Promise.reject(new RetryableFault('no answer'));
    const mute = { ...ports.reader, describe: silent, tags: silent, aliases: silent, policy: silent, grants: silent };
    const approvals = { ...ports.approvals, of: silent };
    const deaf = { ...ports, reader: mute, approvals, waivers: { ...ports.waivers, all: silent } };
    await expect(guardOver(deaf)(body(scheduleDeletion()))).rejects.toThrow(RetryableFault);
    ports.clock.time += 6 * minute;
    await guardOver(deaf)(body(scheduleDeletion()));
    expect(ports.kms.writes).toContain(`CancelKeyDeletion ${keyArn}`);
  });

  it('is made though what stood against the deletion was taken off the key since', async () => {
    const lastUse = { use: 'used', at: '2025-01-01T00:00:00Z', operation: 'Decrypt' } as const;
    const named = { ...memoryKey({ changes: enabledBefore, aliases: ['alias/orders'], tags: {} }, pending), lastUse };
    const scheduling = body(scheduleDeletion({ days: 30 }));
    const nameless = memoryPorts({ keys: { [keyArn]: { ...named, aliases: [] } } });
    expect(await guardOver(nameless)(scheduling)).toMatchObject({ intent: { decision: { action: 'ignore' } } });
    const ports = memoryPorts({ keys: { [keyArn]: named } });
    const dying = { ...ports, writer: { ...ports.writer, cancelKeyDeletion: killed } };
    await expect(guardOver(dying)(scheduling)).rejects.toThrow('killed');
    ports.kms.keys.set(keyArn, { ...named, aliases: [] });
    ports.clock.time += day;
    await guardOver(ports)(scheduling);
    expect(stateOf(ports)).toBe('Enabled');
  });

  it('has one ending: what was withdrawn and told is not made by a later attempt', async () => {
    const ports = await decidedOnly(day);
    const dying = { ...ports, ledger: { ...ports.ledger, settle: killed } };
    await expect(redrive(dying, defaultConfig)).rejects.toThrow('killed');
    expect(ports.alerts).toMatchObject([{ outcomes: [{ outcome: 'refused' }] }]);
    ports.clock.time += 6 * minute;
    await redrive(ports);
    expect(ports.kms.writes).toEqual([]);
    expect(ports.ledger.entries).toMatchObject([{ outcomes: [{ outcome: 'refused' }] }]);
  });

  it('reads well', async () => {
    const ports = await decidedOnly(day);
    await ports.approvals.add(approvalOf());
    await redrive(ports);
    const [alert] = ports.alerts;
    if (alert === undefined) throw new Error('no alert');
    const { subject, text } = renderAlert(alert, ruleById);
    expect(subject).toContain('[CRITICAL] cancelKeyDeletion refused: alias/orders');
    expect(text).toContain('decided at 2026-11-20T09:15:00.000Z, too long ago to be done unasked');
    expect(text).toContain('- approved by Eve for');
  });

  it('knows no age of an intent from before it was kept: it is asked again', async () => {
    const ports = await decidedOnly(2 * minute);
    const { claim } = ports.ledger;
    const undated: typeof claim = async (input) => {
      const answer = await claim(input);
      if (answer.claim !== 'claimed' || answer.intent === null) return answer;
      const { decidedAt: _, ...intent } = answer.intent;
      return { ...answer, intent };
    };
    await redrive({ ...ports, ledger: { ...ports.ledger, claim: undated } }, defaultConfig);
    expect(ports.kms.writes).toEqual([]);
    expect(ports.alerts).toMatchObject([{ outcomes: [{ outcome: 'refused' }] }]);
  });

  it('leaves alone a later deletion that was approved', async () => {
    const ports = await decidedOnly(day);
    const used = { at: '2026-11-21T08:00:00.000Z', eventID: 'theirs', deletionDate: pending.deletionDate };
    await ports.approvals.add(approvalOf({ used }));
    await redrive(ports);
    expect(ports.kms.writes).toEqual([]);
    expect(ports.alerts).toMatchObject([
      { outcomes: [{ outcome: 'refused', detail: expect.stringContaining('was approved (approval-1)') }] },
    ]);
  });

  it('is not kept from a deletion that somebody else was approved for at another date', async () => {
    const ports = await decidedOnly(day);
    const used = { at: '2026-11-21T08:00:00.000Z', eventID: 'theirs', deletionDate: '2027-01-01T00:00:00.000Z' };
    await ports.approvals.add(approvalOf({ used }));
    await redrive(ports);
    expect(stateOf(ports)).toBe('Enabled');
  });
});

describe('what a crashed attempt did is told', () => {
  /** Dies at this write or alert, a day before the end of the story. */
  const diedAt = async (step: 'enableKey' | 'send'): Promise<MemoryPorts> => {
    const ports = doomed();
    const dying =
      step === 'send'
        ? { ...ports, alerter: { send: killed } }
        : { ...ports, writer: { ...ports.writer, enableKey: killed } };
    await expect(guardOver(dying)(body(scheduleDeletion()))).rejects.toThrow('killed');
    ports.clock.time += day;
    return ports;
  };

  it.each(mayGo)('a key that was saved, though it was %s since', async (_, since, config) => {
    const ports = await diedAt('send');
    await since(ports);
    const before = [...ports.kms.writes];
    await redrive(ports, config);
    expect(ports.kms.writes).toEqual(before);
    const so = { outcome: 'already-so' };
    expect(ports.alerts).toMatchObject([
      { severity: 'critical', keyState: 'Enabled', decision: { remedy: 'cancelKeyDeletion' }, outcomes: [so, so] },
    ]);
    expect(JSON.stringify(ports.alerts)).not.toContain('stays Disabled');
  });

  it.each(mayGo)('a key that was saved by half, though it was %s since', async (_, since, config) => {
    const ports = await diedAt('enableKey');
    await since(ports);
    await redrive(ports, config);
    expect(ports.kms.writes).toEqual([`CancelKeyDeletion ${keyArn}`]);
    expect(ports.alerts).toMatchObject([
      {
        severity: 'critical',
        keyState: 'Disabled',
        outcomes: [{ outcome: 'refused', detail: expect.stringContaining('may have changed the key') }],
      },
    ]);
  });

  it('at whatever step the redrive dies in turn, no write comes after, one entry, one ending', async () => {
    const counting = await decidedOnly(day);
    await counting.approvals.add(approvalOf());
    let total = 0;
    await redrive(crashing(counting, () => void (total += 1)));
    expect(total).toBeGreaterThan(15);
    for (let step = 1; step <= total; step += 1) {
      const ports = await decidedOnly(day);
      await ports.approvals.add(approvalOf());
      let count = 0;
      const dying = crashing(ports, () => {
        count += 1;
        if (count === step) throw new Error(`killed at step ${step}`);
      });
      await expect(redrive(dying), `step ${step}`).rejects.toThrow('killed');
      ports.clock.time += 2 * minute;
      await redrive(ports);
      expect(ports.kms.writes, `step ${step}`).toEqual([]);
      expect(ports.ledger.entries, `step ${step}`).toHaveLength(1);
      expect(ports.alerts.at(-1), `step ${step}`).toMatchObject({ outcomes: [{ outcome: 'refused' }] });
    }
  });
});

describe('rotation', () => {
  const switchedOff = body(record({ eventName: 'DisableKeyRotation', eventID: 'off' }));

  it.each([
    ['on again when nobody decided otherwise', enforceAll, 1],
    ['left off in observe mode', defaultConfig, 0],
    ['left off where waived', configSchema.parse({ ...enforceAll, waivers: [waiver('rotation-disabled')] }), 0],
  ])('is %s', async (_, config, writes) => {
    const ports = memoryPorts({ keys: { [keyArn]: memoryKey() } });
    const key = ports.kms.keys.get(keyArn);
    if (key !== undefined) key.rotation = { ...key.rotation, enabled: false };
    const dying = { ...ports, writer: { ...ports.writer, enableKeyRotation: killed } };
    await expect(guardOver(dying, { guard: 'rotation-guard' })(switchedOff)).rejects.toThrow('killed');
    ports.clock.time += day;
    await guardOver(ports, { guard: 'rotation-guard', config })(switchedOff);
    expect(ports.kms.writes).toHaveLength(writes);
    expect(ports.alerts).toMatchObject([{ outcomes: [{ outcome: writes === 1 ? 'done' : 'refused' }] }]);
  });
});
