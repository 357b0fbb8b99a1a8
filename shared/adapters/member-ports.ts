import { CloudTrailClient } from '@aws-sdk/client-cloudtrail';
import { KMSClient } from '@aws-sdk/client-kms';
import type { STSClient } from '@aws-sdk/client-sts';
import { partsOfKeyArn } from '../calls/key-arn.ts';
import type { EventHistory, KeyReader, KeyWriter } from '../ports.ts';
import type { ResponderSettings } from '../responder.ts';
import { eventHistory } from './event-history.ts';
import { kmsReader } from './kms-reader.ts';
import { kmsWriter } from './kms-writer.ts';
import { type Credentials, responderCredentials, type SessionScope } from './responder-sessions.ts';

export type KeyPorts = { readonly reader: KeyReader; readonly writer: KeyWriter; readonly history: EventHistory };

type MemberSettings = {
  /** The guard's own account: its keys are reached with the guard's own role. */
  readonly account: string;
  readonly sts: STSClient;
  readonly responder: ResponderSettings;
  readonly ownRoles: readonly string[];
  /** For every client. */
  readonly client: { readonly maxAttempts: number; readonly retryMode?: 'adaptive' };
};

const reads = [
  'kms:DescribeKey',
  'kms:GetKeyLastUsage',
  'kms:GetKeyPolicy',
  'kms:GetKeyRotationStatus',
  'kms:ListGrants',
  'kms:ListKeyRotations',
  'kms:ListResourceTags',
] as const;
const accountReads = ['cloudtrail:LookupEvents', 'kms:ListAliases'] as const;

/** Sessions of so many keys are kept: a storm in one account is still served without asking STS for each call. */
const clientsKept = 500;

/** Keys of the guard's own account with its own role; every other key through the responder role of its account. */
export const memberPorts = (own: KeyPorts, settings: MemberSettings): KeyPorts => {
  const { account, sts, responder, ownRoles, client } = settings;
  const credentialsFor = responderCredentials(sts, responder);
  const isOwn = (keyArn: string): boolean => partsOfKeyArn(keyArn)?.account === account;
  const kms = keptClients(credentialsFor, (config) => new KMSClient({ ...client, ...config }));
  const cloudTrail = keptClients(credentialsFor, (config) => new CloudTrailClient({ maxAttempts: 3, ...config }));
  const readScope = (keyArn: string): SessionScope => ({ keyArn, actions: reads, everywhere: accountReads });
  const reader = (keyArn: string) => kmsReader((region) => kms(readScope(keyArn), region));
  const writer = (keyArn: string, action: string) =>
    kmsWriter((region) => kms({ keyArn, actions: [action], everywhere: [] }, region));
  const history = (keyArn: string) => eventHistory((region) => cloudTrail(readScope(keyArn), region), ownRoles);
  return {
    reader: routedReader((keyArn) => (isOwn(keyArn) ? own.reader : reader(keyArn))),
    writer: routedWriter((keyArn, action) => (isOwn(keyArn) ? own.writer : writer(keyArn, action))),
    history: routedHistory((keyArn) => (isOwn(keyArn) ? own.history : history(keyArn))),
  };
};

type ClientConfig = { readonly region: string; readonly credentials: () => Promise<Credentials> };

/** One client for a scope and Region, with a session of its own; the longest unused goes first. */
const keptClients = <Client extends { readonly destroy: () => void }>(
  credentialsFor: (scope: SessionScope) => () => Promise<Credentials>,
  make: (config: ClientConfig) => Client,
): ((scope: SessionScope, region: string) => Client) => {
  const kept = new Map<string, Client>();
  return (scope, region) => {
    const name = `${scope.keyArn} ${scope.actions.join()} ${region}`;
    const client = kept.get(name) ?? make({ region, credentials: credentialsFor(scope) });
    kept.delete(name);
    kept.set(name, client);
    const [oldest] = kept.keys();
    if (kept.size > clientsKept && oldest !== undefined) {
      kept.get(oldest)?.destroy();
      kept.delete(oldest);
    }
    return client;
  };
};

const routedReader = (of: (keyArn: string) => KeyReader): KeyReader => ({
  describe: (keyArn) => of(keyArn).describe(keyArn),
  rotation: (keyArn) => of(keyArn).rotation(keyArn),
  policy: (keyArn) => of(keyArn).policy(keyArn),
  aliases: (keyArn) => of(keyArn).aliases(keyArn),
  tags: (keyArn) => of(keyArn).tags(keyArn),
  grants: (keyArn) => of(keyArn).grants(keyArn),
  lastUse: (keyArn) => of(keyArn).lastUse(keyArn),
  lastRotation: (keyArn) => of(keyArn).lastRotation(keyArn),
});

const routedWriter = (of: (keyArn: string, action: string) => KeyWriter): KeyWriter => ({
  cancelKeyDeletion: (keyArn) => of(keyArn, 'kms:CancelKeyDeletion').cancelKeyDeletion(keyArn),
  enableKey: (keyArn) => of(keyArn, 'kms:EnableKey').enableKey(keyArn),
  enableKeyRotation: (keyArn, days) => of(keyArn, 'kms:EnableKeyRotation').enableKeyRotation(keyArn, days),
  putKeyPolicy: (keyArn, policy) => of(keyArn, 'kms:PutKeyPolicy').putKeyPolicy(keyArn, policy),
  revokeGrant: (keyArn, grantId) => of(keyArn, 'kms:RevokeGrant').revokeGrant(keyArn, grantId),
});

const routedHistory = (of: (keyArn: string) => EventHistory): EventHistory => ({
  stateChanges: (keyArn) => of(keyArn).stateChanges(keyArn),
  failedUses: (keyArn, since) => of(keyArn).failedUses(keyArn, since),
});
