import { handleDefence } from '../../shared/defence/handle-defence.ts';
import { outboxAlerter, outboxPulse } from '../../shared/delivery/outbox-alerter.ts';
import { progressThrough } from '../../shared/delivery/progress.ts';
import type { KeyWriter } from '../../shared/ports.ts';
import { guardOver } from '../support/guard.ts';
import { memoryKey, pending } from '../support/memory-key.ts';
import { memoryNotifier } from '../support/memory-notifier.ts';
import type { MemoryKey } from '../support/memory-kms.ts';
import { type MemoryPorts, memoryPorts } from '../support/memory-ports.ts';
import { body, keyArn, record } from '../support/records.ts';
import { memoryInbox } from './inbox.ts';
import { mateID, otherKey, type Path } from './paths.ts';

const mateKey = keyArn.replace('0a1b2c3d', '77777777');
const mate = body(record({ eventName: 'EnableKey', key: mateKey, eventID: mateID }));

const leaseInSeconds = 65;
export const dayInMilliseconds = 86_400_000;

type Options = {
  readonly keys?: Readonly<Record<string, MemoryKey>>;
  /** Faults strike every message, and not only the event of the path. */
  readonly everyone?: boolean;
};

/** The whole guard in memory: inbox, guard, outbox, notifier; real code between the queues, and a clock that is moved. */
export const openHouse = (path: Path, { keys = {}, everyone = false }: Options = {}) => {
  const told = memoryNotifier(path.config.alerts);
  const { outbox } = told;
  /** Milliseconds that the clock of a guard's host is off. */
  const skew = { milliseconds: 0 };
  const clock = {
    get time() {
      return told.clock.time;
    },
    set time(value) {
      told.clock.time = value;
    },
    now: () => told.clock.time + skew.milliseconds,
    sleep: async (milliseconds: number) => {
      told.clock.time += milliseconds;
    },
  };
  const inbox = memoryInbox(() => told.clock.time);
  const memory = memoryPorts({
    keys: {
      [keyArn]: path.key(),
      [mateKey]: memoryKey(),
      [otherKey]: memoryKey({ changes: [] }, pending),
      ...keys,
    },
  });
  const written: string[] = [];
  const ports: MemoryPorts = {
    ...memory,
    writer: recording(memory.kms, written),
    alerter: outboxAlerter(outbox, path.guard, clock),
    progress: progressThrough(outbox),
    pulse: outboxPulse(outbox, path.guard),
    clock,
  };
  const isVictim = (text: string): boolean => everyone || text === path.event;
  /** How often a fault struck the notifier. */
  const strikes = { notifier: 0 };
  const attempts = { guard: 0, notifier: 0 };
  return { path, told, outbox, inbox, ports, clock, skew, written, isVictim, attempts, strikes };
};

export type House = ReturnType<typeof openHouse>;

/** Only writes that KMS accepted count as made. */
const recording = (writer: KeyWriter, written: string[]): KeyWriter => {
  const noted = async <Answer extends { readonly ok: boolean }>(call: string, answer: Promise<Answer>) => {
    const given = await answer;
    if (given.ok) written.push(call);
    return given;
  };
  return {
    cancelKeyDeletion: (arn) => noted(`CancelKeyDeletion ${arn}`, writer.cancelKeyDeletion(arn)),
    enableKey: (arn) => noted(`EnableKey ${arn}`, writer.enableKey(arn)),
    enableKeyRotation: (arn, days) => noted(`EnableKeyRotation ${arn} ${days}`, writer.enableKeyRotation(arn, days)),
    putKeyPolicy: (arn, text) => noted(`PutKeyPolicy ${arn}`, writer.putKeyPolicy(arn, text)),
    revokeGrant: (arn, id) => noted(`RevokeGrant ${arn} ${id}`, writer.revokeGrant(arn, id)),
  };
};

/** What the guard's resources are called. */
const names = ['KmsGuard'];

export const guardOf = (
  { path: { guard, config } }: House,
  ports: MemoryPorts,
): ((body: string) => Promise<unknown>) =>
  guard === 'self-guard'
    ? (text) => handleDefence({ guard, names, leaseInSeconds, ports }, text)
    : guardOver(ports, { guard, config, leaseInSeconds });

/** The key as it was, what the ledger learned of it, then the call of the event; its message and its mate wait. */
export const begin = async (house: House, copies = 1): Promise<void> => {
  const { path, ports, inbox, told } = house;
  await path.prepare?.(ports);
  for (const each of path.before) await guardOf(house, ports)(each);
  await told.run(told.clock.time + 60_000);
  forget(house);
  path.call(keyOf(house));
  for (let n = 0; n < copies; n += 1) inbox.send(path.event);
  inbox.send(path.mate ?? mate);
};

/** What was told and written before the event is not counted. */
const forget = ({ told, written }: House): void => {
  for (const list of [told.published, told.events, told.slack.posted, told.beats, written]) list.splice(0);
};

export const keyOf = ({ ports }: House) => {
  const key = ports.kms.keys.get(keyArn);
  if (key === undefined) throw new Error('the key is gone');
  return key;
};
