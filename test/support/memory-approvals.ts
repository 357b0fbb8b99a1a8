import { type ApprovalBook, withApproval, withRevoked, withUse } from '../../shared/approval-book.ts';
import type { Approval } from '../../shared/approvals.ts';
import { known } from '../../shared/facts/facts.ts';

export type MemoryApprovals = ApprovalBook & { readonly byKey: Map<string, readonly Approval[]> };

/** Approvals in memory: the same answers as `dynamoApprovals`, see `approval-book-contract.ts`. */
export const memoryApprovals = (): MemoryApprovals => {
  const byKey = new Map<string, readonly Approval[]>();
  const ofKey = (keyArn: string): readonly Approval[] => byKey.get(keyArn) ?? [];
  return {
    byKey,
    of: async (keyArn) => known(ofKey(keyArn)),
    all: async () =>
      known([...byKey.values()].flat().sort((one, other) => Date.parse(other.grantedAt) - Date.parse(one.grantedAt))),
    add: async (approval) => {
      byKey.set(approval.keyArn, withApproval(ofKey(approval.keyArn), approval));
    },
    revoke: async ({ keyArn, ...revoking }) => {
      const changed = withRevoked(ofKey(keyArn), revoking);
      if (changed === null) return 'not-found';
      if (changed === ofKey(keyArn)) return 'already';
      byKey.set(keyArn, changed);
      return 'revoked';
    },
    use: async ({ keyArn, ...using }) => {
      const changed = withUse(ofKey(keyArn), using);
      if (changed !== null) byKey.set(keyArn, changed);
      return changed !== null;
    },
  };
};
