import { isJsonObject, parseJsonObject, textOf } from './json-object.ts';
import type { JsonObject } from './json-object.ts';
import type { Delivery } from './kms-exchange.ts';
import { accountOf } from './signature.ts';
import type { Caller } from './user-identity.ts';

export interface Place {
  readonly account: string;
  readonly region: string;
}

export interface Organization {
  readonly id: string;
  readonly accounts: readonly string[];
}

/** What the bridge may ask of emulator/gateway.py beyond AWS's own API. */
export interface EmulatorDoors {
  /** Puts an event on the default bus, with a source that callers may not use. Throws when the emulator refuses. */
  putEvent(event: BusEvent): Promise<void>;
  /** Who owns an access key; undefined when nobody knows it. */
  whoIs(accessKeyId: string, region: string): Promise<Caller | undefined>;
  /** The key's ARN for an id, ARN, alias or alias ARN. */
  keyArn(place: Place, id: string): Promise<string | null>;
  /** Makes accounts members of one organization. */
  setOrganization(organization: Organization): Promise<void>;
  /** Backdates a key's use, creation or tracking start; its ARN, or null for an unknown key. */
  setUsage(place: Place, usage: JsonObject): Promise<string | null>;
  /** Deletes a key for good; its ARN, or null for an unknown key. */
  deleteKey(place: Place, keyId: string): Promise<string | null>;
}

export interface BusEvent extends Place {
  readonly source: string;
  readonly detailType: string;
  readonly detail: JsonObject;
}

export function busEvent({ account, region, detailType, record }: Delivery): BusEvent {
  return { account, region, source: 'aws.kms', detailType, detail: record };
}

export function emulatorDoors(base: () => string, token: string): EmulatorDoors {
  const knock = async (door: string, query: Record<string, string>, body?: unknown): Promise<unknown> => {
    const answer = await fetch(`${base()}/_guard/${door}?${new URLSearchParams(query).toString()}`, {
      method: 'POST',
      headers: { 'x-guard-token': token },
      body: JSON.stringify(body ?? null),
    });
    if (!answer.ok) throw new Error(`emulator door ${door}: HTTP ${answer.status}`);
    return answer.json();
  };
  const text = (value: unknown) => (typeof value === 'string' ? value : null);
  return {
    async putEvent({ account, region, source, detailType, detail }) {
      const entry = { Source: source, DetailType: detailType, Detail: JSON.stringify(detail), Resources: [] };
      const answer = await knock('events', { account, region }, { Entries: [entry] });
      if (!isJsonObject(answer) || answer['FailedEntryCount'] !== 0) {
        throw new Error(`the emulator refused an event: ${JSON.stringify(answer)}`);
      }
    },
    async whoIs(accessKeyId, region) {
      const account = accountOf(accessKeyId) ?? '000000000000';
      const answer = await knock('identity', { accessKeyId, account, region });
      return isJsonObject(answer) ? callerFrom(accessKeyId, answer) : undefined;
    },
    keyArn: async (place, id) => text(await knock('key', { ...place, id })),
    setOrganization: async (organization) => void (await knock('organization', {}, organization)),
    setUsage: async (place, usage) => text(await knock('usage', { ...place }, usage)),
    deleteKey: async (place, keyId) => text(await knock('delete', { ...place }, { keyId })),
  };
}

function callerFrom(accessKeyId: string, answer: JsonObject): Caller {
  const issuer = answer['issuer'];
  const since = answer['since'];
  return {
    accessKeyId,
    arn: textOf(answer, 'arn') ?? '',
    issuer: isJsonObject(issuer)
      ? { arn: textOf(issuer, 'arn') ?? null, roleId: textOf(issuer, 'roleId') ?? null }
      : null,
    sourceIdentity: textOf(answer, 'sourceIdentity') ?? null,
    since: isoSeconds(typeof since === 'number' ? since * 1000 : Date.now()),
  };
}

export function isoSeconds(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace(/\.\d{3}Z$/, 'Z');
}

/** The error's name and words in a JSON-protocol answer. */
export function errorIn(text: string): { readonly code: string; readonly message: string } {
  const body = parseJsonObject(text);
  const code = textOf(body, '__type')?.split('#').at(-1) ?? 'KMSInternalException';
  return { code, message: textOf(body, 'message') ?? textOf(body, 'Message') ?? '' };
}
