import { type Fact, type KeyMetadata, known, type LastUse, unknown } from '../../shared/facts/facts.ts';
import { readLastUse } from '../../shared/facts/last-use.ts';
import type { Trail } from '../../shared/facts/trail.ts';
import type { Clock } from '../../shared/ports.ts';
import type { OpenRegion } from '../../shared/sweep/ports.ts';
import { quotaGate } from '../../shared/sweep/quota-gate.ts';
import { defaultQuotas, type MeteredApi } from '../../shared/sweep/quotas.ts';

/** KMS in one Region of one account, on virtual time: keys are made up when asked for, calls take their time and are counted. */
export type SimulatedRegion = OpenRegion & {
  /** The largest part of a quota that was taken in any second. */
  readonly largestShare: () => number;
};

export type Simulated = {
  readonly clock: Clock;
  readonly account: string;
  readonly region: string;
  readonly keys: number;
  /** Of a hundred keys so many were used within the last day, the others not for 200 days. */
  readonly usedPercent: number;
};

const day = 86_400_000;
const created = '2026-05-01T08:00:00.000Z';
const latencyInMilliseconds = 15;
const keysPerPage = 1_000;
const aliasesPerPage = 100;

/** Every second's calls against the quota, with the sum kept as time goes on. */
const meter = (clock: Clock) => {
  const recent = new Map<MeteredApi, number[]>();
  let largest = 0;
  return {
    largest: () => largest,
    count: (api: MeteredApi): void => {
      const times = recent.get(api) ?? [];
      recent.set(api, times);
      const now = clock.now();
      while (times[0] !== undefined && times[0] <= now - 1_000) times.shift();
      times.push(now);
      // A part of a call cannot be made: 2.5 a second are 3 in some seconds and 2 in others.
      largest = Math.max(largest, times.length <= 3 ? 0 : times.length / defaultQuotas[api]);
    },
  };
};

export const keyIndexOf = (keyArn: string): number => Number.parseInt(keyArn.slice(-12), 16);

/** As GetKeyLastUsage would answer at `now`. */
export const lastUseAt = (index: number, usedPercent: number, now: number): LastUse => {
  const used = (index * 37) % 100 < usedPercent;
  const at = new Date(used ? now - (index % 20) * 3_600_000 : Math.min(now, Date.parse(created)) - 200 * day);
  const answer = readLastUse({
    keyLastUsage: { timestamp: at.toISOString(), operation: 'Decrypt' },
    trackingStartDate: created,
    keyCreationDate: created,
  });
  if (!answer.known) throw new Error(answer.detail);
  return answer.value;
};

export const simulatedRegion = (input: Simulated): SimulatedRegion => {
  const { clock, account, region, keys } = input;
  const gate = quotaGate(clock);
  const quota = meter(clock);
  const call = async <T>(api: MeteredApi, answer: () => T): Promise<Fact<T>> => {
    await gate.take(api);
    quota.count(api);
    await clock.sleep(latencyInMilliseconds);
    return known(answer());
  };
  const page = (size: number, marker: string | null) => {
    const from = Number(marker ?? 0);
    const to = Math.min(keys, from + size);
    const indexes = Array.from({ length: to - from }, (_, at) => from + at);
    return { indexes, next: to < keys ? String(to) : null };
  };
  const lister = {
    keys: (marker: string | null) =>
      call('ListKeys', () => {
        const { indexes, next } = page(keysPerPage, marker);
        return { keyArns: indexes.map((index) => `arn:aws:kms:${region}:${account}:key/${keyId(index)}`), next };
      }),
    aliases: (marker: string | null) =>
      call('ListAliases', () => {
        const { indexes, next } = page(aliasesPerPage, marker);
        return { aliases: indexes.map((index) => ({ name: `alias/app-${index}`, keyId: keyId(index) })), next };
      }),
  };
  const reader = readerOf(input, call);
  const history = {
    stateChanges: () => call('LookupEvents', () => []),
    failedUses: () => call('LookupEvents', () => []),
  };
  const schedulings = { scheduling: async () => unknown('not-found', 'nobody deletes keys here') };
  const trails = { trails: () => trailsOf(call) };
  return {
    reader,
    lister,
    history,
    schedulings,
    trails,
    forwarding: null,
    gate,
    close: () => undefined,
    largestShare: quota.largest,
  };
};

const keyId = (index: number): string => `0a1b2c3d-1111-4222-8333-${index.toString(16).padStart(12, '0')}`;

/** One multi-Region trail, as most accounts have. */
const trailsOf = async (call: CallApi): Promise<Fact<readonly Trail[]>> => {
  await call('DescribeTrails', () => []);
  const logging = await call('GetTrailStatus', () => true);
  const basic = [{ readWriteType: 'All', includeManagementEvents: true, excludedSources: [] }];
  const selectors = await call('GetEventSelectors', () => ({ basic, advanced: [] }));
  const arn = 'arn:aws:cloudtrail:us-east-1:111122223333:trail/audit';
  return known([{ name: 'audit', arn, organization: false, logging, selectors }]);
};

export const metadataOf = (keyArn: string): KeyMetadata => ({
  keyId: keyArn.slice(-36),
  keyState: 'Enabled',
  keyManager: 'CUSTOMER',
  keySpec: 'SYMMETRIC_DEFAULT',
  keyUsage: 'ENCRYPT_DECRYPT',
  origin: 'AWS_KMS',
  creationDate: created,
  deletionDate: null,
  pendingDeletionWindowInDays: null,
  description: 'orders',
  customKeyStoreId: null,
  expirationModel: null,
  validTo: null,
  multiRegion: null,
});

export const tagsOfAll = { owner: 'orders' };

type CallApi = <T>(api: MeteredApi, answer: () => T) => Promise<Fact<T>>;

const readerOf = ({ clock, account, usedPercent }: Simulated, call: CallApi): OpenRegion['reader'] => ({
  describe: (keyArn) => call('DescribeKey', () => metadataOf(keyArn)),
  rotation: () =>
    call('GetKeyRotationStatus', () => ({
      enabled: true,
      periodInDays: 365,
      nextRotationDate: '2027-01-10T08:00:00.000Z',
    })),
  policy: () => call('GetKeyPolicy', () => policyOf(account)),
  aliases: () => call('ListAliases', () => []),
  tags: () => call('ListResourceTags', () => tagsOfAll),
  grants: () => call('ListGrants', () => []),
  lastRotation: () => call('ListKeyRotations', () => ({ at: null })),
  lastUse: (keyArn) => call('GetKeyLastUsage', () => lastUseAt(keyIndexOf(keyArn), usedPercent, clock.now())),
});

const policyOf = (account: string): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'Own',
        Effect: 'Allow',
        Principal: { AWS: `arn:aws:iam::${account}:root` },
        Action: 'kms:*',
        Resource: '*',
      },
      {
        Sid: 'App',
        Effect: 'Allow',
        Principal: { AWS: `arn:aws:iam::${account}:role/app` },
        Action: ['kms:Decrypt', 'kms:GenerateDataKey'],
        Resource: '*',
      },
    ],
  });
