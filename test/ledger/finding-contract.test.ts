import { describe } from 'vitest';
import { findingContract } from '../support/finding-contract.ts';
import { memoryFindings, memorySweeps } from '../support/memory-findings.ts';
import { memoryLedger } from '../support/memory-ledger.ts';

describe('findings in memory', () => {
  findingContract(async () => {
    const ledger = memoryLedger();
    return { ledger, findings: memoryFindings(ledger.findings), sweeps: memorySweeps() };
  });
});
