import { describe } from 'vitest';
import { approvalBookContract } from '../support/approval-book-contract.ts';
import { memoryApprovals } from '../support/memory-approvals.ts';
import { memoryWaivers } from '../support/memory-waivers.ts';
import { waiverBookContract } from '../support/waiver-book-contract.ts';

describe('approvals in memory', () => {
  approvalBookContract(async () => memoryApprovals());
});

describe('waivers in memory', () => {
  waiverBookContract(async () => memoryWaivers());
});
