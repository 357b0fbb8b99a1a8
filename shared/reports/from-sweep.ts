import type { KeyRow } from '../sweep/key-row.ts';
import type { SweepFinding } from '../sweep/sweep-finding.ts';
import type { ReportFinding, ReportInput, ReportSweep } from './report-input.ts';

/** What `sweep` prints. One that is older than the table of keys comes without it. */
export type SweepOutput = ReportSweep & {
  readonly findings: readonly SweepFinding[];
  readonly keyRows?: readonly KeyRow[] | undefined;
};

type Surroundings = Pick<ReportInput, 'generatedAt' | 'title' | 'rules' | 'waivers'> &
  Partial<Pick<ReportInput, 'accountNames' | 'trend' | 'previous'>>;

/** A report of one sweep alone: what stands in the ledger is not in it, and it says so. */
export const inputFromSweep = (sweep: SweepOutput, surroundings: Surroundings): ReportInput => {
  const { findings, keyRows, ...rest } = sweep;
  return {
    period: { kind: 'on-demand', from: sweep.startedAt, to: sweep.finishedAt },
    accountNames: {},
    trend: null,
    previous: null,
    ...surroundings,
    sweep: rest,
    keyRows: keyRows ?? null,
    findings: findings.map(asReported),
    actions: null,
    approvals: null,
    heartbeatGaps: null,
  };
};

/** What a sweep finds is open, or waived; its history is the ledger's. */
export const asReported = (finding: SweepFinding): ReportFinding => ({
  ...finding,
  status: finding.waivedUntil === null ? 'open' : 'waived',
  resolvedAt: null,
  history: [],
});
