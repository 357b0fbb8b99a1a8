import { AccountClient } from '@aws-sdk/client-account';
import { OrganizationsClient } from '@aws-sdk/client-organizations';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { partitionOfRegion } from '../calls/key-arn.ts';
import { type Fact, known, unknown } from '../facts/facts.ts';
import { isBusOf } from '../facts/forwarding.ts';
import type { Clock } from '../ports.ts';
import type { Estate, OpenRegion } from '../sweep/ports.ts';
import { callCounter, type QuotaGate, quotaGate } from '../sweep/quota-gate.ts';
import type { QuotaSettings } from '../sweep/quotas.ts';
import { askAws } from './aws-faults.ts';
import { eventHistory } from './event-history.ts';
import { forwardingReader } from './forwarding-reader.ts';
import { kmsReader } from './kms-reader.ts';
import { schedulingHistory } from './scheduling-history.ts';
import { meteredEventBridge, meteredKms, rememberingCloudTrail } from './sweep-clients.ts';
import { sweepLister } from './sweep-lister.ts';
import { activeAccounts, enabledRegions } from './sweep-organization.ts';
import { assumeReader, type Session } from './sweep-session.ts';
import { trailReader } from './trail-reader.ts';

export type EstateSettings = {
  readonly clock: Clock;
  /** Where STS, Organizations and Account are asked; undefined leaves it to the SDK. */
  readonly region?: string;
  /** Instead of AWS's own; undefined leaves it to the SDK, which knows AWS_ENDPOINT_URL. */
  readonly endpoint?: string;
  /** A role's name, assumed in every account but the own one. */
  readonly role?: string;
  /** Given with the role: AWS takes no notice of it where the role does not ask for one. */
  readonly externalId?: string;
  /** What CloudTrail shows at every call of the session; a role must let it be set. */
  readonly sourceIdentity?: string;
  readonly quota?: QuotaSettings;
  /** The guard's own roles: the states that they leave keys in are nobody's choice. @default none */
  readonly ownRoles?: readonly string[];
  /** The guard's bus that members pass their calls on to; without it nobody is asked whether they do. */
  readonly membersBusArn?: string;
};

type Credentials = () => Promise<Session>;

/** Before its end a session is replaced: the SDK wants one that lasts five minutes more. */
const renewInMilliseconds = 6 * 60_000;

/** Accounts and Regions of AWS, with the credentials at hand and a role in every other account. */
export const awsEstate = (settings: EstateSettings): Estate => {
  const { endpoint } = settings;
  const base = endpoint === undefined ? {} : { endpoint };
  const home = { ...base, ...(settings.region === undefined ? {} : { region: settings.region }) };
  const sts = new STSClient(home);
  const gates = new Map<string, QuotaGate>();
  const own = once(() => ownAccount(sts));
  const credentials = new Map<string, () => Promise<Fact<Credentials>>>();
  const credentialsFor = (account: string): Promise<Fact<Credentials>> => {
    const found = credentials.get(account) ?? once(() => credentialsOf(account, { ...settings, sts, own }));
    credentials.set(account, found);
    return found();
  };
  return {
    ownRegion: () => sts.config.region().catch(() => null),
    ownAccount: own,
    accounts: () => activeAccounts(new OrganizationsClient(home)),
    regions: async (account) => {
      const found = await credentialsFor(account);
      return found.known ? enabledRegions(new AccountClient({ ...home, credentials: found.value })) : found;
    },
    open: async ({ account, region }) => {
      const found = await credentialsFor(account);
      if (!found.known) return found;
      const gateOf = (of: string): QuotaGate => {
        const gate = gates.get(`${account}/${of}`) ?? quotaGate(settings.clock, settings.quota);
        gates.set(`${account}/${of}`, gate);
        return gate;
      };
      const config = { ...base, credentials: found.value };
      const { ownRoles = [], membersBusArn } = settings;
      const busArn = membersBusArn === undefined || isBusOf(membersBusArn, { account, region }) ? null : membersBusArn;
      return known(openRegion(region, { config, gateOf, ownRoles, busArn }));
    },
  };
};

type Opening = {
  readonly config: { readonly endpoint?: string; readonly credentials: Credentials };
  readonly gateOf: (region: string) => QuotaGate;
  readonly ownRoles: readonly string[];
  /** Null where calls need not be passed on to it. */
  readonly busArn: string | null;
};

/** The relatives of a multi-Region key are read in their own Regions, under those Regions' quotas; so are trails. */
const openRegion = (region: string, { config, gateOf, ownRoles, busArn }: Opening): OpenRegion => {
  const counted = callCounter();
  const clients = new Map<string, ReturnType<typeof meteredKms>>();
  const clientFor = (of: string) => {
    const client = clients.get(of) ?? meteredKms({ ...config, region: of }, counted(gateOf(of)));
    clients.set(of, client);
    return client;
  };
  const cloudTrails = new Map<string, ReturnType<typeof rememberingCloudTrail>>();
  const cloudTrailFor = (of: string) => {
    const client = cloudTrails.get(of) ?? rememberingCloudTrail({ ...config, region: of }, counted(gateOf(of)));
    cloudTrails.set(of, client);
    return client;
  };
  const events = busArn === null ? null : meteredEventBridge({ ...config, region }, counted(gateOf(region)));
  return {
    reader: kmsReader(clientFor),
    lister: sweepLister(clientFor(region)),
    history: eventHistory(cloudTrailFor, ownRoles),
    schedulings: schedulingHistory(cloudTrailFor),
    trails: trailReader(cloudTrailFor, region),
    forwarding: events === null || busArn === null ? null : forwardingReader(events, busArn),
    gate: counted(gateOf(region)),
    close: () => {
      for (const client of [...clients.values(), ...cloudTrails.values()]) client.destroy();
      events?.destroy();
    },
  };
};

/** Asks once; a failure is no answer, and the next who wants to know asks again. */
const once = <T>(ask: () => Promise<T>): (() => Promise<T>) => {
  let asked: Promise<T> | undefined;
  return () => {
    asked ??= ask().catch((error: unknown) => {
      asked = undefined;
      throw error;
    });
    return asked;
  };
};

const ownAccount = async (sts: STSClient): Promise<Fact<string>> => {
  // No credentials, or an SSO session that has ended: trying again changes nothing, and the SDK's words say what to do.
  const missing = await sts.config.credentials().then(
    () => null,
    (error: unknown) => unknown('failed', error instanceof Error ? error.message : String(error)),
  );
  if (missing !== null) return missing;
  return askAws('sts:GetCallerIdentity', async () => {
    const { Account } = await sts.send(new GetCallerIdentityCommand({}));
    return Account === undefined ? unknown('failed', 'GetCallerIdentity did not tell the account') : known(Account);
  });
};

type Assuming = EstateSettings & { readonly sts: STSClient; readonly own: () => Promise<Fact<string>> };

/** The first session is made here, so that an account that does not let the role in is known before its keys are asked for. */
const credentialsOf = async (
  account: string,
  { role, externalId, sourceIdentity, clock, sts, own }: Assuming,
): Promise<Fact<Credentials>> => {
  const caller = await own();
  if (!caller.known) return caller;
  // The SDK's default chain, with its profiles and SSO, resolved once for every client.
  if (caller.value === account) return known(() => sts.config.credentials());
  if (role === undefined) {
    return unknown('failed', `the credentials are of account ${caller.value}: name the role to assume in ${account}`);
  }
  const region = await sts.config.region();
  const roleArn = `arn:${partitionOfRegion(region)}:iam::${account}:role/${role}`;
  const asked = { RoleArn: roleArn, ExternalId: externalId, SourceIdentity: sourceIdentity };
  const first = await askAws('sts:AssumeRole', () => assumeReader(sts, asked));
  if (!first.known) return first;
  let session = first.value;
  return known(async () => {
    // Every client asks for itself; a chained session lasts an hour at most, and a long sweep outlives it.
    if ((session.expiration?.getTime() ?? 0) - clock.now() > renewInMilliseconds) return session;
    const next = await assumeReader(sts, asked);
    if (!next.known) throw new Error(next.detail);
    session = next.value;
    return session;
  });
};
