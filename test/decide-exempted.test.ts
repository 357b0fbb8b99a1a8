import { describe, expect, it } from 'vitest';
import { configSchema } from '../shared/config/config.ts';
import { renderAlert } from '../shared/alerts/render.ts';
import { known, unknown } from '../shared/facts/facts.ts';
import { RetryableFault } from '../shared/ports.ts';
import { ruleById } from '../shared/rules/index.ts';
import { approvalOf, otherKey } from './support/approval-book-contract.ts';
import { crashing } from './support/crashing.ts';
import { enforceAll, guardOver } from './support/guard.ts';
import { memoryKey, pending } from './support/memory-key.ts';
import { type MemoryPorts, memoryPorts } from './support/memory-ports.ts';
import { body, keyArn, record, scheduleDeletion } from './support/records.ts';
import { slackPeople } from './support/slack-people.ts';
import { ledgerWaiver } from './support/waiver-book-contract.ts';

const enabledBefore = [{ state: 'Enabled' as const, at: '2026-01-10T08:00:00Z', actorArn: null, source: 'created' }];
const doomed = (): MemoryPorts => memoryPorts({ keys: { [keyArn]: memoryKey({ changes: enabledBefore }, pending) } });
const stateOf = ({ kms }: MemoryPorts) => kms.keys.get(keyArn)?.metadata.keyState;
const schedule = (ports: MemoryPorts, call = scheduleDeletion(), config = enforceAll) =>
  guardOver(ports, { config })(body(call));
const reasonsOf = (ports: MemoryPorts) => ports.ledger.entries.at(-1)?.decision.reasons;

describe('a deletion that a second person approved', () => {
  it('stands, is told as INFO, and is recorded as approved', async () => {
    const ports = doomed();
    await ports.approvals.add(approvalOf());
    await schedule(ports);
    expect(ports.kms.writes).toEqual([]);
    expect(stateOf(ports)).toBe('PendingDeletion');
    expect(ports.alerts).toMatchObject([
      {
        severity: 'info',
        decision: {
          action: 'alert',
          wouldRemedy: null,
          reasons: [{ id: 'approved', approver: 'Eve', ticket: 'OPS-1' }],
        },
      },
    ]);
    expect([...ports.ledger.findings.values()]).toMatchObject([
      { rule: 'deletion-scheduled', status: 'approved', severity: 'info' },
      { rule: 'deletion-window-short', status: 'approved', severity: 'info' },
    ]);
  });

  it('reads well: nothing in it calls for cancelling what was planned', async () => {
    const ports = doomed();
    await ports.approvals.add(approvalOf());
    await schedule(ports);
    const [alert] = ports.alerts;
    if (alert === undefined) throw new Error('no alert');
    const { subject, text } = renderAlert(alert, ruleById);
    expect(subject).toBe('[INFO] Approved key deletion scheduled: alias/orders (111122223333 eu-west-1)');
    expect(text).toContain('- approved by Eve for arn:aws:iam::111122223333:role/PlatformAdmin, with 7 days or more');
    expect(text).toContain('What to do\n- Nothing, if this is the deletion that was approved');
  });

  it('is one deletion: the next one is cancelled', async () => {
    const ports = doomed();
    await ports.approvals.add(approvalOf());
    await schedule(ports);
    await schedule(ports, scheduleDeletion({ eventID: 'c2a7e9d4-0000-4000-8000-00000000b002' }));
    expect(stateOf(ports)).toBe('Enabled');
    expect(reasonsOf(ports)).toContainEqual(
      expect.objectContaining({ id: 'approval-mismatch', misfit: expect.objectContaining({ why: 'used' }) }),
    );
  });

  it.each([['first'], ['last']])(
    'is one deletion, also where CloudTrail tells of it again: the copy comes %s',
    async (comes) => {
      const ports = doomed();
      await ports.approvals.add(approvalOf());
      const original = scheduleDeletion();
      const addendum = { reason: 'UPDATED_DATA', updatedFields: 'userAgent', originalEventID: original['eventID'] };
      const copy = { ...scheduleDeletion({ eventID: 'c2a7e9d4-0000-4000-8000-00000000b0cc' }), addendum };
      for (const call of comes === 'first' ? [copy, original] : [original, copy]) await schedule(ports, call);
      expect(ports.kms.writes).toEqual([]);
      expect(stateOf(ports)).toBe('PendingDeletion');
    },
  );

  it.each([
    ['another requester', { requester: 'arn:aws:iam::111122223333:role/Other' }, 'other-requester'],
    ['a shorter window', { minimumWindowInDays: 14 }, 'short-window'],
    ['too late', { until: '2026-11-20T09:00:00.000Z' }, 'expired'],
    ['after it was revoked', { revoked: { at: '2026-11-20T09:01:00.000Z', by: 'Eve' } }, 'revoked'],
  ])('is cancelled when it does not fit: %s', async (_, some, why) => {
    const ports = doomed();
    await ports.approvals.add(approvalOf(some));
    await schedule(ports);
    expect(stateOf(ports)).toBe('Enabled');
    expect(ports.alerts).toMatchObject([{ severity: 'critical' }]);
    expect(reasonsOf(ports)).toContainEqual({
      id: 'approval-mismatch',
      approval: 'approval-1',
      misfit: expect.objectContaining({ why }),
    });
  });

  it('is cancelled when the approval is for another key', async () => {
    const ports = doomed();
    await ports.approvals.add(approvalOf({ keyArn: otherKey }));
    await schedule(ports);
    expect(stateOf(ports)).toBe('Enabled');
  });

  it('is judged by the people of the configuration: nobody approves for himself', async () => {
    const config = configSchema.parse({ ...enforceAll, slack: slackPeople });
    const by = (slackUser: string) => approvalOf({ approver: { arn: null, slackUser, name: slackUser } });
    const [own, other] = [doomed(), doomed()];
    await own.approvals.add(by('U0DANA'));
    await other.approvals.add(by('U0EVE'));
    await schedule(own, scheduleDeletion(), config);
    await schedule(other, scheduleDeletion(), config);
    expect([stateOf(own), stateOf(other)]).toEqual(['Enabled', 'PendingDeletion']);
  });

  it('stands also for a key that the configuration protects', async () => {
    const config = configSchema.parse({ ...enforceAll, deletion: { protectedKeys: ['*'] } });
    const ports = doomed();
    await ports.approvals.add(approvalOf());
    await schedule(ports, scheduleDeletion(), config);
    expect(stateOf(ports)).toBe('PendingDeletion');
  });

  it('says nothing for an attempt, and does not use up the approval', async () => {
    const ports = doomed();
    await ports.approvals.add(approvalOf());
    await schedule(ports, scheduleDeletion({ errorCode: 'AccessDenied' }));
    expect(ports.alerts).toMatchObject([{ severity: 'medium' }]);
    expect(await ports.approvals.of(keyArn)).toEqual(known([approvalOf()]));
  });

  it('does not answer what could not be decided: a key that is gone is told as ever', async () => {
    const ports = memoryPorts();
    await ports.approvals.add(approvalOf());
    await schedule(ports, scheduleDeletion({ days: 30 }));
    expect(ports.alerts).toMatchObject([{ severity: 'critical', decision: { reasons: [{ id: 'undetermined' }] } }]);
  });

  it('is not asked for where nothing is flagged, nor for another call', async () => {
    const ports = doomed();
    const asked: string[] = [];
    const approvals = {
      ...ports.approvals,
      of: async (arn: string) => {
        asked.push(arn);
        return known([]);
      },
    };
    await guardOver({ ...ports, approvals })(body(record({ eventName: 'DisableKey', eventID: 'e1' })));
    expect(asked).toEqual([]);
    await guardOver({ ...ports, approvals })(body(scheduleDeletion({ eventID: 'e2' })));
    expect(asked).toEqual([keyArn]);
  });
});

describe('when the ledger does not tell', () => {
  const blind = (ports: MemoryPorts, some: Partial<MemoryPorts['approvals']>) => ({
    ...ports,
    approvals: { ...ports.approvals, ...some },
  });

  it('what was approved is not approved, and that is said', async () => {
    const ports = doomed();
    await ports.approvals.add(approvalOf());
    await schedule(blind(ports, { of: async () => unknown('failed', 'no JSON') }));
    expect(stateOf(ports)).toBe('Enabled');
    expect(reasonsOf(ports)).toContainEqual({ id: 'approvals-unreadable', detail: 'no JSON' });
  });

  it('an approval that is revoked at this very moment is none', async () => {
    const ports = doomed();
    await ports.approvals.add(approvalOf());
    await schedule(blind(ports, { use: async () => false }));
    expect(stateOf(ports)).toBe('Enabled');
    expect(reasonsOf(ports)).toContainEqual(expect.objectContaining({ id: 'approvals-unreadable' }));
  });

  it('is asked again twice; then the key is saved', async () => {
    const ports = doomed();
    await ports.approvals.add(approvalOf());
    const down = blind(ports, {
      of: async () => {
        throw new RetryableFault('the ledger did not answer');
      },
    });
    for (const attempt of [1, 2]) {
      await expect(schedule(down), `attempt ${attempt}`).rejects.toThrow(RetryableFault);
      expect(ports.kms.writes).toEqual([]);
      ports.clock.time += 61_000;
    }
    await schedule(down);
    expect(stateOf(ports)).toBe('Enabled');
  });

  it('waivers that cannot be read do not count', async () => {
    const ports = doomed();
    const waivers = { ...ports.waivers, all: async () => unknown('failed', 'no JSON') };
    await schedule({ ...ports, waivers });
    expect(stateOf(ports)).toBe('Enabled');
    expect(reasonsOf(ports)).toContainEqual({ id: 'waivers-unreadable', detail: 'no JSON' });
  });
});

describe('an attempt that dies', () => {
  it('at whatever step leaves the approved deletion standing, used once', async () => {
    let total = 0;
    const counted = doomed();
    await counted.approvals.add(approvalOf());
    await schedule(crashing(counted, () => void (total += 1)));
    expect(total).toBeGreaterThan(15);
    for (let step = 1; step <= total; step += 1) {
      const ports = doomed();
      await ports.approvals.add(approvalOf());
      let count = 0;
      const dying = crashing(ports, () => {
        count += 1;
        if (count === step) throw new Error('killed');
      });
      await expect(schedule(dying)).rejects.toThrow('killed');
      ports.clock.time += 120_000;
      await schedule(ports);
      expect(ports.kms.writes, `step ${step}`).toEqual([]);
      expect(ports.alerts.at(-1), `step ${step}`).toMatchObject({ severity: 'info' });
      expect(await ports.approvals.of(keyArn), `step ${step}`).toMatchObject(
        known([{ used: { eventID: expect.any(String) } }]),
      );
    }
  });
});

describe('a waiver of the ledger', () => {
  const waive = (ports: MemoryPorts, keys: readonly string[]) =>
    Promise.all(
      ['deletion-scheduled', 'deletion-window-short'].map((rule) =>
        ports.waivers.add(ledgerWaiver({ id: rule, rule, keys: [...keys] })),
      ),
    );

  it.each(['alias/orders', 'tag:owner=orders', 'account:111122223333', keyArn])('by %s holds', async (key) => {
    const ports = doomed();
    await waive(ports, [key]);
    await schedule(ports);
    expect(stateOf(ports)).toBe('PendingDeletion');
    expect(ports.alerts).toEqual([]);
    expect([...ports.ledger.findings.values()].map(({ status }) => status)).toEqual(['waived', 'waived']);
  });

  it('by an OU holds where the configuration tells where the account is, and else does not', async () => {
    const [told, untold] = [doomed(), doomed()];
    for (const ports of [told, untold]) await waive(ports, ['ou:ou-ab12-11111111']);
    const accountPaths = { '111122223333': 'o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/' };
    await schedule(told, scheduleDeletion(), configSchema.parse({ ...enforceAll, accountPaths }));
    await schedule(untold);
    expect([stateOf(told), stateOf(untold)]).toEqual(['PendingDeletion', 'Enabled']);
    expect(reasonsOf(untold)).toContainEqual(
      expect.objectContaining({ id: 'waiver-unclear', lacks: 'organizational unit' }),
    );
  });

  it('by a tag does not hold when the tags cannot be read', async () => {
    const ports = doomed();
    await waive(ports, ['tag:owner=orders']);
    const reader = {
      ...ports.kms,
      tags: async () => unknown('access-denied', 'kms:ListResourceTags is not permitted'),
    };
    await schedule({ ...ports, reader });
    expect(stateOf(ports)).toBe('Enabled');
    expect(reasonsOf(ports)).toContainEqual(expect.objectContaining({ id: 'waiver-unclear', lacks: 'tags' }));
  });

  it('asks for the tags of a key also where no rule in play needs them', async () => {
    const ports = memoryPorts({
      keys: { [keyArn]: memoryKey({ rotation: { enabled: false, periodInDays: null, nextRotationDate: null } }) },
    });
    await ports.waivers.add(ledgerWaiver({ rule: 'rotation-disabled', keys: ['tag:owner=orders'] }));
    await guardOver(ports, { guard: 'rotation-guard' })(body(record({ eventName: 'DisableKeyRotation' })));
    expect(ports.ledger.entries[0]?.decision.reasons).toMatchObject([{ id: 'waived', rule: 'rotation-disabled' }]);
  });
});
