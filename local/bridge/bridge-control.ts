import type { DeletionInput, EventInput, FaultInput, OrganizationInput, UsageInput } from './control.ts';
import { isJsonObject } from './json-object.ts';
import type { JsonObject } from './json-object.ts';

/** A bridge's control API, from outside. Every method throws when the bridge refuses. */
export interface BridgeControl {
  /** The CloudTrail records written so far, oldest first, with the bus each went to. */
  records(): Promise<readonly WrittenRecord[]>;
  putEvent(event: EventInput): Promise<void>;
  setUsage(usage: UsageInput): Promise<void>;
  /** Makes accounts members of one organization. */
  setOrganization(organization: OrganizationInput): Promise<void>;
  /** Deletes a key for good, as KMS does at the end of its waiting period. */
  deleteKey(deletion: DeletionInput): Promise<void>;
  /** From now on, calls of this API wait at the bridge. */
  hold(operation: string): Promise<void>;
  /** How many calls wait. */
  held(): Promise<number>;
  /** Lets them go, and those to come. */
  release(): Promise<void>;
  /** From now on, events of this API are recorded and never delivered. */
  lose(operation: string): Promise<void>;
  /** Delivers every event again. */
  stopLosing(): Promise<void>;
  addFault(fault: FaultInput): Promise<void>;
  clearFaults(): Promise<void>;
  /** From now on, calls with this access key are recorded as made by `arn` (user, assumed role or root). */
  setActor(accessKeyId: string, arn: string): Promise<void>;
}

export interface WrittenRecord {
  readonly account: string;
  readonly region: string;
  readonly detailType: string;
  readonly record: JsonObject;
}

export function bridgeControl(url: string): BridgeControl {
  const call = async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const answer = await fetch(`${url}/_bridge/${path}`, {
      method,
      headers: { 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`bridge: ${method} ${path}: HTTP ${answer.status} ${text}`);
    return JSON.parse(text);
  };
  const post = async (path: string, body: unknown) => void (await call('POST', path, body));
  return {
    async records() {
      const answer = await call('GET', 'records');
      const records = isJsonObject(answer) ? answer['records'] : undefined;
      return Array.isArray(records) ? records.filter(isWritten) : [];
    },
    putEvent: (event) => post('events', event),
    setUsage: (usage) => post('usage', usage),
    setOrganization: (organization) => post('organization', organization),
    deleteKey: (deletion) => post('deletions', deletion),
    hold: (operation) => post('holds', { operation }),
    async held() {
      const answer = await call('GET', 'holds');
      return isJsonObject(answer) ? Number(answer['waiting']) : Number.NaN;
    },
    release: async () => void (await call('DELETE', 'holds')),
    lose: (operation) => post('losses', { operation }),
    stopLosing: async () => void (await call('DELETE', 'losses')),
    addFault: (fault) => post('faults', fault),
    clearFaults: async () => void (await call('DELETE', 'faults')),
    setActor: (accessKeyId, arn) => post('actors', { accessKeyId, arn }),
  };
}

function isWritten(value: unknown): value is WrittenRecord {
  return isJsonObject(value) && isJsonObject(value['record']) && typeof value['region'] === 'string';
}
