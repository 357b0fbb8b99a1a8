import { describe, expect, it } from 'vitest';
import type { ButtonAction, ButtonValue } from '../../shared/alerts/slack/button-value.ts';
import { configSchema } from '../../shared/config/config.ts';
import type { Move } from '../../shared/delivery/outbox-message.ts';
import { known } from '../../shared/facts/facts.ts';
import { RetryableFault } from '../../shared/ports.ts';
import type { AnswerResult } from '../../shared/slack-actions/answer-ports.ts';
import { handleAnswer } from '../../shared/slack-actions/handle-answer.ts';
import { slackHooks } from '../../shared/slack-actions/response-url.ts';
import type { SlackAnswer } from '../../shared/slack-actions/slack-answer.ts';
import { approvalOf } from '../support/approval-book-contract.ts';
import { enforceAll, guardOver } from '../support/guard.ts';
import { memoryFindings } from '../support/memory-findings.ts';
import { memoryKey, pending } from '../support/memory-key.ts';
import { type MemoryPorts, memoryPorts } from '../support/memory-ports.ts';
import { account, body, guardRole, keyArn, record, scheduleDeletion } from '../support/records.ts';
import { buttonValue, clickedAt } from '../support/slack-click.ts';
import { dana, slackPeople } from '../support/slack-people.ts';

const enforcing = configSchema.parse({ ...enforceAll, slack: slackPeople });
const observing = configSchema.parse({ slack: slackPeople });
const url = 'https://hooks.slack.com/actions/T0/1/x';

type World = MemoryPorts & {
  readonly moves: Move[];
  readonly replies: { to: string; text: string }[];
  readonly answered: AnswerResult[];
};

/** A key whose deletion Dana scheduled, as the guard left it: cancelled where it enforces, pending where it observes. */
const worldOf = async (config = enforcing, call = scheduleDeletion()): Promise<World> => {
  const enabledBefore = [{ state: 'Enabled' as const, at: '2026-01-10T08:00:00Z', actorArn: null, source: 'created' }];
  const ports = memoryPorts({ keys: { [keyArn]: memoryKey({ changes: enabledBefore }, pending) } });
  await guardOver(ports, { config })(body(call));
  ports.kms.writes.length = 0;
  return { ...ports, moves: [], replies: [], answered: [] };
};

type Click = {
  readonly user?: string;
  readonly action?: ButtonAction;
  readonly value?: ButtonValue;
  readonly responseUrl?: string | null;
};

const click = (
  world: World,
  { user = 'U0EVE', action = 'approve', value = buttonValue(), responseUrl = url }: Click,
  config = enforcing,
) => {
  const answer: SlackAnswer = { id: 'a1', user, action, value, responseUrl, at: new Date(clickedAt).toISOString() };
  const ports = {
    ...world,
    entries: {
      find: async (key: string, eventID: string) =>
        world.ledger.entries.find((entry) => entry.call.keyArn === key && entry.eventID === eventID) ?? null,
    },
    findings: memoryFindings(world.ledger.findings),
    answers: { record: async (_: SlackAnswer, result: AnswerResult) => void world.answered.push(result) },
    progress: { moved: async (move: Move) => void world.moves.push(move) },
    replies: { send: async (to: string, text: string) => void world.replies.push({ to, text }) },
  };
  return handleAnswer({ config, ownRoles: [guardRole], hooksOrigin: slackHooks, ports }, answer, 1);
};

const approvalsOf = async (world: World) => {
  const all = await world.approvals.of(keyArn);
  return all.known ? all.value : [];
};
const stateOf = ({ kms }: World) => kms.keys.get(keyArn)?.metadata.keyState;

describe('approve', () => {
  it('lets the requester schedule again for a day, with a window as long, after the guard cancelled', async () => {
    const world = await worldOf();
    expect(await click(world, {})).toMatchObject({ result: 'done' });
    expect(await approvalsOf(world)).toMatchObject([
      {
        requester: dana,
        approver: { slackUser: 'U0EVE', name: 'Eve', arn: null },
        minimumWindowInDays: 7,
        until: '2026-11-21T09:16:00.000Z',
        used: null,
      },
    ]);
    expect(world.moves).toMatchObject([
      { status: 'approved', by: 'Eve', alertId: 'alert-1', until: '2026-11-21T09:16:00.000Z' },
    ]);
    expect(world.replies).toMatchObject([{ to: url, text: expect.stringContaining('Approved') }]);
    expect(world.answered).toMatchObject([{ result: 'done' }]);
    expect(world.kms.writes).toEqual([]);
  });

  it('and then the second try passes as INFO, a third is cancelled', async () => {
    const world = await worldOf();
    await click(world, {});
    const again = async (n: number) => {
      const key = world.kms.keys.get(keyArn);
      if (key !== undefined) key.metadata = { ...key.metadata, ...pending };
      const eventID = `c2a7e9d4-0000-4000-8000-00000000c00${n}`;
      await guardOver(world, { config: enforcing })(
        body(scheduleDeletion({ eventID, eventTime: '2026-11-20T10:00:00Z' })),
      );
      return [stateOf(world), world.alerts.at(-1)];
    };
    expect(await again(1)).toMatchObject(['PendingDeletion', { severity: 'info' }]);
    expect(await again(2)).toMatchObject(['Enabled', { severity: 'critical' }]);
  });

  it('lets the deletion that is still pending go its way, and approves no other', async () => {
    const world = await worldOf(observing);
    expect(await click(world, {}, observing)).toMatchObject({
      result: 'done',
      says: expect.stringContaining('go its way'),
    });
    const [approval] = await approvalsOf(world);
    expect(approval?.used).toEqual({
      at: '2026-11-20T09:16:00.000Z',
      eventID: world.ledger.entries[0]?.eventID,
      deletionDate: pending.deletionDate,
    });
    expect(world.moves).toMatchObject([{ status: 'approved', until: null }]);
    expect([...world.ledger.findings.values()].map(({ status, severity }) => [status, severity])).toEqual([
      ['approved', 'info'],
      ['approved', 'info'],
    ]);
  });

  it('is not for another deletion that is pending now', async () => {
    const world = await worldOf(observing);
    const value = buttonValue({ deletionDate: '2026-11-25T00:00:00.000Z' });
    await click(world, { value }, observing);
    expect((await approvalsOf(world))[0]?.used).toBeNull();
  });

  it.each([
    ['the person who scheduled it', { user: 'U0DANA' }, 'A second person must approve it'],
    ['somebody who may not approve', { user: 'U0FINN' }, 'you are not among those who may approve'],
    ['a stranger', { user: 'U0GUS' }, 'does not know the Slack user U0GUS'],
    ['a user of a name that every object has', { user: 'W0' }, 'does not know'],
    ['a call that nobody knows', { value: buttonValue({ eventID: 'no-such' }) }, 'knows no deletion'],
    ['an alert without a call', { value: buttonValue({ eventID: null }) }, 'knows no deletion'],
    ['an alert without a key', { value: buttonValue({ keyArn: null }) }, 'knows no deletion'],
  ])('is refused to %s, who hears why', async (_, some, says) => {
    const world = await worldOf();
    expect(await click(world, some)).toMatchObject({ result: 'refused', says: expect.stringContaining(says) });
    expect(await approvalsOf(world)).toEqual([]);
    expect(world.moves).toEqual([]);
    expect(world.replies).toHaveLength(1);
    expect(world.answered).toMatchObject([{ result: 'refused' }]);
  });

  it('is refused where the mapping does not know who scheduled it', async () => {
    const world = await worldOf(enforcing, scheduleDeletion({ session: 'gus@example.com' }));
    const result = await click(world, {});
    expect(result).toMatchObject({ result: 'refused' });
    expect(result.says).toContain(
      'does not tell who arn:aws:sts::111122223333:assumed-role/PlatformAdmin/gus@example.com is',
    );
    expect(await approvalsOf(world)).toEqual([]);
  });

  it.each([
    ['another call', record({ eventName: 'DisableKey' })],
    ['an attempt that failed', scheduleDeletion({ errorCode: 'AccessDenied' })],
  ])('is refused for %s', async (_, call) => {
    const world = await worldOf(enforcing, call);
    expect(await click(world, {})).toMatchObject({
      result: 'refused',
      says: expect.stringContaining('knows no deletion'),
    });
  });

  it('is refused where the waiting period is unknown', async () => {
    const call = { ...scheduleDeletion(), requestParameters: { omitted: true }, responseElements: null };
    const world = await worldOf(enforcing, call);
    expect(await click(world, {})).toMatchObject({
      result: 'refused',
      says: 'Not approved: the waiting period of the deletion is unknown.',
    });
    expect(await approvalsOf(world)).toEqual([]);
  });

  it('names a role where people are known by it, and a session only where they are known by that', async () => {
    const byRole = {
      ...slackPeople,
      users: {
        ...slackPeople.users,
        U0DANA: { name: 'Dana', principals: [`arn:aws:iam::${account}:role/PlatformAdmin`] },
      },
    };
    const config = configSchema.parse({ ...enforceAll, slack: byRole });
    const world = await worldOf(config);
    await click(world, {}, config);
    expect((await approvalsOf(world))[0]?.requester).toBe(`arn:aws:iam::${account}:role/PlatformAdmin`);
  });

  it('delivered twice is one approval; a second approver hears who was first', async () => {
    const world = await worldOf();
    const people = {
      ...slackPeople,
      users: { ...slackPeople.users, U0FINN: { name: 'Finn', principals: ['arn:aws:iam::1:user/f'] } },
      approvers: ['U0EVE', 'U0FINN'],
    };
    const config = configSchema.parse({ ...enforceAll, slack: people });
    expect(await click(world, {}, config)).toEqual(await click(world, {}, config));
    expect(await approvalsOf(world)).toHaveLength(1);
    expect(world.moves[1]).toEqual(world.moves[0]);
    expect(await click(world, { user: 'U0FINN' }, config)).toMatchObject({
      result: 'refused',
      says: expect.stringContaining('Eve approved it already'),
    });
  });

  it('does not bring back what was revoked', async () => {
    const world = await worldOf();
    await click(world, {});
    const [approval] = await approvalsOf(world);
    await world.approvals.revoke({ keyArn, id: approval?.id ?? '', by: 'Eve', at: '2026-11-20T09:17:00.000Z' });
    expect(await click(world, {})).toMatchObject({ result: 'refused', says: expect.stringContaining('is revoked') });
  });
});

describe('keep the key', () => {
  const keep: Click = { action: 'keep', user: 'U0FINN' };

  it('cancels a deletion that still stands, and restores the key', async () => {
    const world = await worldOf(observing);
    expect(await click(world, keep)).toMatchObject({
      result: 'done',
      says: expect.stringContaining('restoreKeyState: done'),
    });
    expect(world.kms.writes).toEqual([`CancelKeyDeletion ${keyArn}`, `EnableKey ${keyArn}`]);
    expect(stateOf(world)).toBe('Enabled');
    expect(world.moves).toMatchObject([{ status: 'kept', by: 'Finn' }]);
  });

  it('is done already where the guard cancelled', async () => {
    const world = await worldOf();
    expect(await click(world, keep)).toMatchObject({ result: 'done' });
    expect(world.kms.writes).toEqual([]);
  });

  it('writes nothing in observe mode, and says how to do it by hand', async () => {
    const world = await worldOf(observing);
    const result = await click(world, keep, observing);
    expect(result).toMatchObject({ result: 'refused' });
    expect(result.says).toContain(`aws kms cancel-key-deletion --key-id ${keyArn} --region eu-west-1`);
    expect(result.says).toContain('aws kms enable-key');
    expect(world.kms.writes).toEqual([]);
    expect(stateOf(world)).toBe('PendingDeletion');
    expect(world.moves).toEqual([]);
  });

  it('leaves the key disabled where only cancelling is enforced, and says so', async () => {
    const world = await worldOf(observing);
    const config = configSchema.parse({ modes: { remedies: { cancelKeyDeletion: 'enforce' } }, slack: slackPeople });
    expect((await click(world, keep, config)).says).toContain('stays Disabled');
    expect(stateOf(world)).toBe('Disabled');
  });

  it('says loudly that the deletion was not cancelled', async () => {
    const world = await worldOf(observing);
    world.kms.refuse.push({ ok: false, reason: 'access-denied', detail: 'kms:CancelKeyDeletion is denied' });
    const result = await click(world, keep);
    expect(result).toMatchObject({ result: 'refused', says: expect.stringContaining('NOT cancelled') });
    expect(world.moves).toEqual([]);
  });

  it('takes back the approvals that would permit the deletion, and no other', async () => {
    const world = await worldOf(observing);
    const used = { at: '2026-11-20T09:00:00.000Z', eventID: 'e0', deletionDate: null };
    await world.approvals.add(approvalOf({ id: 'used', used }));
    await world.approvals.add(approvalOf({ id: 'live' }));
    expect((await click(world, keep, observing)).says).toMatch(/^Revoked: live\. /);
    expect((await approvalsOf(world)).map(({ id, revoked }) => [id, revoked?.by ?? null])).toEqual([
      ['live', 'Finn'],
      ['used', null],
    ]);
  });

  it('is refused to a stranger', async () => {
    const world = await worldOf(observing);
    expect(await click(world, { ...keep, user: 'U0GUS' })).toMatchObject({ result: 'refused' });
    expect(world.kms.writes).toEqual([]);
  });
});

describe('snooze and acknowledge', () => {
  it('move the alert, with an end and without', async () => {
    const world = await worldOf(observing);
    expect(await click(world, { action: 'snooze', user: 'U0FINN' })).toMatchObject({ result: 'done' });
    expect(await click(world, { action: 'acknowledge', user: 'U0EVE' })).toMatchObject({ result: 'done' });
    expect(world.moves).toMatchObject([
      { status: 'snoozed', by: 'Finn', until: '2026-11-20T13:16:00.000Z' },
      { status: 'acknowledged', by: 'Eve', until: null },
    ]);
  });

  it('nobody snoozes beyond the end of the key', async () => {
    const world = await worldOf(observing);
    const value = buttonValue({ deletionDate: '2026-11-20T13:16:00.000Z' });
    expect(await click(world, { action: 'snooze', value })).toMatchObject({ result: 'refused' });
    expect(world.moves).toEqual([]);
  });

  it.each(['snooze', 'acknowledge'] as const)('nobody answers the alert about his own call (%s)', async (action) => {
    const world = await worldOf(observing);
    expect(await click(world, { action, user: 'U0DANA' })).toMatchObject({ result: 'refused' });
    expect(world.moves).toEqual([]);
  });

  it('work for an alert without a key', async () => {
    const world = await worldOf(observing);
    const value = buttonValue({ keyArn: null, eventID: null, deletionDate: null, findingIds: [] });
    expect(await click(world, { action: 'acknowledge', value })).toMatchObject({ result: 'done' });
  });
});

describe('the reply', () => {
  it.each([
    'http://hooks.slack.com/actions/x',
    'https://hooks.slack.com.example.com/actions/x',
    'https://hooks.slack.com@169.254.169.254/latest',
    'https://hooks.slack.com:8443/actions/x',
    'https://169.254.169.254/latest/meta-data',
    'file:///etc/passwd',
    'https://hooks.slack.com',
    'nonsense',
    null,
  ])('goes to Slack only: %s', async (responseUrl) => {
    const world = await worldOf(observing);
    await click(world, { action: 'acknowledge', responseUrl });
    expect(world.replies).toEqual([]);
    expect(world.answered).toHaveLength(1);
  });

  it('forges nothing: what others wrote is escaped', async () => {
    const world = await worldOf(enforcing, scheduleDeletion({ session: '<!channel>' }));
    await click(world, {});
    expect(world.replies[0]?.text).toContain('&lt;!channel&gt;');
  });
});

it('a ledger that gives no answer sends the answer back to its queue, and nothing is said', async () => {
  const world = await worldOf();
  const down = {
    ...world,
    approvals: {
      ...world.approvals,
      add: async () => {
        throw new RetryableFault('the ledger did not answer');
      },
    },
  };
  await expect(click(down, {})).rejects.toThrow(RetryableFault);
  expect(world.replies).toEqual([]);
  expect(await world.approvals.of(keyArn)).toEqual(known([]));
});
