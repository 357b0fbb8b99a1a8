import { body, keyArn, scheduleDeletion } from '../support/records.ts';
import { approvalIn, letThrough } from './approved-paths.ts';
import { type House, keyOf } from './house.ts';
import { when } from './invariants.ts';
import { invokeGuard } from './lambdas.ts';
import type { Intercept } from './port-calls.ts';
import { once } from './strikes.ts';
import type { TracedCall } from './trace.ts';

/** Whoever approved it takes it back at this very moment: it counts, or it does not, and never half. */
export const revokedMeanwhile = (target: TracedCall, { ports }: House): Intercept =>
  once({
    meanwhile: async () => {
      await ports.approvals.revoke({ keyArn, id: 'approval-1', by: 'Eve', at: '2026-11-20T09:15:00.000Z' });
    },
  })(target);

export const throughOrSaved = (house: House): readonly string[] => {
  const { keyState } = keyOf(house).metadata;
  const through = letThrough(house, house.path.eventID);
  const wanted = through ? 'PendingDeletion' : 'Enabled';
  const isUsed = approvalIn(house)?.used?.eventID === house.path.eventID;
  return [
    ...when(keyState !== wanted, `the key is ${keyState}, and should be ${wanted}`),
    ...when(through !== isUsed, 'let through without its approval, or the other way round'),
  ];
};

/** The same person schedules it a second time at this very moment: one approval is for one of the two. */
const second = body(scheduleDeletion({ eventID: 'second' }));
export const scheduledTwice = (target: TracedCall, house: House): Intercept =>
  once({
    meanwhile: async () => {
      house.inbox.send(second);
      await invokeGuard(house, () => 'go');
    },
  })(target);

export const oneThrough = (house: House): readonly string[] => {
  const through = ['second', house.path.eventID].filter((eventID) => letThrough(house, eventID));
  const used = approvalIn(house)?.used?.eventID;
  return [
    ...when(through.length > 1, 'one approval let two deletions through'),
    ...when(
      through[0] !== used,
      `${through[0] ?? 'none'} was let through, and the approval is used by ${used ?? 'none'}`,
    ),
  ];
};
