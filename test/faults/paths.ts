import { configSchema, type GuardConfig } from '../../shared/config/config.ts';
import { memoryKey, pending } from '../support/memory-key.ts';
import type { MemoryKey } from '../support/memory-kms.ts';
import type { MemoryPorts } from '../support/memory-ports.ts';
import { createGrant, grantId, publicPolicy, putPolicy, rootPolicy } from '../support/policies.ts';
import { body, keyArn, record, scheduleDeletion } from '../support/records.ts';
import type { House } from './house.ts';
import type { Ending } from './invariants.ts';
import type { PortCall } from './port-calls.ts';

/** In every batch of the event: a call about another key, which no fault of the event may cost its entry. */
export const mateID = 'batch-mate';

/** One way of an event through the house, and how it is to end. */
export type Path = {
  readonly id: string;
  readonly guard: string;
  readonly config: GuardConfig;
  readonly key: () => MemoryKey;
  /** What people allowed before. */
  readonly prepare?: (ports: MemoryPorts) => Promise<void>;
  /** Handled before, without faults: what the ledger knows already. */
  readonly before: readonly string[];
  /** What somebody did to the key since: the call of the event. */
  readonly call: (key: MemoryKey) => void;
  readonly event: string;
  readonly eventID: string | null;
  /** How many entries of it the ledger has in the end. @default 1 */
  readonly entries?: 0 | 1;
  /** What else is in its batch, with `mateID`. @default a call about another key, that nobody is told of */
  readonly mate?: string;
  /** The writes that bring it right, each made once. */
  readonly writes: readonly string[];
  readonly isRight: (key: MemoryKey) => boolean;
  /** What is enough where the guard could not learn how the key was before. @default isRight */
  readonly isSafe?: (key: MemoryKey) => boolean;
  /** How many alerts people get of it. */
  readonly alerts: number;
  /** What must hold while the fault at that call lasts, and its message is set aside. */
  readonly whileLost?: (house: House, at: PortCall) => readonly string[];
  /** What else must hold in the end. */
  readonly also?: (house: House, ending: Ending) => readonly string[];
};

const alerts = {
  channels: { ops: { slackChannel: 'C012AB3CD' } },
  routes: [{ to: ['ops', 'default'] }],
  // Every alert by itself: what makes one message of many is tested in `test/delivery/storm.test.ts`.
  storm: { after: 1_000 },
  slackTokenSecretArn: 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:slack-token-a1b2c3',
};
const remedies = {
  cancelKeyDeletion: 'enforce',
  restoreKeyState: 'enforce',
  enableKeyRotation: 'enforce',
  restoreKeyPolicy: 'enforce',
  revokeGrant: 'enforce',
} as const;
export const enforce = configSchema.parse({ modes: { remedies }, alerts });

export const created = { state: 'Enabled' as const, at: '2026-01-10T08:00:00Z', actorArn: null, source: 'created' };
const eventID = 'c2a7e9d4-0000-4000-8000-00000000b001';
const common = { guard: 'deletion-guard', config: enforce, before: [], eventID, alerts: 1 } as const;
const stateIs =
  (state: string) =>
  ({ metadata }: MemoryKey): boolean =>
    metadata.keyState === state;
const schedule = (key: MemoryKey): void => {
  key.metadata = { ...key.metadata, ...pending };
};

export const deletion: Path = {
  ...common,
  id: 'deletion cancelled, key enabled again',
  key: () => memoryKey({ changes: [created] }),
  call: schedule,
  event: body(scheduleDeletion()),
  writes: [`CancelKeyDeletion ${keyArn}`, `EnableKey ${keyArn}`],
  isRight: stateIs('Enabled'),
};

const turnedOn = record({
  eventName: 'EnableKeyRotation',
  eventID: 'turned-on',
  eventTime: '2026-11-01T08:00:00Z',
  request: { rotationPeriodInDays: 200 },
});

const rotation: Path = {
  ...common,
  id: 'rotation switched on again',
  guard: 'rotation-guard',
  key: () => memoryKey({ rotation: { enabled: true, periodInDays: 200, nextRotationDate: null } }),
  before: [body(turnedOn)],
  call: (key) => {
    key.rotation = { enabled: false, periodInDays: null, nextRotationDate: null };
  },
  event: body(record({ eventName: 'DisableKeyRotation' })),
  writes: [`EnableKeyRotation ${keyArn} 200`],
  isRight: ({ rotation: { enabled, periodInDays } }) => enabled && periodInDays === 200,
  // The period it had is the ledger's to know; without it rotation is on every 365 days.
  isSafe: (key) => key.rotation.enabled,
};

export const policy: Path = {
  ...common,
  id: 'key policy put back',
  guard: 'policy-guard',
  key: () => memoryKey({ policy: rootPolicy }),
  before: [body(putPolicy(rootPolicy, { eventID: 'put-good', eventTime: '2026-11-20T08:00:00Z' }))],
  call: (key) => {
    key.policy = publicPolicy;
  },
  event: body(putPolicy(publicPolicy)),
  writes: [`PutKeyPolicy ${keyArn}`],
  isRight: (key) => key.policy === rootPolicy,
};

const grant: Path = {
  ...common,
  id: 'grant revoked',
  guard: 'policy-guard',
  key: () => memoryKey({ policy: rootPolicy }),
  call: (key) => {
    key.grants = [strangersGrant];
  },
  event: body(createGrant()),
  writes: [`RevokeGrant ${keyArn} ${grantId}`],
  isRight: ({ grants }) => grants.length === 0,
};

const strangersGrant = {
  grantId,
  name: null,
  granteePrincipal: 'arn:aws:iam::999988887777:role/stranger',
  granteeServicePrincipal: null,
  retiringPrincipal: null,
  operations: ['Decrypt'],
  issuingAccount: null,
  creationDate: '2026-11-20T09:14:07.000Z',
  constraints: null,
};

export const alertOnly: Path = {
  ...common,
  id: 'alert only',
  key: () => memoryKey({ changes: [created] }),
  call: (key) => {
    key.metadata = { ...key.metadata, keyState: 'Disabled' };
  },
  event: body(record({ eventName: 'DisableKey' })),
  writes: [],
  isRight: stateIs('Disabled'),
};

/** Another key was saved in this hour already: the breaker allows one. */
const other = keyArn.replace('0a1b2c3d', '99999999');
const tripped: Path = {
  ...deletion,
  id: 'breaker tripped: alert only',
  config: configSchema.parse({ modes: { remedies }, alerts, safety: { remediesPerHour: 1 } }),
  before: [body(scheduleDeletion({ key: other, eventID: 'before' }))],
  writes: [],
  isRight: stateIs('PendingDeletion'),
  alerts: 2,
};

const forged = JSON.stringify({ ...JSON.parse(body(scheduleDeletion())), account: '999988887777' });
const poison = (id: string, event: string): Path => ({
  ...alertOnly,
  id: `poison: ${id}`,
  call: () => undefined,
  event,
  eventID: null,
  isRight: stateIs('Enabled'),
});

export const otherKey = other;

export const paths: readonly Path[] = [
  deletion,
  rotation,
  policy,
  grant,
  alertOnly,
  tripped,
  poison('no JSON', 'this is {not JSON'),
  poison('another account on the envelope', forged),
  poison('deep and huge', `${'['.repeat(5_000)}${'x'.repeat(1_000_000)}`),
];
