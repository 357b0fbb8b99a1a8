import { describe } from 'vitest';
import { ledgerContract } from '../support/ledger-contract.ts';
import { memoryLedger } from '../support/memory-ledger.ts';

describe('the ledger in memory', () => {
  ledgerContract(async () => {
    const ledger = memoryLedger();
    return {
      ledger,
      finding: async ({ id }) => {
        const found = ledger.findings.get(id);
        return found === undefined
          ? null
          : { status: found.status, firstSeen: found.firstSeen, message: found.message };
      },
    };
  });
});
