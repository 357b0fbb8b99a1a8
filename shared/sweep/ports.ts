import type { CallOf } from '../calls/call.ts';
import type { Fact } from '../facts/facts.ts';
import type { EventHistory, ForwardingReader, KeyReader, TrailReader } from '../ports.ts';
import type { QuotaGate } from './quota-gate.ts';

export type KeyPage = {
  readonly keyArns: readonly string[];
  /** ListKeys' `NextMarker`; null on the last page. */
  readonly next: string | null;
};

export type ListedAlias = { readonly name: string; readonly keyId: string };
export type AliasPage = { readonly aliases: readonly ListedAlias[]; readonly next: string | null };

/** Lists one Region page by page; AWS managed keys and keys pending deletion are among its keys. */
export type KeyLister = {
  readonly keys: (marker: string | null) => Promise<Fact<KeyPage>>;
  /** Aliases that point to a key; predefined ones without a key are left out. */
  readonly aliases: (marker: string | null) => Promise<Fact<AliasPage>>;
};

/** The call under which a key waits for its deletion; `record` is CloudTrail's own text of it. */
export type Scheduling = { readonly record: string; readonly call: CallOf<'ScheduleKeyDeletion'> };

/** Who scheduled the deletion of a key: the newest such call that KMS carried out. `not-found` where CloudTrail shows none. */
export type SchedulingHistory = { readonly scheduling: (keyArn: string) => Promise<Fact<Scheduling>> };

/** The inbox of the deletion-guard. @throws RetryableFault */
export type GuardInbox = { readonly put: (body: string) => Promise<void> };

/** One account and Region, open for reading. Its calls pass `gate`, which counts those that it makes to other Regions, too. */
export type OpenRegion = {
  readonly reader: KeyReader;
  readonly lister: KeyLister;
  readonly history: EventHistory;
  readonly schedulings: SchedulingHistory;
  readonly trails: TrailReader;
  /** Null where nothing has to be passed on to a guard, or no guard is known. */
  readonly forwarding: ForwardingReader | null;
  readonly gate: QuotaGate;
  /** Gives its connections back. */
  readonly close: () => void;
};

/** What a sweep over accounts and Regions stands on. */
export type Estate = {
  /** The Region of the profile or environment at hand; null where none is set. */
  readonly ownRegion: () => Promise<string | null>;
  /** The account of the credentials at hand. */
  readonly ownAccount: () => Promise<Fact<string>>;
  /** The organization's accounts that are active. */
  readonly accounts: () => Promise<Fact<readonly string[]>>;
  /** The Regions enabled in an account. */
  readonly regions: (account: string) => Promise<Fact<readonly string[]>>;
  /** With a role where the account is not the own one: whether that lets us in is known here. */
  readonly open: (place: { readonly account: string; readonly region: string }) => Promise<Fact<OpenRegion>>;
};
