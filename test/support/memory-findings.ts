import type { FindingBook } from '../../shared/finding-book.ts';
import type { StoredFinding } from '../../shared/ledger/finding-history.ts';
import type { SweepBook, SweepSummary } from '../../shared/sweep/sweep-summary.ts';

/** The findings of a ledger in memory, as sweeps settle them: the same map as events write to. */
export const memoryFindings = (findings: Map<string, StoredFinding>): FindingBook & { readonly writes: string[] } => {
  const writes: string[] = [];
  return {
    writes,
    async *standing({ account, region }, since) {
      for (const finding of findings.values()) {
        if (finding.account !== account || finding.region !== region) continue;
        if (finding.status !== 'resolved' || (finding.resolvedAt ?? '') >= since) yield finding;
      }
    },
    change: async ({ id }, next) => {
      const before = findings.get(id) ?? null;
      const after = next(before);
      if (after === null) return before;
      writes.push(id);
      findings.set(id, after);
      return after;
    },
  };
};

export const memorySweeps = (): SweepBook & { readonly saved: SweepSummary[] } => {
  const saved: SweepSummary[] = [];
  return {
    saved,
    save: async (summary) => {
      const at = saved.findIndex(({ id }) => id === summary.id);
      saved.splice(at < 0 ? saved.length : at, at < 0 ? 0 : 1, summary);
    },
    last: async () => saved.toSorted((one, other) => (one.startedAt < other.startedAt ? -1 : 1)).at(-1) ?? null,
  };
};
