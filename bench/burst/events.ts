import { body, envelope, record, scheduleDeletion } from '../../test/support/records.ts';
import { callPattern } from '../../infra/constructs/call-route.ts';
import type { GuardName } from '../../shared/rules/define-rule.ts';
import { rules } from '../../shared/rules/index.ts';
import { guardsOf, watchedOperations } from '../../shared/rules/routes.ts';
import { matchesPattern } from '../../test/support/event-pattern.ts';
import { openPolicy, ownPolicy } from './key-policies.ts';

/** How the key of an event stands when the burst begins; all else about it is in order. */
export type KeyStart = {
  readonly state: 'Enabled' | 'Disabled' | 'PendingDeletion';
  readonly rotates: boolean;
  readonly policy: string;
  /** Of a partner's account. */
  readonly grant: string | null;
};

type Kind = {
  readonly name: string;
  /** Of a hundred events. */
  readonly share: number;
  /** Whether events of this kind share their keys, so that many write the same items of the ledger. */
  readonly busy: boolean;
  /** Whether somebody must be told, once an event. */
  readonly told: boolean;
  /** Whether the guards saw the key being made, in order, before the burst: what their remedies bring back. */
  readonly seen: boolean;
  /** What must be written to KMS, once an event. */
  readonly writes: readonly string[];
  readonly start: Partial<KeyStart>;
  readonly record: (about: About) => Record<string, unknown>;
};
type About = { readonly key: string; readonly eventID: string; readonly eventTime: string };

const grantId = (eventID: string): string => `grant-of-${eventID}`;

const made = ({ key, ...about }: About): Record<string, unknown> => ({
  ...record({ ...about, key, eventName: 'CreateKey' }),
  requestParameters: { policy: ownPolicy, origin: 'AWS_KMS', keySpec: 'SYMMETRIC_DEFAULT' },
  responseElements: { keyMetadata: { arn: key, keyId: key.split('/')[1], keyState: 'Enabled' } },
});

/** What a storm is made of. A deletion that was denied is told as what it is; nothing is cancelled for it. */
const kinds: readonly Kind[] = [
  {
    name: 'deletion',
    share: 10,
    busy: false,
    told: true,
    seen: true,
    writes: ['CancelKeyDeletion', 'EnableKey'],
    start: { state: 'PendingDeletion' },
    record: (about) => scheduleDeletion(about),
  },
  {
    name: 'deletion denied',
    share: 5,
    busy: false,
    told: true,
    seen: false,
    writes: [],
    start: {},
    record: (about) => scheduleDeletion({ ...about, errorCode: 'AccessDeniedException' }),
  },
  {
    name: 'disabled',
    share: 10,
    busy: false,
    told: true,
    seen: false,
    writes: [],
    start: { state: 'Disabled' },
    record: (about) => record({ ...about, eventName: 'DisableKey' }),
  },
  {
    name: 'enabled',
    share: 25,
    busy: true,
    told: false,
    seen: false,
    writes: [],
    start: {},
    record: (about) => record({ ...about, eventName: 'EnableKey' }),
  },
  {
    name: 'rotation off',
    share: 10,
    busy: false,
    told: true,
    seen: false,
    writes: ['EnableKeyRotation'],
    start: { rotates: false },
    record: (about) => record({ ...about, eventName: 'DisableKeyRotation' }),
  },
  {
    name: 'policy opened',
    share: 10,
    busy: false,
    told: true,
    seen: true,
    writes: ['PutKeyPolicy'],
    start: { policy: openPolicy },
    record: (about) =>
      record({ ...about, eventName: 'PutKeyPolicy', request: { policyName: 'default', policy: openPolicy } }),
  },
  {
    name: 'policy kept',
    share: 10,
    busy: true,
    told: false,
    seen: false,
    writes: [],
    start: {},
    record: (about) =>
      record({ ...about, eventName: 'PutKeyPolicy', request: { policyName: 'default', policy: ownPolicy } }),
  },
  {
    name: 'grant to a partner',
    share: 10,
    busy: false,
    told: true,
    seen: false,
    writes: ['RevokeGrant'],
    start: { grant: 'arn:aws:iam::999988887777:role/partner' },
    record: ({ eventID, ...about }) =>
      record({
        ...about,
        eventID,
        eventName: 'CreateGrant',
        request: { granteePrincipal: 'arn:aws:iam::999988887777:role/partner', operations: ['Decrypt'] },
        response: { grantId: grantId(eventID) },
      }),
  },
  {
    name: 'key made',
    share: 10,
    busy: false,
    told: false,
    seen: false,
    writes: [],
    start: {},
    record: made,
  },
];

export type BurstEvent = {
  readonly id: string;
  readonly key: string;
  readonly kind: Kind;
  readonly start: KeyStart;
  readonly grantId: string;
  readonly body: string;
  /** The making of its key, an hour before; null where no guard saw that. */
  readonly before: string | null;
  /** Whose rules on the event bus match it. */
  readonly guards: readonly GuardName[];
};

export const guards = guardsOf(rules);

const patterns = guards.map((guard) => {
  const { detailType, ...pattern } = callPattern(watchedOperations(guard, rules));
  return { guard, pattern: { ...pattern, 'detail-type': detailType } };
});

export const inOrder: KeyStart = { state: 'Enabled', rotates: true, policy: ownPolicy, grant: null };
const byHundredths = kinds.flatMap((kind) => Array.from({ length: kind.share }, () => kind));
const busyKeys = 50;

const iso = (time: number): string => new Date(time).toISOString();

/** Of every kind its share, mixed; `keyArn` is the shape of their keys. */
export const burstEvents = (count: number, keyArn: string): readonly BurstEvent[] =>
  Array.from({ length: count }, (_, n) => {
    const kind = byHundredths[(n * 37) % byHundredths.length];
    if (kind === undefined) throw new RangeError('the shares are not a hundred');
    const number = kind.busy ? n % busyKeys : n;
    const key = keyArn.replace('0a1b2c3d', `${kind.busy ? 'e' : 'a'}${number.toString(16).padStart(7, '0')}`);
    const id = `burst-${n}`;
    const detail = kind.record({ key, eventID: id, eventTime: iso(Date.now()) });
    const before = made({ key, eventID: `made-${n}`, eventTime: iso(Date.now() - 3_600_000) });
    return {
      id,
      key,
      kind,
      start: { ...inOrder, ...kind.start },
      grantId: grantId(id),
      body: body(detail),
      before: kind.seen ? body(before) : null,
      guards: patterns.filter(({ pattern }) => matchesPattern(pattern, envelope(detail))).map(({ guard }) => guard),
    };
  });
