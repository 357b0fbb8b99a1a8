import { createHash } from 'node:crypto';

/**
 * The stable id of a finding: one rule and one key have one id in events, sweeps and reports.
 * A call that names no readable key is filed under what the caller typed, in its account and Region.
 */
export const findingId = (
  rule: string,
  subject: {
    readonly keyArn: string | null;
    readonly account: string;
    readonly region: string;
    readonly keyId: string | null;
  },
): string => {
  const key = subject.keyArn ?? `${subject.account}/${subject.region}/${subject.keyId ?? 'no-key'}`;
  return createHash('sha256').update(`${rule}\n${key}`).digest('hex').slice(0, 32);
};
