import * as z from 'zod/mini';
import type { Defects } from './plant.ts';
import { readTable } from './read-table.ts';

const idOf = (keyArn: string): string => keyArn.slice(keyArn.lastIndexOf('/') + 1);

const report = z.object({
  findings: z.array(z.object({ rule: z.string(), verdict: z.string(), keyArn: z.nullable(z.string()) })),
  keyRows: z.array(z.object({ keyArn: z.string(), state: z.nullable(z.string()) })),
});

/** What `kms-guard sweep --json` tells; which keys are pending deletion stands in its rows, as the other rules need no more. */
export const foundByGuard = (json: string): Defects => {
  const { findings, keyRows } = report.parse(JSON.parse(json));
  const of = (rule: string): readonly string[] =>
    findings.flatMap((finding) =>
      finding.rule === rule && finding.verdict === 'violation' && finding.keyArn !== null ? idOf(finding.keyArn) : [],
    );
  const pending = keyRows.filter(({ state }) => state === 'PendingDeletion').map(({ keyArn }) => idOf(keyArn));
  return sorted({ unrotated: of('rotation-disabled'), open: of('policy-public'), pending });
};

const resources = z.array(z.object({ KeyId: z.string() }));

/** The `resources.json` of each of the three policies in policies.yml. */
export const foundByC7n = (files: Readonly<Record<keyof Defects, string>>): Defects => {
  const of = (json: string): readonly string[] => resources.parse(JSON.parse(json)).map(({ KeyId }) => KeyId);
  return sorted({ unrotated: of(files.unrotated), open: of(files.open), pending: of(files.pending) });
};

/** Prowler's checks, in the words of its report. */
export const prowlerChecks: Readonly<Record<keyof Defects, string>> = {
  unrotated: 'kms_cmk_rotation_enabled',
  open: 'kms_key_not_publicly_accessible',
  pending: 'kms_cmk_not_deleted_unintentionally',
};

/** Its CSV report, with semicolons. */
export const foundByProwler = (csv: string): Defects => {
  const rows = readTable(csv, ';');
  const of = (check: string): readonly string[] =>
    rows.flatMap((row) =>
      row['CHECK_ID'] === check && row['STATUS'] === 'FAIL' ? idOf(row['RESOURCE_UID'] ?? '') : [],
    );
  const { unrotated, open, pending } = prowlerChecks;
  return sorted({ unrotated: of(unrotated), open: of(open), pending: of(pending) });
};

const sorted = ({ unrotated, open, pending }: Defects): Defects => ({
  unrotated: unrotated.toSorted(),
  open: open.toSorted(),
  pending: pending.toSorted(),
});
