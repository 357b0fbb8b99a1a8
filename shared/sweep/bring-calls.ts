import { broughtBody } from '../calls/brought.ts';
import type { GuardConfig } from '../config/config.ts';
import { modeOf } from '../decide.ts';
import { known } from '../facts/facts.ts';
import type { Clock } from '../ports.ts';
import { isPending } from '../remedies/await-state.ts';
import { deletionScheduled } from '../rules/deletion-scheduled.ts';
import { windowOf } from '../rules/deletion/window.ts';
import type { Reason, VerdictData } from '../rules/define-rule.ts';
import { explain, plain } from '../rules/explain.ts';
import type { KeyRow } from './key-row.ts';
import type { KeyResult } from './look-at-key.ts';
import { patiently } from './patience.ts';
import type { GuardInbox, Scheduling, SchedulingHistory } from './ports.ts';
import type { SweepPlace } from './result-store.ts';
import type { SweepFinding } from './sweep-finding.ts';

export type BringSettings = {
  /** Does the guard's own role, or a responder, reach the keys there? */
  readonly isGuarded: (place: SweepPlace) => boolean;
  readonly inbox: GuardInbox;
  /** The event of a younger call is probably on its way. */
  readonly afterSeconds: number;
};

type Bringer = BringSettings & {
  readonly schedulings: SchedulingHistory;
  readonly clock: Clock;
  readonly config: GuardConfig;
  /** The id of the sweep. */
  readonly sweep: string;
  /** Milliseconds since the epoch: no key is begun after it. */
  readonly deadline: number;
  /** So many keys are looked up in one run. @default 200 */
  readonly most?: number;
};

/** Null: brought, or on its way. Else why the guard cannot be told. */
type Lack = string | null;

/**
 * Where cancelling is enforced, the call that scheduled a deletion which is not proven safe goes to the deletion-guard once more:
 * its event may be lost, or may have come when it could not be acted on. The guard decides, by the same ten steps; here nothing
 * is judged. One key after the other: CloudTrail allows two look-ups a second. docs/adr/0013
 */
export const callBringer = (bringer: Bringer): ((result: KeyResult) => Promise<KeyResult>) => {
  const { clock, deadline, most = 200 } = bringer;
  let turns = 0;
  return async (result) => {
    if (result.kind !== 'judged') return result;
    const finding = result.findings.find((each) => isWaiting(each, result.row));
    if (finding === undefined || !isEnforced(bringer, finding)) return result;
    turns += 1;
    const isTurn = turns <= most && clock.now() < deadline + graceInMilliseconds;
    const lack = isTurn
      ? await bring(bringer, result.row)
      : 'its turn did not come in this run, the next sweep tries again';
    if (lack === null) return result;
    const { findings } = result;
    return { ...result, findings: findings.map((each) => (each === finding ? withLack(each, lack) : each)) };
  };
};

/** A run may be late by half a minute, for keys that were begun: what a rescue waits for is not left because of the last of them. */
const graceInMilliseconds = 20_000;

const isEnforced = ({ isGuarded, config }: Bringer, place: SweepPlace): boolean =>
  isGuarded(place) && modeOf(config, place.account, 'cancelKeyDeletion') === 'enforce';

const isWaiting = ({ rule, waivedUntil }: SweepFinding, { state }: KeyRow): boolean =>
  rule === deletionScheduled.id && waivedUntil === null && state !== null && isPending(state);

const bring = async (bringer: Bringer, row: KeyRow): Promise<Lack> => {
  const { schedulings, inbox, clock, afterSeconds, sweep } = bringer;
  const { keyArn, account, region } = row;
  const found = await patiently(clock, () => schedulings.scheduling(keyArn));
  if (!found.known) return found.detail;
  const { record, call } = found.value;
  if (clock.now() - call.time < afterSeconds * 1_000) return null;
  if (!explains(found.value, row))
    return 'CloudTrail shows a call that scheduled it for another day, not yet the newest';
  const { eventID, eventTime } = call;
  const body = broughtBody({ record, eventID, eventTime, account, region, sweep });
  const put = await patiently(clock, async () => known(await inbox.put(body)));
  return put.known ? null : put.detail;
};

/** "The actual waiting period might be up to 24 hours longer": KMS developer guide, "Delete an AWS KMS key". */
const toleranceInMilliseconds = 25 * 3_600_000;

/**
 * Does the key wait because of this call? CloudTrail's history is some minutes late: a deletion that was cancelled and scheduled
 * again must not be judged by the call before. A primary's waiting begins when its last replica is gone.
 */
const explains = ({ call }: Scheduling, { deletionDate, multiRegion }: KeyRow): boolean => {
  const days = windowOf(call);
  if (days === null || deletionDate === null || multiRegion === 'PRIMARY') return true;
  return Math.abs(Date.parse(deletionDate) - (call.time + days * 86_400_000)) <= toleranceInMilliseconds;
};

const withLack = (finding: SweepFinding, lack: string): SweepFinding => {
  const reason = { id: 'unbrought', why: plain(lack) };
  const { reasons } = finding.data;
  const text = explain(deletionScheduled.messages, reason.id, { why: reason.why });
  return {
    ...finding,
    message: `${finding.message}. ${text}`,
    data: { ...finding.data, reasons: [...(isReasons(reasons) ? reasons : []), reason] },
  };
};

const isReasons = (value: VerdictData[string] | undefined): value is readonly Reason[] =>
  Array.isArray(value) && value.every((each) => typeof each === 'object');
