import { randomUUID } from 'node:crypto';
import type { Actors } from './actors.ts';
import { busEvent, errorIn, isoSeconds } from './emulator-doors.ts';
import type { EmulatorDoors, Place } from './emulator-doors.ts';
import type { Answer } from './forward.ts';
import { parseJsonObject, textOf } from './json-object.ts';
import type { JsonObject } from './json-object.ts';
import type { Delivery, KmsExchange } from './kms-exchange.ts';
import type { Losses } from './losses.ts';
import { failedUseRecord, recordsOf, serviceEvent } from './records.ts';
import type { Signer } from './signature.ts';
import { userIdentity } from './user-identity.ts';
import { isUse, subjectOf, writeOperation } from './write-operations.ts';

export interface KmsRequest {
  readonly operation: string;
  readonly signer: Signer;
  readonly body: Buffer;
  readonly sourceIPAddress: string;
  readonly userAgent: string;
}

export interface Recorder {
  /** Looks up what the call is about while that can still be seen; the returned function records its answer. */
  before(request: KmsRequest): Promise<(answer: Answer) => void>;
  /** What went to the buses, oldest first, the newest of it. */
  readonly records: readonly Delivery[];
  /** CloudTrail's event history: those, and what EventBridge does not deliver. */
  readonly history: readonly Delivery[];
  /** Records that KMS deleted a key at the end of its waiting period. */
  deleted(place: Place, keyArn: string): Promise<void>;
  /** Resolves when everything recorded so far is on its bus. */
  settled(): Promise<void>;
}

const KEPT = 5_000;
/** Refused before KMS knew who called or what for: CloudTrail has no record of these. */
const NEVER_RECORDED =
  /^(InvalidAction|UnknownOperation|UnrecognizedClient|InvalidClientTokenId|InvalidSignature|IncompleteSignature|MissingAuthentication|ExpiredToken|InvalidToken|Serialization)/;

export interface RecorderParts {
  readonly losses: Losses;
  readonly onFailure: (error: unknown) => void;
}

export function recorder(doors: EmulatorDoors, actors: Actors, { losses, onFailure }: RecorderParts): Recorder {
  const records: Delivery[] = [];
  const history: Delivery[] = [];
  const grants = new Map<string, { readonly grantId: string; readonly keyArn: string | null }>();
  const pending = new Set<Promise<void>>();
  const keep = (list: Delivery[], delivery: Delivery) => {
    list.push(delivery);
    if (list.length > KEPT) list.shift();
  };
  const deliver = async (deliveries: readonly Delivery[]) => {
    for (const delivery of deliveries) {
      keep(history, delivery);
      keep(records, delivery);
      if (!losses.isLost(textOf(delivery.record, 'eventName'))) await doors.putEvent(busEvent(delivery));
    }
  };
  const record = async (exchange: KmsExchange) => {
    const failed = failedUseRecord(exchange);
    if (failed !== null) keep(history, failed);
    await deliver(recordsOf(exchange));
  };
  return {
    records,
    history,
    deleted: (place, keyArn) => {
      const about = { ...place, keyArn, eventTime: isoSeconds(Date.now()), newId: randomUUID };
      return deliver([serviceEvent(about, 'DeleteKey', {})]);
    },
    async settled() {
      await Promise.allSettled(pending);
    },
    async before(request) {
      if (writeOperation(request.operation) === undefined && !isUse(request.operation)) return () => {};
      const body = parseJsonObject(request.body.toString()) ?? {};
      const caller = await actors.of(request.signer);
      const place = { account: caller.arn.split(':')[4] ?? '', region: request.signer.region };
      const grant = grants.get(textOf(body, 'GrantToken') ?? '');
      const subject = subjectOf(body);
      const keyArn = grant?.keyArn ?? (subject === undefined ? null : await doors.keyArn(place, subject));
      const grantId = request.operation === 'RetireGrant' ? (grant?.grantId ?? textOf(body, 'GrantId') ?? null) : null;
      return (answer) => {
        const outcome = outcomeOf(answer);
        if (!outcome.ok && NEVER_RECORDED.test(outcome.code)) return;
        if (outcome.ok) rememberGrant(grants, outcome.response, keyArn);
        const put = record({
          ...place,
          operation: request.operation,
          userIdentity: userIdentity(caller),
          sourceIPAddress: request.sourceIPAddress,
          userAgent: request.userAgent,
          request: body,
          outcome,
          keyArn,
          grantId,
          requestID: requestIdOf(answer),
          eventTime: isoSeconds(Date.now()),
          newId: randomUUID,
        })
          .catch(onFailure)
          .finally(() => pending.delete(put));
        pending.add(put);
      };
    },
  };
}

function outcomeOf(answer: Answer): KmsExchange['outcome'] {
  const text = answer.body.toString();
  if (answer.status < 300) return { ok: true, response: parseJsonObject(text) ?? {} };
  return { ok: false, ...errorIn(text) };
}

function rememberGrant(
  grants: Map<string, { readonly grantId: string; readonly keyArn: string | null }>,
  response: JsonObject,
  keyArn: string | null,
): void {
  const token = textOf(response, 'GrantToken');
  const grantId = textOf(response, 'GrantId');
  if (token !== undefined && grantId !== undefined) grants.set(token, { grantId, keyArn });
}

function requestIdOf(answer: Answer): string {
  const given = answer.headers['x-amzn-requestid'];
  return typeof given === 'string' ? given : randomUUID();
}
