import type { Approval } from '../../shared/approvals.ts';
import { approvalOf } from '../support/approval-book-contract.ts';
import type { MemoryPorts } from '../support/memory-ports.ts';
import { keyArn } from '../support/records.ts';
import type { House } from './house.ts';
import { type Ending, when } from './invariants.ts';
import { deletion, type Path } from './paths.ts';

const given = (some: Partial<Approval>) => (ports: MemoryPorts) => ports.approvals.add(approvalOf(some));

export const approvalIn = ({ ports }: House): Approval | undefined => ports.approvals.byKey.get(keyArn)?.[0];

/** What the ledger's entry of this event says: was it let through? */
export const letThrough = ({ ports }: House, eventID: string | null): boolean =>
  ports.ledger.entries.some(
    (entry) => entry.eventID === eventID && entry.decision.reasons.some(({ id }) => id === 'approved'),
  );

/** Only where the ledger gave no answer to the end is an approved deletion undone: unknown is not safe, and the entry says so. */
const usedUp = (house: House, ending: Ending): readonly string[] => {
  const used = approvalIn(house)?.used?.eventID ?? null;
  const { eventID } = house.path;
  const through = letThrough(house, eventID) && house.written.length === 0;
  return [
    ...when(ending === 'well' && !through, 'the approved deletion was not let through'),
    ...when(through && used !== eventID, `let through, and its approval is used by ${used ?? 'nobody'}`),
  ];
};

const notUsed =
  (by: string | null) =>
  (house: House): readonly string[] => {
    const used = approvalIn(house)?.used?.eventID ?? null;
    return [
      ...when(letThrough(house, house.path.eventID), 'a deletion was let through that nobody approved'),
      ...when(used !== by, `the approval is used by ${used ?? 'nobody'}, not by ${by ?? 'nobody'}`),
    ];
  };

export const approved: Path = {
  ...deletion,
  id: 'approved deletion let through',
  prepare: given({}),
  writes: [],
  isRight: ({ metadata }) => metadata.keyState === 'PendingDeletion',
  isSafe: () => true,
  also: usedUp,
};

const expired: Path = {
  ...deletion,
  id: 'approval expired: deletion cancelled',
  prepare: given({ until: '2026-11-20T09:14:00.000Z' }),
  also: notUsed(null),
};

const earlier = { at: '2026-11-20T09:01:00.000Z', eventID: 'earlier', deletionDate: null };
const spent: Path = {
  ...deletion,
  id: 'approval used before: deletion cancelled',
  prepare: given({ used: earlier }),
  also: notUsed(earlier.eventID),
};

export const approvedPaths: readonly Path[] = [approved, expired, spent];
